#include "core/importers/import.h"
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include <fmt/format.h>

namespace app {

namespace {

struct ImportOptions {
    std::string workspace, items, interactions, pictures;
    bool skipBadRows = false, replace = false, copyPictures = false;
};

core::ImportRequest request(const ImportOptions& options) {
    core::ImportRequest request;
    request.workspace = options.workspace;
    request.items = options.items;
    if (!options.interactions.empty()) request.interactions = options.interactions;
    if (!options.pictures.empty()) request.pictures = options.pictures;
    request.skipBadRows = options.skipBadRows;
    request.replace = options.replace;
    request.copyPictures = options.copyPictures;
    return request;
}

nlohmann::ordered_json findingsJson(const std::vector<core::ImportFinding>& findings) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& finding : findings) list.push_back(nlohmann::ordered_json::parse(finding.json()));
    return list;
}

core::ImportResult importNow(const ImportOptions& options, Console& console) {
    try {
        return core::importWorkspace(request(options), console.progress(), console.stop());
    } catch (const core::Error& error) {
        const bool isInput = error.kind() == core::ErrorKind::notFound || error.kind() == core::ErrorKind::invalidInput;
        if (isInput) throw InputRejected(error.kind(), error.what());
        throw;
    }
}

nlohmann::ordered_json acceptedJson(const ImportOptions& options, const core::ImportResult& result) {
    return {{"workspace", options.workspace},
            {"items", result.summary.items},
            {"users", result.summary.users},
            {"events", result.summary.events},
            {"items_read", result.itemsRead},
            {"items_left_out", result.itemsLeftOut},
            {"events_read", result.eventsRead},
            {"events_left_out", result.eventsLeftOut},
            {"errors", result.errors},
            {"warnings", result.warnings},
            {"notes", result.notes},
            {"counts", result.countOfKind},
            {"findings", findingsJson(result.findings)},
            {"report", result.report.string()}};
}

void printFindings(const core::ImportResult& result, ProgressLine& lines) {
    for (const auto& finding : result.findings)
        lines.keep(fmt::format("{}: {}", core::severityName(finding.severity), finding.text()));
    const auto all = result.errors + result.warnings + result.notes;
    const auto shown = static_cast<std::int64_t>(result.findings.size());
    if (shown < all)
        lines.keep(fmt::format("{} of {} findings shown; all are in {}", grouped(shown), grouped(all),
                               result.report.string()));
}

std::string acceptedText(const ImportOptions& options, const core::ImportResult& result) {
    auto text = fmt::format("{}: {}, {}, {}\n", options.workspace, counted(result.summary.items, "product", "products"),
                            counted(result.summary.users, "shopper", "shoppers"),
                            counted(result.summary.events, "event", "events"));
    if (result.itemsLeftOut + result.eventsLeftOut > 0)
        text += fmt::format("left out: {} of {} product rows, {} of {} event rows\n", grouped(result.itemsLeftOut),
                            grouped(result.itemsRead), grouped(result.eventsLeftOut), grouped(result.eventsRead));
    for (const auto& [kind, count] : result.countOfKind) text += fmt::format("  {:<24}{:>12}\n", kind, grouped(count));
    return text + fmt::format("report: {}\n", result.report.string());
}

} // namespace

Command addImport(CLI::App& program) {
    auto* command =
        program.add_subcommand("import", "Make a workspace from files: products, and perhaps events and pictures");
    const auto options = std::make_shared<ImportOptions>();
    command->add_option("WORKSPACE", options->workspace, "the workspace folder to make")->required();
    command->add_option("--items", options->items, "products: items.jsonl, or a CSV file with a header; may be gzipped")
        ->option_text("FILE")
        ->required();
    command->add_option("--interactions", options->interactions, "events: a CSV file with a header; may be gzipped")
        ->option_text("FILE");
    command
        ->add_option("--pictures", options->pictures, "the folder that `image` is relative to [that of the items file]")
        ->option_text("DIR");
    command->add_flag("--skip-bad-rows", options->skipBadRows,
                      "leave rows with errors out, and list them in the report");
    command->add_flag("--replace", options->replace, "replace the workspace if there is one");
    command->add_flag("--copy-pictures", options->copyPictures, "copy the pictures into the workspace");
    addJson(*command);
    return {command, [options](Console& console) {
                const auto result = importNow(*options, console);
                if (!result.accepted) {
                    if (!console.wantsJson()) printFindings(result, console.progressLine());
                    throw InputRejected(core::ErrorKind::invalidInput, result.message, findingsJson(result.findings),
                                        result.report.string());
                }
                if (console.wantsJson()) return console.printJson(acceptedJson(*options, result));
                printFindings(result, console.progressLine());
                console.print(acceptedText(*options, result));
            }};
}

} // namespace app
