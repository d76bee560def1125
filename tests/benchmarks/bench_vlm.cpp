// bench_vlm CHECKPOINT DATA.json BATCH [DEVICE PRECISION]: trains a vision-language recommender (text, plain prompt,
// whole network, one thread) for one epoch on DATA's histories, then reads all products and, one by one, the histories
// of DATA's "prompts"; prints one JSON object. DEVICE: cpu or cuda:N; PRECISION: fp32 or bf16. DATA: {"titles": [..],
// "histories": [[item ..] ..], "prompts": [[item ..] ..]}. compare_vlm.py runs it beside PyTorch.
#include "core/base/error.h"
#include "core/recommenders/vlm_model.h"
#include "core/recommenders/vlm_prompt.h"
#include "core/tensors/device.h"
#include "core/training/train_vlm.h"
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

using namespace core;
using Clock = std::chrono::steady_clock;

namespace {

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::int64_t peakBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * std::int64_t{1024};
}

std::vector<Event> eventsOf(const nlohmann::json& rows) {
    std::vector<Event> events;
    for (const auto& row : rows) events.push_back({{row.get<std::int32_t>()}, std::ssize(events)});
    return events;
}

Dataset readDataset(const nlohmann::json& data) {
    Dataset dataset;
    for (const auto& title : data.at("titles")) {
        auto& item = dataset.items.emplace_back();
        item.id = std::to_string(dataset.items.size());
        item.title = title.get<std::string>();
    }
    for (const auto& history : data.at("histories")) dataset.histories.append(eventsOf(history));
    dataset.catalogHash = "bench";
    return dataset;
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 4 && argc != 6)
        throw Error(ErrorKind::invalidInput, "bench_vlm CHECKPOINT DATA.json BATCH [DEVICE PRECISION]");
    const Computing computing{argc > 4 ? argv[4] : "cpu", precisionFromName(argc > 4 ? argv[5] : "fp32")};
    setComputeThreads(1);
    const auto data = nlohmann::json::parse(std::ifstream(argv[2]));
    const auto dataset = readDataset(data);
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("bench-vlm-{}", getpid());
    VlmTraining chosen;
    chosen.device = computing.device;
    chosen.recipe.precision = computing.precision;
    chosen.settings.modality = "text";
    chosen.settings.backbone = argv[1];
    chosen.recipe.epochs = 1;
    chosen.recipe.batch = chosen.recipe.microBatch = std::stoi(argv[3]);
    chosen.recipe.validationUsers = 1;
    JobContext context;
    context.threads = 1;
    nlohmann::json report{{"libtorch", libTorchVersion()},
                          {"device", deviceDescription(computing.device)},
                          {"precision", precisionName(computing.precision)}};
    const auto result = trainVlm(
        dataset, chosen, folder,
        [&](const TrainPoint& point) {
            report["training_events_per_second"] = point.eventsPerSecond;
            report["loss"] = point.loss.value();
        },
        context);
    report["training_peak_bytes"] = peakBytes();

    const auto model = VlmModel::load(folder, computing);
    model->prepare(dataset);
    auto start = Clock::now();
    model->encodeItems([](const Progress&) {}, {});
    report["items_per_second"] = static_cast<double>(dataset.itemCount()) / secondsSince(start);

    const VlmPrompt prompt(argv[1], chosen.settings);
    const auto catalog = prompt.catalog(dataset);
    std::int64_t tokens = 0;
    std::vector<float> scoresV(dataset.itemCount());
    std::vector<std::vector<Event>> prompts;
    for (const auto& rows : data.at("prompts")) {
        prompts.push_back(eventsOf(rows));
        std::vector<std::int32_t> catalogRows;
        for (const auto& event : prompts.back()) catalogRows.push_back(catalog.rowOf(event.item));
        tokens += prompt.history(catalog, catalogRows).size();
    }
    start = Clock::now();
    for (const auto& events : prompts) model->score(std::vector<HistoryView>{{events, false}}, scoresV, {});
    report["prompt_tokens_per_second"] = static_cast<double>(tokens) / secondsSince(start);
    report["prompt_tokens"] = static_cast<double>(tokens) / static_cast<double>(prompts.size());
    report["peak_bytes"] = peakBytes();
    std::filesystem::remove_all(folder);
    fmt::print("{}\n", report.dump());
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
