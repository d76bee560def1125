#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "core/engine/module.h"
#include <chrono>
#include <fmt/format.h>

namespace app {

Command addSampleShop(CLI::App& program) {
    auto* command =
        program.add_subcommand("sample-shop", "Draw a shop to try things with: pictures, texts, simulated shoppers");
    const auto request = std::make_shared<core::SampleShopRequest>();
    const auto folder = std::make_shared<std::string>();
    command->add_option("WORKSPACE", *folder, "the workspace folder to make")->required();
    command->add_option("--items", request->items, "products [2000]")->option_text("N")->check(atLeast(1));
    command->add_option("--users", request->users, "shoppers [5000]")->option_text("N")->check(atLeast(1));
    command->add_option("--seed", request->seed, "the same seed draws the same shop [1]")
        ->option_text("S")
        ->check(atLeast(0));
    return {command, [request, folder](Console& console) {
                request->workspace = *folder;
                request->shippedModels = core::shippedModelsPath();
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                const auto start = std::chrono::steady_clock::now();
                makeJobs()->makeSampleShop(*request, context);
                const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
                const auto workspace = openWorkspace(*folder);
                const auto summary = workspace.summary();
                std::string names;
                for (const auto& model : workspace.models()) names += (names.empty() ? "" : ", ") + model.name;
                console.print(fmt::format("{}: {}, {} (simulated), {}, in {}\ntrained models: {}\n", *folder,
                                          counted(summary.items, "product", "products"),
                                          counted(summary.users, "shopper", "shoppers"),
                                          counted(summary.events, "event", "events"), durationText(seconds.count()),
                                          names.empty() ? "none; train one with: pixrec train" : names));
            }};
}

} // namespace app
