#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "ui/window.h"
#include <charconv>
#include <fmt/format.h>

namespace app {

namespace {

struct Size {
    int width = 0, height = 0;
};

Size parseSize(const std::string& text) {
    Size size;
    const char* const end = text.data() + text.size();
    const auto [afterWidth, widthError] = std::from_chars(text.data(), end, size.width);
    if (widthError == std::errc() && afterWidth != end && *afterWidth == 'x') {
        const auto [afterHeight, heightError] = std::from_chars(afterWidth + 1, end, size.height);
        const auto isSensible = [](int side) { return side >= 320 && side <= 8192; };
        if (heightError == std::errc() && afterHeight == end && isSensible(size.width) && isSensible(size.height))
            return size;
    }
    throw WrongUsage("--size: \"" + text + "\" is not WIDTHxHEIGHT of 320 to 8192 pixels, like 1440x900");
}

void requirePng(const std::string& file) {
    if (file.size() < 5 || !file.ends_with(".png")) throw WrongUsage("--out: \"" + file + "\" is not a .png file");
}

} // namespace

Command addScreenshot(CLI::App& program, const Invocation& invocation) {
    auto* command = program.add_subcommand("screenshot", "Draw the window into a PNG file; needs no display");
    const auto request = std::make_shared<ui::ScreenshotRequest>();
    const auto folder = std::make_shared<std::string>(), out = std::make_shared<std::string>();
    const auto size = std::make_shared<std::string>("1440x900");
    addWorkspace(*command, *folder);
    command->add_option("--user", request->user, "the shopper shown")->option_text("ID")->required();
    command->add_option("--model", request->models, "model A, and again for B [the window's choice]")
        ->option_text("NAME")
        ->allow_extra_args(false);
    command->add_option("--out", *out, "the file to write")->option_text("FILE.png")->required();
    command->add_option("--size", *size, "in pixels [1440x900]")->option_text("WxH");
    command->add_option("--theme", request->theme, "light or dark [light]")
        ->option_text("light|dark")
        ->check(CLI::IsMember({"light", "dark"}));
    return {command, [request, folder, out, size, invocation](Console& console) {
                const auto [width, height] = parseSize(*size);
                requirePng(*out);
                if (request->models.size() > 2) throw WrongUsage("--model: the window has two slots, A and B");
                auto workspace = openWorkspace(*folder);
                if (!workspace.interactions().find(request->user))
                    throw core::Error(core::ErrorKind::notFound,
                                      fmt::format("find shopper {}: there is none of this id", request->user));
                request->workspace = *folder;
                request->out = *out;
                request->width = width;
                request->height = height;
                ui::saveScreenshot(*invocation.argc, invocation.argv, *request, console.stop());
                console.print(fmt::format("{}: {} x {}\n", *out, width, height));
            }};
}

} // namespace app
