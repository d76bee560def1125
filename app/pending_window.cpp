#include "core/base/error.h"
#include "ui/window.h"

namespace ui {

int runWindow(int&, char**, const std::optional<std::filesystem::path>&) {
    throw core::Error(core::ErrorKind::unavailable, "open the window: this build has none yet");
}

void saveScreenshot(int&, char**, const ScreenshotRequest&, std::stop_token) {
    throw core::Error(core::ErrorKind::unavailable, "draw the window: this build has none yet");
}

} // namespace ui
