#pragma once
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// How the program starts what it shows. Free of Qt, so that the commands need none of it.
namespace ui {

/// The window, until it is closed; returns the program's exit code.
int runWindow(int& argc, char** argv, const std::optional<std::filesystem::path>& workspace);

struct ScreenshotRequest {
    std::filesystem::path workspace;
    std::string user;                ///< id of the shopper shown
    std::vector<std::string> models; ///< slots A and B; empty: the window's own choice
    std::filesystem::path out;       ///< .png
    int width = 1440, height = 900;  ///< pixels
    std::string theme = "light";     ///< "light", "dark"
};

/// Draws the window of that state, complete, into a file; uses the offscreen platform where there is no display. Throws
/// core::Error.
void saveScreenshot(int& argc, char** argv, const ScreenshotRequest& request, std::stop_token stop);

} // namespace ui
