#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/model_json.h"
#include <fmt/format.h>

namespace app {

namespace {

std::string resultText(const core::ExportModelResult& result) {
    std::string text;
    if (result.width > 0)
        text += fmt::format("{} product and {} shopper vectors of {} numbers\n", grouped(result.items),
                            grouped(result.users), result.width);
    if (result.lists > 0)
        text += fmt::format("{} with {} in all\n", counted(result.lists, "list", "lists"),
                            counted(result.entries, "product", "products"));
    if (result.usersLeftOut > 0)
        text += fmt::format("{} left out: {}\n", counted(result.usersLeftOut, "shopper", "shoppers"),
                            result.leftOutBecause);
    for (const auto& file : result.files) text += fmt::format("{}, {} bytes\n", file.name, grouped(file.bytes));
    return text;
}

nlohmann::ordered_json resultJson(const std::string& model, const core::ExportModelResult& result) {
    return {{"model", model},
            {"items", result.items},
            {"users", result.users},
            {"width", result.width},
            {"lists", result.lists},
            {"entries", result.entries},
            {"users_left_out", result.usersLeftOut},
            {"left_out_because", result.leftOutBecause},
            {"files", filesJson(result.files)}};
}

} // namespace

Command addExport(CLI::App& program) {
    auto* command = program.add_subcommand("export", "Write a model's vectors and lists for other programs");
    const auto request = std::make_shared<core::ExportModelRequest>();
    const auto workspace = std::make_shared<std::string>();
    addWorkspace(*command, *workspace);
    command->add_option("--model", request->model, "which model")->option_text("NAME")->required();
    command
        ->add_option("--vectors", request->vectors,
                     "product and shopper vectors; their ids go beside it, into .items.json and .users.json")
        ->option_text("FILE.safetensors");
    command->add_option("--lists", request->lists, "the top products of every shopper")->option_text("FILE.csv|.jsonl");
    command->add_option("--k", request->k, "products in a list [20]")->option_text("K")->check(atLeast(1));
    addJson(*command);
    return {command, [request, workspace](Console& console) {
                if (request->vectors.empty() && request->lists.empty())
                    throw WrongUsage("say what to write: --vectors, --lists or both");
                openWorkspace(*workspace);
                request->workspace = *workspace;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                const auto result = makeJobs()->exportModel(*request, context);
                if (console.wantsJson()) return console.printJson(resultJson(request->model, result));
                console.print(resultText(result));
            }};
}

} // namespace app
