#pragma once
#include <filesystem>

/// TorchScripts that the person at this machine said to trust, by SHA-256: a list in the user's settings, never in a
/// workspace, so that a workspace from elsewhere cannot bring its own consent along.
namespace core {

/// $XDG_CONFIG_HOME/pixrec/trusted-scripts, or ~/.config/...
std::filesystem::path trustedScriptsFile();
bool isTrustedScript(const std::filesystem::path& script);
/// Throws Error(unavailable) where the list cannot be written.
void trustScript(const std::filesystem::path& script);

} // namespace core
