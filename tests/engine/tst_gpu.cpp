#include "core/base/error.h"
#include "core/recommenders/pixrec.h"
#include "core/tensors/resident_rows.h"
#include "tests/engine/gpu_case.h"
#include "tests/engine/small_training.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <algorithm>
#include <cstdio>
#include <random>

/// What only a graphics processor shows. Without one every case says so, and ctest calls the test skipped.
namespace {

using namespace core;
using test::expectEqualLists, test::gpu, test::isThereAGpu, test::orderOf;

const Computing cpu;

/// Scores of all histories of `dataset`, row by row.
std::vector<float> scoresOf(const std::filesystem::path& folder, const Dataset& dataset, const Computing& computing) {
    const auto model = PixRec::load(folder, computing);
    model->prepareItems(dataset, [](const Progress&) {}, {});
    std::vector<HistoryView> views;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        views.push_back({dataset.histories.of({user}), dataset.hasTimes});
    std::vector<float> scores(views.size() * dataset.itemCount());
    model->score(views, scores, {});
    return scores;
}

Dataset shop() { return test::toyDataset({.types = 40, .colours = 5, .shoppers = 200, .events = 8}); }

} // namespace

TEST_CASE(listsOfTheGpuAndTheCpuAgree) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = shop();
    for (const char* modality : {"text", "both"}) {
        test::train(dataset, test::smallTraining(modality, 12), folder / modality);
        const auto onCpu = scoresOf(folder / modality, dataset, cpu);
        expectEqualLists(onCpu, scoresOf(folder / modality, dataset, {gpu, Precision::fp32}), dataset.itemCount());
        const auto rounded = scoresOf(folder / modality, dataset, {gpu, Precision::bf16});
        for (std::size_t i = 0; i < onCpu.size(); ++i) COMPARE_NEAR(onCpu[i], rounded[i], 0.02);
        double shared = 0; // it goes by how far apart products stand
        const auto items = dataset.itemCount(), users = onCpu.size() / items;
        for (std::size_t user = 0; user < users; ++user) {
            auto one = orderOf(std::span(onCpu).subspan(user * items, items));
            auto other = orderOf(std::span(rounded).subspan(user * items, items));
            for (auto* const order : {&one, &other}) {
                order->resize(100);
                std::sort(order->begin(), order->end());
            }
            std::vector<std::size_t> both;
            std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
            shared += static_cast<double>(both.size()) / 100 / static_cast<double>(users);
        }
        std::printf("%s: %.4f of the best 100 of fp32 on the CPU are among the best 100 of bf16 on the GPU\n", modality,
                    shared);
        VERIFY(shared > 0.7);
    }
}

TEST_CASE(whatIsTrainedOnTheGpuGivesTheSameListsOnTheCpu) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = shop();
    auto training = test::smallTraining("both", 3);
    training.device = gpu;
    const auto result = test::train(dataset, training, folder / "model");
    VERIFY(result.curve.back().loss.value() < result.curve.front().loss.value());
    expectEqualLists(scoresOf(folder / "model", dataset, {gpu, Precision::fp32}),
                     scoresOf(folder / "model", dataset, cpu), dataset.itemCount());
}

TEST_CASE(residentRowsAreSearchedAsOnTheCpu) {
    if (!isThereAGpu()) return;
    std::mt19937_64 random(1);
    std::normal_distribution<float> normal;
    constexpr int width = 64, k = 100;
    std::vector<float> values(20'000 * width), queries(16 * width);
    for (auto* const drawn : {&values, &queries})
        for (auto& value : *drawn) value = normal(random);
    const auto expected = ResidentRows(values, width, "cpu", Precision::fp32).best(queries, k);
    for (const auto precision : availablePrecisions(gpu)) {
        const auto found = ResidentRows(values, width, gpu, precision).best(queries, k);
        const double tolerance = precision == Precision::fp32 ? 1e-3 : precision == Precision::fp16 ? 0.05 : 0.4;
        for (std::size_t query = 0; query < found.size(); ++query)
            for (std::size_t i = 0; i < k; ++i)
                COMPARE_NEAR(found[query][i].score, expected[query][i].score, tolerance);
    }
}
