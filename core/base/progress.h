#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace core {

/// One report of a running job. Rates and time left are derived by whoever shows it.
struct Progress {
    std::string what;       ///< what is being done now, a few words: "reading interactions.csv"
    std::int64_t done = 0;  ///< in `unit`
    std::int64_t total = 0; ///< 0 where it is not known
    std::string unit;       ///< "rows", "items", "steps", "shoppers"
};

/// Called from the thread that does the work, at most some ten times a second; must be quick and must not throw.
using ProgressSink = std::function<void(const Progress&)>;

/// Throws Error(cancelled) when a stop was asked for. `what` names what was being done.
void throwIfStopped(const std::stop_token& stop, const char* what);

} // namespace core
