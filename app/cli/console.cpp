#include "app/cli/console.h"
#include "core/base/error.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace app {

Console::Console(OutputForm form, std::stop_token stop)
    : form_(form), stop_(std::move(stop)), output_(form == OutputForm::json ? dup(STDOUT_FILENO) : STDOUT_FILENO) {
    if (wantsJson()) dup2(STDERR_FILENO, STDOUT_FILENO);
}

Console::~Console() {
    if (output_ == STDOUT_FILENO) return;
    std::fflush(stdout);
    dup2(output_, STDOUT_FILENO);
    close(output_);
}

void Console::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(output_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EPIPE) return; // the reader, `head` for example, has had enough
        if (count < 0)
            throw core::Error(core::ErrorKind::unavailable, fmt::format("write the result: {}", std::strerror(errno)));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void Console::print(std::string_view text) { write(text); }

void Console::printJson(const nlohmann::ordered_json& object) {
    // "replace": ids and titles are valid UTF-8 by the importer's rule, but a path in a message need not be.
    write(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void Console::note(std::string_view text) { progressLine_.keep(fmt::format("note: {}", text)); }

} // namespace app
