#include "tests/engine/gpu_case.h"
#include "tests/engine/small_vlm_training.h"
#include "tests/support/temporary_folder.h"

/// Vision-language recommenders on a graphics processor. Without one every case says so, and ctest calls the test
/// skipped.
namespace {

using namespace core;
using test::expectEqualLists, test::gpu, test::isThereAGpu, test::smallTraining, test::toy, test::train;

/// Scores of all histories of `dataset`, row by row.
std::vector<float> scoresOf(const std::filesystem::path& folder, const Dataset& dataset, const Computing& computing) {
    const auto model = VlmModel::load(folder, computing);
    model->prepare(dataset);
    model->encodeItems([](const Progress&) {}, {});
    std::vector<HistoryView> views;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        views.push_back({dataset.histories.of({user}), dataset.hasTimes});
    std::vector<float> scores(views.size() * dataset.itemCount()), alone(dataset.itemCount());
    model->score(views, scores, {});
    // One by one they are read on from what the one before left.
    for (std::size_t user = 0; user < views.size(); ++user) {
        model->score(std::span(views).subspan(user, 1), alone, {});
        for (std::size_t item = 0; item < alone.size(); ++item)
            COMPARE_NEAR(alone[item], scores[user * alone.size() + item],
                         computing.precision == Precision::fp32 ? 1e-4 : 0.05);
    }
    return scores;
}

} // namespace

TEST_CASE(whatIsTrainedOnTheGpuRanksOnTheCpuAsItDidThere) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    for (const char* modality : {"text", "both"})
        for (const int rank : {0, 4})
            for (const auto precision : {Precision::fp32, Precision::bf16}) {
                auto chosen = smallTraining(modality, 3);
                chosen.device = gpu;
                chosen.recipe.precision = precision;
                chosen.recipe.microBatch = 5;
                chosen.recipe.recomputes = true;
                chosen.settings.rank = rank;
                chosen.settings.dropout = 0.1;
                const auto name = folder / "model";
                const auto result = train(dataset, chosen, name);
                VERIFY(result.curve.back().loss.value() < result.curve.front().loss.value());
                const auto onCpu = scoresOf(name, dataset, {});
                expectEqualLists(onCpu, scoresOf(name, dataset, {gpu, Precision::fp32}), dataset.itemCount());
                const auto rounded = scoresOf(name, dataset, {gpu, Precision::bf16});
                double furthest = 0;
                for (std::size_t i = 0; i < onCpu.size(); ++i)
                    furthest = std::max(furthest, std::abs(double(onCpu[i]) - double(rounded[i])));
                std::printf("%s, rank %d, trained in %s: scores in bf16 differ by %.4f at most\n", modality, rank,
                            precisionName(precision), furthest);
                VERIFY(furthest < 0.05);
            }
}

TEST_CASE(theGpuLearnsWhatTheCpuLearns) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    for (const char* prompt : {"plain", "even"})
        for (const int rank : {0, 4}) {
            std::vector<TrainResult> results;
            for (const auto& device : {std::string("cpu"), std::string(gpu)}) {
                auto chosen = smallTraining("both", 3); // nothing is dropped out
                chosen.device = device;
                chosen.settings.prompt = prompt;
                chosen.settings.learnsTemperature = true;
                chosen.settings.rank = rank;
                results.push_back(train(dataset, chosen, folder / "model"));
            }
            for (std::size_t epoch = 0; epoch < 3; ++epoch)
                COMPARE_NEAR(results[0].curve[epoch].loss.value(), results[1].curve[epoch].loss.value(), 5e-3);
        }
}

TEST_CASE(textsAreWrittenOnTheGpuAsOnTheCpu) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    train(dataset, smallTraining("both", 2), folder / "model");
    std::vector<std::vector<WrittenText>> written;
    for (const auto& device : {std::string("cpu"), std::string(gpu)}) {
        const auto model = VlmModel::load(folder / "model", {device, Precision::fp32});
        model->prepare(dataset);
        model->encodeItems([](const Progress&) {}, {});
        written.push_back(model->write({dataset.histories.of({2}), dataset.hasTimes}, {.texts = 4, .mostTokens = 8},
                                       [](const auto&, std::int64_t) {}, {}));
    }
    COMPARE(written[0].size(), written[1].size());
    for (std::size_t i = 0; i < written[0].size(); ++i) {
        COMPARE(written[0][i].text, written[1][i].text);
        COMPARE_NEAR(written[0][i].score, written[1][i].score, 1e-3);
    }
}
