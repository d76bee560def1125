#include "core/base/error.h"
#include "core/recommenders/pixrec.h"
#include "core/recommenders/pixrec_inference.h"
#include "core/tensors/device.h"
#include "core/text/byte_pair_vocabulary.h"
#include "tests/engine/small_training.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>

using core::ErrorKind;
using core::Event;
using core::HistoryView;
using core::ItemIndex;
using core::PixRec;

namespace {

const core::ProgressSink silent = [](const core::Progress&) {};
constexpr std::int64_t hour = 3'600'000;

const core::Dataset& toy() {
    static const core::Dataset dataset = test::smallToy();
    return dataset;
}

/// A model folder of each modality, trained for one epoch when first asked for.
const std::filesystem::path& folderOf(const std::string& modality) {
    static const test::TemporaryFolder folder;
    static std::map<std::string, std::filesystem::path> trained;
    auto& path = trained[modality];
    if (path.empty()) {
        path = folder / modality;
        test::train(toy(), test::smallTraining(modality, 1), path);
    }
    return path;
}

std::unique_ptr<PixRec> modelOf(const std::string& modality, const core::Dataset& dataset = toy()) {
    auto model = PixRec::load(folderOf(modality), {});
    model->prepareItems(dataset, silent, {});
    return model;
}

/// A copy that a test may damage.
std::filesystem::path copyOf(const std::string& modality, const test::TemporaryFolder& into) {
    auto copy = into / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(folderOf(modality), copy, std::filesystem::copy_options::recursive);
    return copy;
}

std::vector<Event> historyOf(std::initializer_list<int> items) {
    std::vector<Event> events;
    for (const int item : items) events.push_back({{item}, static_cast<std::int64_t>(events.size()) * 30 * hour});
    return events;
}

std::vector<float> scoresOf(PixRec& model, const std::vector<std::vector<Event>>& histories, bool hasTimes = true) {
    std::vector<HistoryView> views;
    for (const auto& history : histories) views.push_back({history, hasTimes});
    std::vector<float> scores(views.size() * static_cast<std::size_t>(model.itemCount()));
    model.score(views, scores, {});
    return scores;
}

double largestDifference(std::span<const float> a, std::span<const float> b) {
    VERIFY(a.size() == b.size() && !a.empty());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
    return largest;
}

double largestDifference(const torch::Tensor& a, const torch::Tensor& b) {
    VERIFY(a.sizes() == b.sizes() && a.numel() > 0);
    return (a - b).abs().max().item<double>();
}

/// An untrained network in evaluation mode.
core::PixRecNetwork network(const std::string& modality, std::uint64_t seed = 1) {
    auto sizes = test::smallTraining(modality, 1).sizes;
    sizes.modality = modality;
    torch::manual_seed(seed);
    core::PixRecNetwork made(sizes);
    made->eval();
    return made;
}

const core::BytePairVocabulary& anyVocabulary() {
    static const core::BytePairVocabulary vocabulary({});
    return vocabulary;
}

core::EncodedItems encoded(core::PixRecNetwork& made, const core::Dataset& dataset) {
    const auto inputs = core::itemInputs(dataset, made->settings, anyVocabulary());
    return core::encodeItems(made, inputs, silent, {});
}

core::HistoryBatch batchOf(const torch::Tensor& itemsBTD) {
    core::HistoryBatch batch;
    batch.itemsBTD = itemsBTD;
    batch.timesBT = (torch::arange(itemsBTD.size(1), torch::kInt64) * (7 * hour))
                        .unsqueeze(0)
                        .expand({itemsBTD.size(0), itemsBTD.size(1)})
                        .contiguous();
    return batch;
}

} // namespace

TEST_CASE(theFutureCannotChangeThePast) {
    const torch::NoGradGuard noGrad;
    auto made = network("both");
    auto batch = batchOf(torch::randn({2, 6, made->settings.width}));
    const auto before = made->userTower->forward(batch);
    batch.itemsBTD = batch.itemsBTD.clone();
    batch.itemsBTD.narrow(1, 4, 2).copy_(torch::randn({2, 2, made->settings.width})); // the fifth and sixth event
    batch.timesBT = batch.timesBT.clone();
    batch.timesBT.narrow(1, 4, 2).add_(1000 * hour);
    const auto after = made->userTower->forward(batch);
    COMPARE(largestDifference(before.narrow(1, 0, 5), after.narrow(1, 0, 5)), 0.0); // the start and four events
    VERIFY(largestDifference(before.narrow(1, 5, 2), after.narrow(1, 5, 2)) > 1e-3);
}

