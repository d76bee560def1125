#pragma once
#include "core/base/grouped.h"
#include "core/base/progress.h"
#include <chrono>
#include <string>

namespace app {

/// Progress of one command on standard error, with rate and time left: on a terminal one line that is rewritten, else a
/// line every few seconds. One thread.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void report(const core::Progress& progress);
    /// A line that stays, between the reports.
    void keep(const std::string& line);

private:
    using Clock = std::chrono::steady_clock;
    void clear();

    bool isTerminal_;
    bool isShown_ = false;
    std::string phase_;
    Clock::time_point phaseStart_, lastShown_;
    std::int64_t phaseStartDone_ = 0;
};

using core::grouped;
/// "850 ms", "12 s", "3 min 20 s", "2 h 5 min"
std::string durationText(double seconds);

} // namespace app
