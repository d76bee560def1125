#include "app/cli/failure.h"
#include <CLI/Error.hpp>
#include <new>

namespace app {

nlohmann::ordered_json Failure::json() const {
    nlohmann::ordered_json error{{"kind", kind}, {"message", message}, {"findings", findings}, {"report", nullptr}};
    if (!report.empty()) error["report"] = report;
    return {{"error", std::move(error)}};
}

Failure describe(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const WrongUsage& error) {
        return {ExitCode::wrongUsage, "wrong-usage", error.what()};
    } catch (const CLI::ParseError& error) {
        return {ExitCode::wrongUsage, "wrong-usage", error.what()};
    } catch (const InputRejected& error) {
        return {ExitCode::inputRejected, std::string(core::kindName(error.kind())), error.what(), error.findings,
                error.report};
    } catch (const core::Error& error) {
        const bool isCancelled = error.kind() == core::ErrorKind::cancelled;
        return {isCancelled ? ExitCode::cancelled : ExitCode::failed, std::string(core::kindName(error.kind())),
                error.what()};
    } catch (const std::bad_alloc&) {
        return {ExitCode::failed, std::string(core::kindName(core::ErrorKind::outOfMemory)),
                "there is not enough memory for this"};
    } catch (const std::exception& error) {
        return {ExitCode::failed, std::string(core::kindName(core::ErrorKind::internal)), error.what()};
    }
}

} // namespace app
