#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/importers/import.h"
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

/// bench_import WORKSPACE ITEMS [INTERACTIONS]: one import, replacing what is there, and the searches that the window
/// does; one JSON object on standard output.
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Of this process; on a busy machine the honest figure beside the time on the clock.
double processorSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t peakMemoryBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t{usage.ru_maxrss} * 1024;
}

double searchMs(core::Workspace& workspace, const std::string& text) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        workspace.catalog().search({.text = text}, 0, 50);
        best = std::min(best, secondsSince(start) * 1000);
    }
    return best;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("bench_import WORKSPACE ITEMS [INTERACTIONS]\n", stderr);
        return 2;
    }
    core::ImportRequest request;
    request.workspace = argv[1];
    request.items = argv[2];
    if (argc > 3) request.interactions = argv[3];
    request.replace = true;
    try {
        nlohmann::ordered_json phases = nlohmann::ordered_json::object();
        std::string phase = "start";
        auto phaseStart = Clock::now();
        const auto endPhase = [&](const std::string& next) {
            phases[phase] = phases.value(phase, 0.0) + secondsSince(phaseStart);
            phase = next;
            phaseStart = Clock::now();
        };
        const auto start = Clock::now();
        const core::ImportResult result = core::importWorkspace(request,
                                                                [&](const core::Progress& progress) {
                                                                    if (progress.what != phase) endPhase(progress.what);
                                                                },
                                                                {});
        const double seconds = secondsSince(start);
        const double processor = processorSeconds();
        endPhase("done");
        if (!result.accepted) throw core::Error(core::ErrorKind::invalidInput, result.message);
        const auto peak = peakMemoryBytes();
        core::Workspace workspace(request.workspace, core::WorkspaceAccess::readOnly);
        const auto loadStart = Clock::now();
        const auto events = workspace.loadDataset().histories.events.size();
        const double loadSeconds = secondsSince(loadStart);
        nlohmann::ordered_json searches;
        for (const char* text : {"a", "black", "black dress", "zzzz"}) searches[text] = searchMs(workspace, text);
        fmt::print("{}\n", nlohmann::ordered_json{{"items", result.summary.items},
                                                  {"events", result.summary.events},
                                                  {"users", result.summary.users},
                                                  {"seconds", seconds},
                                                  {"processor_seconds", processor},
                                                  {"rows_per_second",
                                                   static_cast<double>(result.itemsRead + result.eventsRead) / seconds},
                                                  {"peak_memory_bytes", peak},
                                                  {"errors", result.errors},
                                                  {"warnings", result.warnings},
                                                  {"notes", result.notes},
                                                  {"phases_seconds", phases},
                                                  {"load_seconds", loadSeconds},
                                                  {"loaded_events", events},
                                                  {"search_ms", searches},
#ifdef NDEBUG
                                                  {"build", "release"},
#else
                                                  {"build", "debug"},
#endif
                                                  {"compiler", __VERSION__}}
                               .dump(2));
        return 0;
    } catch (const core::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
