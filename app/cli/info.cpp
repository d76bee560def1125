#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include <fmt/format.h>

namespace app {

Command addInfo(CLI::App& program) {
    auto* options = program.add_subcommand("info", "Count what a workspace holds");
    const auto folder = std::make_shared<std::string>();
    addWorkspace(*options, *folder);
    addJson(*options);
    return {
        options, [folder](Console& console) {
            const auto workspace = openWorkspace(*folder);
            const auto summary = workspace.summary();
            if (console.wantsJson())
                return console.printJson(nlohmann::ordered_json{{"items", summary.items},
                                                                {"items_without_picture", summary.itemsWithoutPicture},
                                                                {"items_without_text", summary.itemsWithoutText},
                                                                {"items_without_price", summary.itemsWithoutPrice},
                                                                {"users", summary.users},
                                                                {"events", summary.events},
                                                                {"text_twins", summary.textTwins}});
            const auto row = [](const char* what, std::int64_t count) {
                return fmt::format("{:<24}{:>14}\n", what, grouped(count));
            };
            std::string text = row("products", summary.items);
            text += row("  without a picture", summary.itemsWithoutPicture);
            text += row("  without text", summary.itemsWithoutText);
            text += row("  without a price", summary.itemsWithoutPrice);
            text += row("  text twins", summary.textTwins);
            text += row("shoppers", summary.users) + row("events", summary.events);
            text += fmt::format("{:<24}{}\n", "times", summary.hasTimes ? "dates" : "order only");
            text += fmt::format("{:<24}{}\n", "shoppers are", summary.isSimulated ? "simulated" : "as imported");
            text += fmt::format("{:<24}{}\n{:<24}{}\n", "source", summary.source, "catalog hash", summary.catalogHash);
            console.print(text);
        }};
}

} // namespace app