TEST_CASE(orderAndTimesReachTheUserTower) {
    const torch::NoGradGuard noGrad;
    auto made = network("both");
    torch::nn::init::normal_(made->userTower->named_parameters()["age_bias"]);
    torch::nn::init::normal_(made->userTower->named_parameters()["gap_bias"]);
    auto batch = batchOf(torch::randn({1, 5, made->settings.width}));
    const auto last = [&] { return made->userTower->forward(batch).select(1, 5).clone(); };
    const auto straight = last();
    batch.timesBT = batch.timesBT * 100;
    VERIFY(largestDifference(straight, last()) > 1e-3);
    batch.timesBT = torch::Tensor();
    const auto untimed = last();
    VERIFY(largestDifference(straight, untimed) > 1e-3);
    batch.itemsBTD = batch.itemsBTD.flip({1});
    VERIFY(largestDifference(untimed, last()) > 1e-3);
}

TEST_CASE(paddingAndBatchesChangeNothing) {
    auto model = modelOf("both");
    const std::vector<std::vector<Event>> histories{historyOf({1}), historyOf({4, 7, 2, 9, 11}), {}, historyOf({3, 8})};
    const auto together = scoresOf(*model, histories);
    const auto items = static_cast<std::size_t>(model->itemCount());
    for (std::size_t i = 0; i < histories.size(); ++i)
        VERIFY(largestDifference(scoresOf(*model, {histories[i]}), std::span(together).subspan(i * items, items)) <
               1e-5);
}

TEST_CASE(textOnlyIsBothWithNoPictures) {
    auto text = network("text"), both = network("both");
    for (const auto& parameter : both->named_parameters()) // one network, two switches
        VERIFY2(parameter.value().equal(text->named_parameters()[parameter.key()]), parameter.key());
    core::Dataset blind = toy();
    blind.pictures = {};
    const auto withText = encoded(text, toy()), withNothingToSee = encoded(both, blind),
               withPictures = encoded(both, toy());
    VERIFY(withText.inputRD.equal(withNothingToSee.inputRD));
    VERIFY(withText.scoreRP.equal(withNothingToSee.scoreRP));
    COMPARE(withText.inputRD.size(0), 6);
    COMPARE(withPictures.inputRD.size(0), 18);
    COMPARE(withText.pictureRD.abs().sum().item<double>(), 0.0);
}

TEST_CASE(textTwinsShareScoresBitwiseUnderTextAndNotUnderBoth) {
    const auto groups = core::textTwinGroups(toy().items);
    for (const std::string modality : {"text", "both"}) {
        auto model = modelOf(modality);
        const auto scores = scoresOf(*model, {historyOf({0, 5, 9})});
        int equalPairs = 0, pairs = 0;
        for (std::size_t i = 0; i < groups.size(); ++i)
            for (std::size_t j = i + 1; j < groups.size(); ++j) {
                if (groups[i] != groups[j]) continue;
                ++pairs;
                equalPairs += scores[i] == scores[j] ? 1 : 0;
            }
        COMPARE(pairs, 18);
        COMPARE(equalPairs, modality == "text" ? 18 : 0);
    }
}

TEST_CASE(productsOfEqualTextAndEqualPictureShareScoresUnderBoth) {
    core::Dataset dataset = toy();
    dataset.pictures.rowOfItem[1] = dataset.pictures.rowOfItem[0];
    const auto scores = scoresOf(*modelOf("both", dataset), {historyOf({4})});
    VERIFY(scores[0] == scores[1]);
    VERIFY(scores[0] != scores[2]);
}

TEST_CASE(savedAndLoadedModelsScoreIdentically) {
    const std::vector<std::vector<Event>> histories{historyOf({2, 3, 5}), {}};
    auto first = modelOf("both"), second = modelOf("both");
    const auto scores = scoresOf(*first, histories);
    VERIFY(scores == scoresOf(*second, histories));
    VERIFY(scores == scoresOf(*first, histories));

    const test::TemporaryFolder folder;
    first->items().save(folder / "vectors");
    auto third = PixRec::load(folderOf("both"), {});
    third->useItems(core::ItemVectors::load(folder / "vectors"));
    VERIFY(scores == scoresOf(*third, histories));
}

