#pragma once
#include "core/base/error.h"
#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace app {

/// What every exit of the program means; fixed, other programs read it.
enum class ExitCode { done = 0, failed = 1, wrongUsage = 2, inputRejected = 3, cancelled = 130 };

/// The command line itself is wrong.
struct WrongUsage : core::Error {
    explicit WrongUsage(const std::string& message) : Error(core::ErrorKind::invalidInput, message) {}
};

/// A file or workspace that was given cannot be used: missing, unreadable, empty, or full of errors.
struct InputRejected : core::Error {
    InputRejected(core::ErrorKind kind, const std::string& message,
                  nlohmann::ordered_json findingList = nlohmann::ordered_json::array(), std::string reportFile = {})
        : Error(kind, message), findings(std::move(findingList)), report(std::move(reportFile)) {}
    nlohmann::ordered_json findings; ///< objects with file, line, column, why, severity
    std::string report;              ///< path of the full report; empty: none was written
};

/// A failure in the form in which it leaves the program.
struct Failure {
    ExitCode code = ExitCode::failed;
    std::string kind, message;
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    std::string report{};

    /// {"error":{"kind","message","findings":[...],"report"}}; report is null where there is none.
    nlohmann::ordered_json json() const;
};

/// Call inside a catch block.
Failure describe(const std::exception_ptr& thrown);

} // namespace app
