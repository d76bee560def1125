// bench_recommend WORKSPACE [--training] [--stopping] [--requests N] MODEL...
// How long the engine takes for an edited history, through the module as the window loads it: every request drops, adds
// or moves one product of a shopper's history, so that no answer comes from the cache, and is asked of every MODEL as a
// comparison is. With --training a job trains beside it, in the background on one thread, as the window runs it. Prints
// one JSON object.
#include "core/base/error.h"
#include "core/engine/module.h"
#include "core/evaluation/bootstrap.h"
#include "core/workspace/workspace.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <unistd.h>

using namespace core;

namespace {
using Clock = std::chrono::steady_clock;

struct Options {
    std::filesystem::path workspace;
    std::vector<std::string> models;
    bool isTraining = false, isStopping = false;
    int requests = 300;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--training")
            options.isTraining = true;
        else if (word == "--stopping")
            options.isStopping = true;
        else if (word == "--requests" && i + 1 < argc)
            options.requests = std::stoi(argv[++i]);
        else if (options.workspace.empty())
            options.workspace = word;
        else
            options.models.emplace_back(word);
    }
    if (options.models.empty())
        throw Error(ErrorKind::invalidInput, "bench_recommend: WORKSPACE [--training] [--requests N] MODEL...");
    return options;
}

double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

nlohmann::json quantiles(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&values](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {{"count", values.size()}, {"p50", at(0.5)}, {"p95", at(0.95)}, {"max", values.back()}};
}

/// A shopper's history with one product dropped, added or moved.
std::vector<Event> edited(std::vector<Event> history, std::int64_t itemCount, PortableRandom& random) {
    const auto place = [&] { return random.below(static_cast<std::uint32_t>(history.size())); };
    const auto edit = history.size() < 2 ? 0 : random.below(3);
    if (edit == 0)
        history.push_back({{static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(itemCount)))},
                           history.empty() ? 0 : history.back().time});
    else if (edit == 1)
        history.erase(history.begin() + place());
    else
        std::swap(history[place()].item, history[place()].item);
    return history;
}

/// Trains until it goes out of scope, the way the window does it.
class BackgroundTraining {
public:
    BackgroundTraining(const ModuleEntry& module, const std::filesystem::path& workspace)
        : thread_([this, &module, workspace](std::stop_token stop) { train(module, workspace, stop); }) {
        while (!isUnderWay_ && message_.empty()) std::this_thread::yield();
    }
    ~BackgroundTraining() { thread_.request_stop(); }
    const std::string& message() const { return message_; }

private:
    void train(const ModuleEntry& module, const std::filesystem::path& workspace, std::stop_token stop) {
        const std::unique_ptr<Jobs> jobs(module.createJobs());
        TrainRequest request;
        request.workspace = workspace;
        request.name = "bench-" + std::to_string(getpid());
        request.epochs = 1000;
        JobContext context;
        context.threads = 1;
        context.isBackground = true;
        context.stop = stop;
        // Steps of the training itself, not the pictures that are read before it.
        context.progress = [this](const Progress& progress) { isUnderWay_ = isUnderWay_ || progress.unit == "steps"; };
        try {
            jobs->train(
                request, [this](const TrainPoint&) { isUnderWay_ = true; }, context);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::cancelled) message_ = error.what();
        }
    }
    std::atomic<bool> isUnderWay_ = false;
    std::string message_;
    std::jthread thread_;
};

/// Opens a copy without a cache, begins to prepare `model`, asks it to stop a while later, ten times.
nlohmann::json stopLatency(Engine& engine, const Options& options, const std::string& model) {
    const auto copy = std::filesystem::temp_directory_path() / ("pixrec-bench-" + std::to_string(getpid()));
    std::filesystem::create_directories(copy);
    for (const char* part : {"workspace.sqlite", "models", "pictures"})
        std::filesystem::copy(options.workspace / part, copy / part, std::filesystem::copy_options::recursive);
    std::vector<double> latencies;
    for (int trial = 0; trial < 10; ++trial) {
        engine.openWorkspace(copy);
        std::stop_source stop;
        Clock::time_point asked;
        std::jthread asker([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + 400 * trial));
            asked = Clock::now();
            stop.request_stop();
        });
        try {
            engine.prepare(
                model, [](const Progress&) {}, stop.get_token());
        } catch (const Error&) {
            latencies.push_back(millisecondsSince(asked));
        }
    }
    std::filesystem::remove_all(copy);
    return latencies.empty() ? nlohmann::json() : quantiles(latencies);
}

nlohmann::json run(const Options& options) {
    const auto start = Clock::now();
    const auto& module = loadModule(defaultModulePath());
    const std::unique_ptr<Engine> engine(module.createEngine({}));
    const double moduleMs = millisecondsSince(start);
    engine->openWorkspace(options.workspace);
    const double openMs = millisecondsSince(start) - moduleMs;

    nlohmann::json result{
        {"module_ms", moduleMs}, {"open_workspace_ms", openMs}, {"training_beside", options.isTraining}};
    if (options.isStopping)
        for (const auto& model : options.models) result["stop_ms"][model] = stopLatency(*engine, options, model);
    engine->openWorkspace(options.workspace);
    for (const auto& model : options.models) {
        const auto opening = engine->prepare(model, [](const Progress&) {}, {});
        result["prepare"][model] = {
            {"ms", opening.elapsedMs}, {"warm", opening.isWarm}, {"items_encoded", opening.itemsEncoded}};
    }

    Workspace workspace(options.workspace, WorkspaceAccess::readOnly);
    const auto histories = workspace.interactions().allHistories();
    const auto itemCount = workspace.catalog().itemCount();
    std::optional<BackgroundTraining> training;
    if (options.isTraining) training.emplace(module, options.workspace);

    PortableRandom random(static_cast<std::uint64_t>(getpid()));
    std::vector<double> comparisons;
    std::map<std::string, std::vector<double>> single;
    std::int64_t fromCache = 0;
    for (int i = 0; i < options.requests; ++i) {
        RecommendRequest request;
        request.historyHasTimes = workspace.hasTimes();
        if (histories.userCount() > 0) {
            const auto history = histories.of(
                {static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(histories.userCount())))});
            request.history.assign(history.begin(), history.end());
        }
        request.history = edited(std::move(request.history), itemCount, random);
        request.probes = {{static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(itemCount)))}};
        request.k = 12;
        const auto asked = Clock::now();
        for (const auto& model : options.models) {
            const auto one = Clock::now();
            request.model = model;
            fromCache += engine->recommend(request, {}).fromCache ? 1 : 0;
            single[model].push_back(millisecondsSince(one));
        }
        comparisons.push_back(millisecondsSince(asked));
    }
    if (training && !training->message().empty()) result["training_failed"] = training->message();
    result["items"] = itemCount;
    result["from_cache"] = fromCache;
    result["comparison_ms"] = quantiles(comparisons);
    for (const auto& [model, times] : single) result["recommend_ms"][model] = quantiles(times);
    const auto info = engine->info();
    result["machine"] = {{"cores", std::thread::hardware_concurrency()},
                         {"device", info.device},
                         {"version", info.version},
                         {"compiler", __VERSION__},
                         {"optimised",
#ifdef NDEBUG
                          true
#else
                          false
#endif
                         },
                         {"gflops_per_core", info.gflopsPerCore}};
    return result;
}
} // namespace

int main(int argc, char** argv) {
    try {
        std::puts(run(parse(argc, argv)).dump(2).c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
