#pragma once
#include "core/base/progress.h"
#include "core/importers/line_reader.h"
#include <chrono>
#include <string>

namespace core {

class ImportReport;

/// Reports rows read, some five times a second, and stops where that was asked for.
class RowProgress {
public:
    RowProgress(std::string what, const ProgressSink& sink, const std::stop_token& stop)
        : what_(std::move(what)), sink_(sink), stop_(stop) {}

    /// `total`: how many rows there will be, or 0.
    void row(std::int64_t total) {
        if (isDue()) sink_({what_, rows_, total, "rows"});
    }
    void row(const LineReader& lines) {
        if (isDue()) sink_({what_, rows_, lines.estimatedLines(), "rows"});
    }

private:
    bool isDue() {
        constexpr std::int64_t rowsBetweenChecks = 256; // a row may read a picture
        if (++rows_ % rowsBetweenChecks != 0) return false;
        throwIfStopped(stop_, what_.c_str());
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::milliseconds(200)) return false;
        last_ = now;
        return true;
    }

    std::string what_;
    const ProgressSink& sink_;
    const std::stop_token& stop_;
    std::int64_t rows_ = 0;
    std::chrono::steady_clock::time_point last_;
};

/// Text that cannot be read at all, and what is known only at the end of a file, into the report.
void reportDamage(const LineReader& lines, const std::string& file, ImportReport& report);

} // namespace core