TEST_CASE(anEmptyHistoryIsScored) {
    for (const std::string modality : {"text", "image", "both"}) {
        const auto scores = scoresOf(*modelOf(modality), {{}});
        for (const float score : scores) VERIFY(std::isfinite(score) && std::abs(score) <= 1.0001F);
        VERIFY(*std::max_element(scores.begin(), scores.end()) > *std::min_element(scores.begin(), scores.end()));
    }
}

TEST_CASE(eventsOlderThanTheWindowAreNotRead) {
    auto model = modelOf("both");
    COMPARE(model->historyWindow(), 8);
    const auto inWindow = historyOf({1, 2, 3, 4, 5, 6, 7, 8});
    auto longer = historyOf({17, 16});
    for (const auto& event : inWindow) longer.push_back({event.item, event.time + 500 * hour});
    VERIFY(largestDifference(scoresOf(*model, {inWindow}), scoresOf(*model, {longer})) < 1e-6);
}

TEST_CASE(timesOfAHistoryWithoutTimesAreNotRead) {
    auto model = modelOf("both");
    auto shifted = historyOf({1, 2, 3});
    const auto before = scoresOf(*model, {shifted}, false);
    for (auto& event : shifted) event.time = event.time * 977 + 5;
    VERIFY(before == scoresOf(*model, {shifted}, false));
}

TEST_CASE(productsWithoutPicturesOrWordsAreRankedToo) {
    core::Dataset dataset = toy();
    dataset.pictures.rowOfItem[3] = -1;
    dataset.items[3] = {};
    dataset.items[4] = {};
    auto model = modelOf("both", dataset);
    for (const float score : scoresOf(*model, {historyOf({3, 4})})) VERIFY(std::isfinite(score));
    const auto& vectors = model->itemVectors(core::SimilarSpace::picture);
    COMPARE(vectors.rows, 18);
    const auto length = [&](std::int64_t item) {
        double sum = 0;
        for (const float value : vectors.row(item)) sum += double{value} * double{value};
        return std::sqrt(sum);
    };
    COMPARE(length(3), 0.0);
    COMPARE_NEAR(length(4), 1.0, 1e-5);
}

