#include "core/base/error.h"
#include "core/recommenders/pixrec.h"
#include "core/tensors/resident_rows.h"
#include "tests/engine/small_training.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>

/// What only a graphics processor shows. Without one every case says so, and ctest calls the test skipped.
namespace {

using namespace core;

const char* const gpu = "cuda:0";

bool isThereAGpu() {
    if (availableDevices().size() > 1) return true;
    std::puts("SKIPPED: there is no GPU that this LibTorch can use");
    return false;
}

/// Scores of all histories of `dataset`, row by row.
std::vector<float> scoresOf(const std::filesystem::path& folder, const Dataset& dataset, const std::string& device,
                            Precision precision = Precision::fp32) {
    const WithPrecision precise(device, precision);
    const auto model = PixRec::load(folder, device);
    model->prepareItems(dataset, [](const Progress&) {}, {});
    std::vector<HistoryView> views;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        views.push_back({dataset.histories.of({user}), dataset.hasTimes});
    std::vector<float> scores(views.size() * dataset.itemCount());
    model->score(views, scores, {});
    return scores;
}

std::vector<std::size_t> orderOf(std::span<const float> scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [scores](auto one, auto other) { return scores[one] > scores[other]; });
    return order;
}

/// The best 100 stand in the same order, up to scores that are as good as equal.
void expectEqualLists(std::span<const float> first, std::span<const float> second, std::size_t items) {
    for (std::size_t at = 0; at < first.size(); at += items) {
        const auto one = first.subspan(at, items), other = second.subspan(at, items);
        const auto orderOne = orderOf(one), orderOther = orderOf(other);
        for (std::size_t i = 0; i < std::min<std::size_t>(100, items); ++i)
            COMPARE_NEAR(one[orderOne[i]], one[orderOther[i]], 1e-4);
    }
}

Dataset shop() { return test::toyDataset({.types = 40, .colours = 5, .shoppers = 200, .events = 8}); }

} // namespace

TEST_CASE(listsOfTheGpuAndTheCpuAgree) {
    if (!isThereAGpu()) return;
    const test::TemporaryFolder folder;
    const auto dataset = shop();
    for (const char* modality : {"text", "both"}) {
        test::train(dataset, test::smallTraining(modality, 2), folder / modality);
        const auto onCpu = scoresOf(folder / modality, dataset, "cpu");
        expectEqualLists(onCpu, scoresOf(folder / modality, dataset, gpu), dataset.itemCount());
        const auto rounded = scoresOf(folder / modality, dataset, gpu, Precision::bf16);
        double shared = 0;
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
        VERIFY(shared > 0.9);
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
    expectEqualLists(scoresOf(folder / "model", dataset, gpu), scoresOf(folder / "model", dataset, "cpu"),
                     dataset.itemCount());
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
    for (const auto precision : {Precision::fp32, Precision::fp16, Precision::bf16}) {
        const auto found = ResidentRows(values, width, gpu, precision).best(queries, k);
        const double tolerance = precision == Precision::fp32 ? 1e-3 : precision == Precision::fp16 ? 0.05 : 0.4;
        for (std::size_t query = 0; query < found.size(); ++query)
            for (std::size_t i = 0; i < k; ++i)
                COMPARE_NEAR(found[query][i].score, expected[query][i].score, tolerance);
    }
}
