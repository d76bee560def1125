#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace core {

/// What a caller can do about a failure, not where it happened.
enum class ErrorKind {
    invalidInput, ///< the user's data or arguments are wrong
    notFound,     ///< something named does not exist
    corrupt,      ///< a file of ours or a model is damaged
    unavailable,  ///< a device, module, lock or disk space is not to be had now
    outOfMemory,
    cancelled, ///< stopped on request; not a failure to report
    internal,
};

/// The only exception type that leaves a core function on purpose.
/// The message reads "what was being done: what went wrong", for example
/// `import interactions.csv: line 812, column 3: "2021-13-40" is not a date`.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
    ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
};

/// The word for a kind in JSON output: "invalid-input", "not-found", "corrupt", "unavailable", "out-of-memory",
/// "cancelled", "internal".
std::string_view kindName(ErrorKind kind);

} // namespace core
