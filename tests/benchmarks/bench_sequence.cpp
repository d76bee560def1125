// bench_sequence DATA MODEL_FOLDER KIND [--epochs E] [--seed S] [--modality none|text] [--threads N] [--device
//                cpu|cuda:0] [--split test|validation]
//                [--set NAME=VALUE].. [--part MODEL_FOLDER|BASELINE].. [--resamples N]
// Trains a recommender over product ids on DATA/interactions.csv (user,item,timestamp; DATA/items.jsonl for words), or
// counts a baseline, or chooses the weights of a mix, then ranks one split; prints one JSON object. The speed is in
// real training events: predictions that count in the loss, none of them padding.
#include "core/base/error.h"
#include "core/dataset/split.h"
#include "core/evaluation/bootstrap.h"
#include "core/evaluation/rank_examples.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/matrix_factors.h"
#include "core/recommenders/mix.h"
#include "core/recommenders/sequence_model.h"
#include "core/tensors/device.h"
#include "core/training/trainers.h"
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unordered_map>

using namespace core;
using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

static Dataset readDataset(const std::filesystem::path& folder) {
    Dataset dataset;
    std::unordered_map<std::string, std::int32_t> itemOfId, userOfId;
    const auto item = [&](const std::string& id) {
        const auto [entry, isNew] = itemOfId.try_emplace(id, static_cast<std::int32_t>(itemOfId.size()));
        if (isNew) dataset.items.emplace_back().id = id;
        return ItemIndex{entry->second};
    };
    std::ifstream items(folder / "items.jsonl");
    for (std::string line; std::getline(items, line);) {
        const auto json = nlohmann::json::parse(line);
        auto& text = dataset.items[item(json.at("id").get<std::string>()).slot()];
        const auto take = [&](const char* name) {
            return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string();
        };
        text.title = take("title");
        text.category = take("category");
        text.brand = take("brand");
    }
    std::ifstream events(folder / "interactions.csv");
    if (!events) throw Error(ErrorKind::notFound, "bench_sequence: no interactions.csv in " + folder.string());
    std::vector<std::vector<Event>> histories;
    std::string line;
    std::getline(events, line); // user,item,timestamp
    while (std::getline(events, line)) {
        const auto first = line.find(','), second = line.find(',', first + 1);
        const auto [entry, isNew] =
            userOfId.try_emplace(line.substr(0, first), static_cast<std::int32_t>(userOfId.size()));
        if (isNew) histories.emplace_back();
        histories[static_cast<std::size_t>(entry->second)].push_back(
            {item(line.substr(first + 1, second - first - 1)), std::stoll(line.substr(second + 1))});
    }
    for (auto& history : histories) {
        std::stable_sort(history.begin(), history.end(), [](auto& a, auto& b) { return a.time < b.time; });
        dataset.histories.append(history);
    }
    dataset.catalogHash = folder.filename().string();
    return dataset;
}

static std::unique_ptr<Recommender> load(const std::filesystem::path& folder, const Dataset& dataset,
                                         const std::string& device) {
    if (isBaseline(folder.string())) return makeBaseline(folder.string(), dataset, "bench", {});
    const auto kind = nlohmann::json::parse(std::ifstream(folder / "model.json")).at("recommender").get<std::string>();
    if (kind == "bpr-mf") return MatrixFactorModel::load(folder, dataset);
    if (kind != "mix") return SequenceModel::load(folder, dataset, device);
    auto read = readMixFolder(folder);
    std::vector<std::unique_ptr<Recommender>> parts;
    for (const auto& part : read.settings.parts)
        parts.push_back(
            load(isBaseline(part.name) ? std::filesystem::path(part.name) : folder.parent_path() / part.name, dataset,
                 device));
    return std::make_unique<Mix>(std::move(read), std::move(parts));
}

