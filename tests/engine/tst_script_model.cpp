#include "core/base/error.h"
#include "core/recommenders/script_model.h"
#include "core/tensors/torch_script.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"

using core::ErrorKind;
using core::HistoryView;
using core::ItemIndex;

namespace {

const test::TemporaryFolder folder;

/// A script whose forward has this body; ids 0 to 2 of the list are products 2, none, 0 of a catalog of four.
std::unique_ptr<core::ScriptModel> scripted(const std::string& body) {
    torch::jit::Module module("Scorer");
    module.define("def forward(self, items: Tensor, times: Tensor) -> Tensor:\n" + body);
    const auto file = folder / "script.pt";
    module.save(file.string());
    core::ModelInfo info;
    info.name = "mine";
    return std::make_unique<core::ScriptModel>(info, file, std::vector<ItemIndex>{{2}, {-1}, {0}}, 4, "cpu");
}

std::vector<float> score(core::ScriptModel& model, const std::vector<core::Event>& events, bool hasTimes = false) {
    std::vector<float> scoresV(4);
    const HistoryView history{events, hasTimes};
    model.score({&history, 1}, scoresV, {});
    return scoresV;
}

std::string complaint(const std::string& body) {
    try {
        score(*scripted(body), {{{0}, 0}});
    } catch (const core::Error& error) {
        return error.kind() == ErrorKind::corrupt ? error.what() : "another kind";
    }
    return {};
}

} // namespace

TEST_CASE(aScriptSeesNumbersOfItsOwnListAndItsScoresReachTheCatalog) {
    // The sum of the numbers seen, plus the place in the list.
    const auto model = scripted("    return torch.arange(3) + items.sum().float()\n");
    // Product 0 is number 2, product 3 is not known and left out, product 2 is number 0: the sum is 2.
    VERIFY((score(*model, {{{0}, 0}, {{3}, 1}, {{2}, 2}}) == std::vector<float>{4, 1, 2, 1}));
}

TEST_CASE(timesComeOnlyWhereTheHistoryHasThem) {
    const auto model = scripted("    return torch.arange(3).float() * 0 + times.size(0) + times.sum().float()\n");
    COMPARE(score(*model, {{{0}, 40}, {{2}, 50}}, true)[0], 92.0F);
    COMPARE(score(*model, {{{0}, 40}, {{2}, 50}}, false)[0], 0.0F);
}

TEST_CASE(aHistoryThatItDoesNotKnowIsNamed) {
    const auto model = scripted("    return torch.arange(3).float()\n");
    VERIFY(!model->missing({}).empty());
    const std::vector<core::Event> unknown{{{3}, 0}}, known{{{0}, 0}};
    VERIFY(!model->missing({unknown, false}).empty());
    VERIFY(model->missing({known, false}).empty());
    VERIFY((score(*model, unknown) == std::vector<float>(4, 0.0F)));
}

TEST_CASE(wrongAnswersAreNamed) {
    VERIFY2(complaint("    return torch.arange(5)\n").find("not one for each of 3 products") != std::string::npos,
            complaint("    return torch.arange(5)\n"));
    VERIFY(complaint("    return torch.zeros([1, 3])\n").find("2 sides") != std::string::npos);
    VERIFY(complaint("    return torch.zeros([3]) @ torch.zeros([4])\n").find("run the TorchScript of mine") !=
           std::string::npos);
}

TEST_CASE(whatIsNoScriptIsCorrupt) {
    const auto file = test::write(folder / "not.pt", "PK\3\4 nothing of the kind");
    THROWS_ERROR(core::ScriptModel({}, file, {}, 0, "cpu"), ErrorKind::corrupt);
}

TEST_CASE(aStopIsHeardBetweenHistories) {
    const auto model = scripted("    return torch.arange(3).float()\n");
    std::stop_source source;
    source.request_stop();
    std::vector<float> scoresV(4);
    const HistoryView history;
    THROWS_ERROR(model->score({&history, 1}, scoresV, source.get_token()), ErrorKind::cancelled);
}