TEST_CASE(aCatalogNeverSeenIsEncoded) {
    core::Dataset other;
    other.items = {
        {.id = "a",
         .title = "Joust Duffle Bag",
         .category = "Gear > Bags",
         .brand = {},
         .description = {},
         .price = 34.0},
        {.id = "b", .title = "日本語のかばん", .category = {}, .brand = {}, .description = {}, .price = {}},
        {.id = "c", .title = std::string(100'000, 'x'), .category = {}, .brand = {}, .description = {}, .price = {}}};
    auto model = modelOf("both", other);
    const auto scores = scoresOf(*model, {historyOf({0, 1})});
    COMPARE(scores.size(), 3U);
    for (const float score : scores) VERIFY(std::isfinite(score));
}

TEST_CASE(picturesOfAnotherSideAreResized) {
    core::Dataset large = toy();
    large.pictures.side = 128;
    large.pictures.pixels.clear();
    const auto& small = toy().pictures;
    for (std::size_t row = 0; row < small.rowCount(); ++row) // each pixel four times
        for (std::size_t y = 0; y < 128; ++y)
            for (std::size_t x = 0; x < 128; ++x)
                for (std::size_t channel = 0; channel < 3; ++channel)
                    large.pictures.pixels.push_back(small.pixels[((row * 64 + y / 2) * 64 + x / 2) * 3 + channel]);
    COMPARE(modelOf("image")->pictureSide(), 64);
    COMPARE(modelOf("text")->pictureSide(), 0);
    const auto history = historyOf({1, 2});
    VERIFY(scoresOf(*modelOf("image", large), {history}) == scoresOf(*modelOf("image"), {history}));
}

TEST_CASE(vectorsOfAModalityThatIsNotReadAreUnavailable) {
    THROWS_ERROR(modelOf("text")->itemVectors(core::SimilarSpace::picture), ErrorKind::unavailable);
    THROWS_ERROR(modelOf("image")->itemVectors(core::SimilarSpace::text), ErrorKind::unavailable);
    VERIFY(modelOf("text")->info().capabilities.readsText && !modelOf("text")->info().capabilities.readsPicture);
}

TEST_CASE(aStopIsHeardAndTheModelStaysUsable) {
    auto model = modelOf("both");
    std::stop_source stop;
    stop.request_stop();
    THROWS_ERROR(model->prepareItems(toy(), silent, stop.get_token()), ErrorKind::cancelled);
    std::vector<float> scores(18);
    const HistoryView empty;
    THROWS_ERROR(model->score({&empty, 1}, scores, stop.get_token()), ErrorKind::cancelled);
    VERIFY(!scoresOf(*model, {{}}).empty());
}

TEST_CASE(damagedModelFoldersAreNamed) {
    const test::TemporaryFolder folder;
    THROWS_ERROR(PixRec::load(folder / "absent", {}), ErrorKind::notFound);

    auto copy = copyOf("text", folder);
    std::filesystem::resize_file(copy / "model.safetensors", 1000);
    THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::corrupt);
    std::filesystem::remove(copy / "model.safetensors");
    THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::notFound);

    copy = copyOf("text", folder);
    auto weights = test::read(copy / "model.safetensors");
    weights.back() = static_cast<char>(weights.back() ^ 1);
    test::write(copy / "model.safetensors", weights);
    THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::corrupt);

    copy = copyOf("text", folder);
    const auto card = test::read(copy / "model.json");
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"{", ""},
                                                          {"\"width\": 32", "\"width\": -1"},
                                                          {"\"heads\": 4", "\"heads\": 5"},
                                                          {"\"width\": 32", "\"width\": 64"},
                                                          {"\"hash\"", "\"hush\""},
                                                          {"\"modality\": \"text\"", "\"modality\": \"both\""}}) {
        auto damaged = card;
        VERIFY2(damaged.find(from) != std::string::npos, from);
        test::write(copy / "model.json", damaged.replace(damaged.find(from), from.size(), to));
        THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::corrupt);
    }
    auto foreign = card;
    test::write(copy / "model.json", foreign.replace(foreign.find("\"pixrec\""), 8, "\"other\""));
    THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::invalidInput);

    copy = copyOf("text", folder);
    test::write(copy / "vocabulary.json", "{}");
    THROWS_ERROR(PixRec::load(copy, {}), ErrorKind::corrupt);
}

TEST_CASE(keptVectorsOfAnotherModelAreRefused) {
    core::ItemVectors foreign;
    foreign.rowOfItem = {0};
    foreign.input = foreign.score = foreign.text = foreign.picture = {.rows = 1, .width = 3, .values = {1, 0, 0}};
    THROWS_ERROR(modelOf("text")->useItems(foreign), ErrorKind::corrupt);
    const test::TemporaryFolder folder;
    foreign.rowOfItem = {1};
    foreign.save(folder / "vectors");
    THROWS_ERROR(core::ItemVectors::load(folder / "vectors"), ErrorKind::corrupt);
}

TEST_CASE(timesBetweenEventsFallIntoDoublingBuckets) {
    constexpr std::int64_t minute = 60'000;
    COMPARE(core::gapBucket(0), 0);
    COMPARE(core::gapBucket(-5), 0);
    COMPARE(core::gapBucket(minute - 1), 1);
    COMPARE(core::gapBucket(minute), 2);
    COMPARE(core::gapBucket(2 * minute), 3);
    COMPARE(core::gapBucket(3 * minute), 3);
    COMPARE(core::gapBucket(std::numeric_limits<std::int64_t>::max()), core::gapBuckets - 1);
}

TEST_CASE(devicesAreNamedAndMissingOnesExplained) {
    COMPARE(core::pickDevice("cpu"), "cpu");
    COMPARE(core::availableDevices().front(), "cpu");
    for (const char* word : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x"})
        THROWS_ERROR(core::pickDevice(word), ErrorKind::invalidInput);
    THROWS_ERROR(core::pickDevice("cuda:99"), ErrorKind::unavailable);
    VERIFY(core::measureGflopsPerCore() > 0);
}