int main(int argc, char** argv) try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3)
        throw Error(ErrorKind::invalidInput, "bench_sequence DATA MODEL_FOLDER KIND [--epochs E] ...");
    const std::filesystem::path folder = arguments[1];
    TrainRequest request;
    request.name = folder.filename().string();
    request.recommender = arguments[2];
    request.modality = "none";
    request.device = "cpu";
    int threads = 1, resamples = 1000;
    auto which = Split::test;
    for (std::size_t i = 3; i + 1 < arguments.size(); i += 2) {
        const auto& value = arguments[i + 1];
        if (arguments[i] == "--epochs")
            request.epochs = std::stoi(value);
        else if (arguments[i] == "--seed")
            request.seed = std::stoull(value);
        else if (arguments[i] == "--device")
            request.device = value;
        else if (arguments[i] == "--modality")
            request.modality = value;
        else if (arguments[i] == "--part")
            request.parts.push_back(value);
        else if (arguments[i] == "--resamples")
            resamples = std::stoi(value);
        else if (arguments[i] == "--threads")
            threads = std::stoi(value);
        else if (arguments[i] == "--split")
            which = value == "test" ? Split::test : Split::validation;
        else if (arguments[i] == "--set")
            request.options[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
        else
            throw Error(ErrorKind::invalidInput, "bench_sequence: " + arguments[i] + " is not an option");
    }
    setComputeThreads(threads);
    const Dataset dataset = readDataset(arguments[0]);
    nlohmann::json report{{"kind", request.recommender},
                          {"items", dataset.itemCount()},
                          {"users", dataset.histories.userCount()},
                          {"events", dataset.histories.events.size()},
                          {"threads", threads},
                          {"seed", request.seed},
                          {"libtorch", libTorchVersion()}};

    std::unique_ptr<Recommender> model;
    if (isBaseline(request.recommender)) {
        const auto start = Clock::now();
        model = makeBaseline(request.recommender, dataset, "bench", {});
        report["counting_seconds"] = secondsSince(start);
    } else {
        std::vector<double> rates;
        const std::function<void(const TrainPoint&)> onPoint = [&](const TrainPoint& point) {
            rates.push_back(point.eventsPerSecond);
            fmt::print(stderr, "epoch {:2d}: loss {:.4f}, validation NDCG@10 {:.4f}, {:.0f} events/s\n", point.epoch,
                       point.loss.value_or(0), point.validationNdcg10.value_or(0), point.eventsPerSecond);
        };
        JobContext context;
        context.threads = threads;
        const auto loadPart = [&](const std::string& name) { return load(name, dataset, request.device); };
        const auto result = trainerFor(request).train({request, folder, dataset, {}, loadPart, onPoint, context});
        std::sort(rates.begin(), rates.end());
        report["epochs"] = result.curve.size();
        rusage spent{};
        getrusage(RUSAGE_SELF, &spent);
        report["training_cpu_seconds_with_validation"] =
            static_cast<double>(spent.ru_utime.tv_sec + spent.ru_stime.tv_sec);
        report["training_seconds_with_validation"] = result.seconds;
        report["events_per_second"] = {{"median", rates[rates.size() / 2]}, {"best", rates.back()}};
        report["validation"] = result.model.metrics;
        model = load(folder, dataset, request.device);
    }
    const HeldOut split(dataset.histories);
    const auto examples = split.examples(which);
    const auto start = Clock::now();
    const auto ranks = rankExamples(
        examples, static_cast<std::int64_t>(dataset.itemCount()), !repeatsOccur(split, dataset.histories),
        [&](std::span<const Example> block, std::span<float> scoresBV) {
            std::vector<HistoryView> histories;
            for (const auto& example : block) histories.push_back({example.input, false});
            model->score(histories, scoresBV, {});
        },
        [](std::int64_t) {});
    report["evaluation_seconds"] = secondsSince(start);
    report["evaluated_users"] = ranks.size();
    const RankMetrics metrics(static_cast<std::int64_t>(dataset.itemCount()));
    std::vector<MetricRow> rows;
    for (const auto rank : ranks) rows.push_back(metrics.of(rank));
    auto& measured = report[which == Split::test ? "test" : "validation_again"];
    const auto intervals = pairedBootstrap({&rows, 1}, {resamples, 1}, {});
    for (const auto& [name, interval] : intervals.models.front())
        measured[name] = {interval.value, interval.low, interval.high};
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    report["peak_memory_mib"] = usage.ru_maxrss / 1024;
    fmt::print("{}\n", report.dump(2));
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
