// bench_window WORKSPACE [--edits N] [--model NAME]... [--training]
// How soon the whole window shows what an edit changes: from the call that edits the history to the paint event of the
// last list that follows it, with the module as the program loads it. Every edit drops, adds or moves one product, so
// that no list comes from the cache; the next one starts when the last is painted. --model: of list A, then of list B.
// The history has ten tiles at the start. With --training a job trains beside
// it, as the Training panel starts it. Also the first paint, from the beginning of the window. Prints one JSON object.
// Run with QT_QPA_PLATFORM=offscreen, or under an X server for a real one.
#include "core/engine/module.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/views/training/training_panel.h"
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sys/resource.h>
#include <thread>

namespace {

struct Options {
    std::filesystem::path workspace;
    int edits = 300;
    QStringList models; ///< of list A, of list B; those that the window picks where there are fewer
    bool isTraining = false;
};

Options parse(const QStringList& words) {
    Options options;
    for (int i = 1; i < words.size(); ++i) {
        if (words[i] == QLatin1String("--training"))
            options.isTraining = true;
        else if (words[i] == QLatin1String("--model") && i + 1 < words.size())
            options.models << words[++i];
        else if (words[i] == QLatin1String("--edits") && i + 1 < words.size())
            options.edits = words[++i].toInt();
        else
            options.workspace = words[i].toStdString();
    }
    return options;
}

nlohmann::json quantiles(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&values](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {{"count", values.size()}, {"p50", at(0.5)}, {"p95", at(0.95)}, {"p99", at(0.99)}, {"max", values.back()}};
}

/// Seconds of processor time that this process has used, all threads.
double processorSeconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Runs the event loop until `signal`; false after a minute.
template <class Sender, class Signal>
bool waitFor(Sender* sender, Signal signal) {
    QEventLoop loop;
    QObject::connect(sender, signal, &loop, [&loop] { loop.exit(0); });
    QTimer::singleShot(60'000, &loop, [&loop] { loop.exit(1); });
    return loop.exec() == 0;
}

/// A minute at most.
void waitUntilComplete(const ui::MainWindow& window) {
    QElapsedTimer waiting;
    waiting.start();
    while (!window.isComplete() && waiting.elapsed() < 60'000)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
}

constexpr std::int64_t tiles = 10, mostTiles = 12; ///< of a history: what shoppers have, not what edits pile up

void editOnce(ui::Session& session, std::mt19937& random) {
    const auto below = [&random](std::int64_t end) {
        return static_cast<int>(random() % static_cast<std::uint64_t>(end));
    };
    const auto size = static_cast<std::int64_t>(session.history().size());
    int kind = below(3);
    if (size > mostTiles) kind = 0;
    if (size > 2 && kind == 0) return session.removePlaces({below(size)});
    if (size > 1 && kind == 1) {
        const int from = below(size);
        return session.moveItem(from, (from + 1 + below(size - 1)) % static_cast<int>(size));
    }
    session.addItems({{below(session.summary().items)}}, below(size + 1));
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const Options options = parse(QApplication::arguments());
    ui::MainWindow window(
        {.loadModule = []() -> const core::ModuleEntry& { return core::loadModule(core::defaultModulePath()); },
         .keepsSettings = false});
    QObject::connect(&window, &ui::MainWindow::firstPainted, &window,
                     [&] { window.openWorkspace(options.workspace); }); // as the program does
    window.show();
    if (!waitFor(&window, &ui::MainWindow::engineReady)) return 1;
    waitUntilComplete(window);

    if (options.isTraining) {
        core::TrainRequest request;
        request.name = "bench-window";
        request.modality = "both";
        request.epochs = 1000; // longer than the edits; cancelled with the window
        Q_EMIT window.findChild<ui::TrainingPanel*>()->startRequested(request);
        QElapsedTimer warmingUp;
        warmingUp.start();
        while (warmingUp.elapsed() < 8'000) QApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
    }
    std::mt19937 random(1);
    ui::Session& session = *window.session();
    const ui::Slot slots[] = {ui::Slot::a, ui::Slot::b};
    for (int i = 0; i < std::min(2, static_cast<int>(options.models.size())); ++i)
        session.setModelName(slots[i], options.models[i]);
    waitUntilComplete(window); // their first lists, which load them, are no edit
    while (static_cast<std::int64_t>(session.history().size()) != tiles) {
        if (static_cast<std::int64_t>(session.history().size()) > tiles)
            session.removePlaces({0});
        else
            session.addItems(
                {{static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(session.summary().items))}}, 0);
        if (!waitFor(window.live(), &ui::LiveComparison::painted)) return 1;
    }
    std::vector<double> milliseconds, engineMilliseconds;
    QObject::connect(window.live(), &ui::LiveComparison::painted, &application,
                     [&](double, double, double engineMs) { engineMilliseconds.push_back(engineMs); });
    constexpr int unmeasured = 10; // first lists read pictures
    const double before = processorSeconds();
    for (int edit = 0; edit < options.edits + unmeasured; ++edit) {
        const auto was = session.history();
        QElapsedTimer timer;
        timer.start();
        editOnce(session, random);
        if (ui::isSameHistory(was, session.history())) continue;
        if (!waitFor(window.live(), &ui::LiveComparison::painted)) return 1;
        if (edit >= unmeasured) milliseconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ifstream loadFile("/proc/loadavg");
    std::string load;
    std::getline(loadFile, load);
    const nlohmann::json result{
        {"workspace", options.workspace.filename().string()},
        {"models", {session.modelName(ui::Slot::a).toStdString(), session.modelName(ui::Slot::b).toStdString()}},
        {"k", session.k()},
        {"products", session.summary().items},
        {"platform", QApplication::platformName().toStdString()},
        {"training_beside", options.isTraining},
        {"first_paint_ms", window.firstPaintMs()},
        {"edit_to_painted_ms", quantiles(milliseconds)},
        {"engine_ms", quantiles(engineMilliseconds)},
        {"processor_seconds", processorSeconds() - before},
        {"machine", {{"cores", std::thread::hardware_concurrency()}, {"load", load}}},
        {"qt", qVersion()}};
    std::puts(result.dump(2).c_str());
    return 0;
}
