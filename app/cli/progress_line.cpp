#include "app/cli/progress_line.h"
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace app {

namespace {
constexpr std::chrono::milliseconds terminalInterval{100};
constexpr std::chrono::seconds logInterval{3};
} // namespace

std::string durationText(double seconds) {
    if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressLine::ProgressLine() : isTerminal_(isatty(STDERR_FILENO) == 1), lastShown_(Clock::now()) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
    if (isTerminal_ && isShown_) std::fputs("\r\033[K", stderr);
    isShown_ = false;
}

void ProgressLine::keep(const std::string& line) {
    clear();
    fmt::print(stderr, "{}\n", line);
}

void ProgressLine::report(const core::Progress& progress) {
    const auto now = Clock::now();
    if (progress.what != phase_) {
        phase_ = progress.what;
        phaseStart_ = now;
        phaseStartDone_ = progress.done;
    }
    if (now - lastShown_ < (isTerminal_ ? Clock::duration(terminalInterval) : Clock::duration(logInterval))) return;
    lastShown_ = now;

    auto line = progress.what;
    if (progress.total > 0)
        line += fmt::format(": {} of {} {}", grouped(progress.done), grouped(progress.total), progress.unit);
    else if (progress.done > 0)
        line += fmt::format(": {} {}", grouped(progress.done), progress.unit);
    const double seconds = std::chrono::duration<double>(now - phaseStart_).count();
    const auto doneHere = static_cast<double>(progress.done - phaseStartDone_);
    if (seconds > 0.5 && doneHere > 0) {
        const double rate = doneHere / seconds;
        line += rate < 10 ? fmt::format(", {:.1f} {}/s", rate, progress.unit)
                          : fmt::format(", {} {}/s", grouped(std::llround(rate)), progress.unit);
        if (progress.total > progress.done)
            line += fmt::format(", {} left", durationText(static_cast<double>(progress.total - progress.done) / rate));
    }
    if (isTerminal_) {
        fmt::print(stderr, "\r\033[K{}", line);
        std::fflush(stderr);
    } else {
        fmt::print(stderr, "{}\n", line);
    }
    isShown_ = true;
}

} // namespace app
