#include "core/model_import/trusted_scripts.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <string>

namespace core {

std::filesystem::path trustedScriptsFile() {
    const char* const config = std::getenv("XDG_CONFIG_HOME");
    const char* const home = std::getenv("HOME");
    const std::filesystem::path folder =
        config && *config ? std::filesystem::path(config) : std::filesystem::path(home ? home : "/") / ".config";
    return folder / "pixrec" / "trusted-scripts";
}

bool isTrustedScript(const std::filesystem::path& script) {
    const auto wanted = sha256OfFile(script);
    std::ifstream list(trustedScriptsFile());
    for (std::string line; std::getline(list, line);)
        if (line == wanted) return true;
    return false;
}

void trustScript(const std::filesystem::path& script) {
    if (isTrustedScript(script)) return;
    const auto file = trustedScriptsFile();
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    std::ofstream list(file, std::ios::app);
    list << sha256OfFile(script) << '\n';
    if (!list.flush())
        throw Error(ErrorKind::unavailable,
                    fmt::format("trust {}: {} cannot be written", script.string(), file.string()));
}

} // namespace core
