#include "core/importers/import.h"
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include <fmt/format.h>
#include <map>

namespace app {

namespace {

struct ImportOptions {
    std::string workspace, items, interactions, pictures, format, repeats = "keep";
    std::vector<std::string> files, map;
    core::ImportFilter filter;
    double minimumRating = 0;
    bool hasMinimumRating = false, skipBadRows = false, replace = false, copyPictures = false, planOnly = false;
};

/// "title=prod_name" -> the column prod_name is the title.
core::ColumnUse mappedColumn(const std::string& text) {
    const auto equals = text.find('=');
    const auto role = core::roleOfName(text.substr(0, equals));
    if (equals == std::string::npos || equals + 1 == text.size() || !role)
        throw WrongUsage(
            fmt::format("--map {}: write ROLE=COLUMN, with a role of user, item, time, rating, title, category, "
                        "brand, price, description, image, extra, none",
                        text));
    return {text.substr(equals + 1), *role};
}

core::ImportRequest request(const ImportOptions& options) {
    core::ImportRequest request;
    request.workspace = options.workspace;
    request.skipBadRows = options.skipBadRows;
    request.replace = options.replace;
    request.copyPictures = options.copyPictures;
    request.filter = options.filter;
    if (options.hasMinimumRating) request.filter.minimumRating = options.minimumRating;
    request.filter.firstOfRepeats = options.repeats == "first";
    if (options.files.empty()) {
        request.items = options.items;
        if (!options.interactions.empty()) request.interactions = options.interactions;
        if (!options.pictures.empty()) request.pictures = options.pictures;
        return request;
    }
    core::PlanRequest plan;
    plan.paths.assign(options.files.begin(), options.files.end());
    plan.format = options.format;
    for (const auto& entry : options.map) plan.map.push_back(mappedColumn(entry));
    if (!options.pictures.empty()) plan.pictures = options.pictures;
    request.plan = core::proposePlan(plan);
    return request;
}

/// Files are named by --items and --interactions, or as they are, and then the form is found out.
void requireOneForm(const ImportOptions& options) {
    const bool isFixed = !options.items.empty();
    if (isFixed == !options.files.empty())
        throw WrongUsage(isFixed ? "--items and files without an option exclude each other"
                                 : "say what to import: FILES..., or --items FILE");
    if (isFixed && (!options.format.empty() || !options.map.empty()))
        throw WrongUsage("--format and --map are for FILES...; --items is read in PixRec's own form");
    if (!isFixed && !options.interactions.empty())
        throw WrongUsage("--interactions goes with --items; without it name the file among the others");
}

nlohmann::ordered_json planJson(const core::ImportPlan& plan) {
    nlohmann::ordered_json json{{"format", plan.format}, {"title", plan.title}, {"score", plan.score}};
    json["files"] = nlohmann::ordered_json::array();
    for (const auto& file : plan.files) {
        nlohmann::ordered_json roles = nlohmann::ordered_json::object();
        for (const auto& use : file.uses) roles[use.column] = core::roleName(use.role);
        json["files"].push_back(
            {{"file", file.file.name()}, {"role", core::fileRoleName(file.role)}, {"columns", roles}});
    }
    if (plan.pictures) json["pictures"] = plan.pictures->path.string();
    json["remarks"] = plan.remarks;
    return json;
}

std::string planText(const core::ImportPlan& plan) {
    std::string text = fmt::format("format: {} ({})\n", plan.format, plan.title);
    for (const auto& file : plan.files) {
        text += fmt::format("  {:<8}{}\n", core::fileRoleName(file.role), file.file.name());
        if (file.role == core::FileRole::unused) continue;
        for (const auto& use : file.uses)
            if (use.role != core::ColumnRole::none)
                text += fmt::format("          {:<12}{}\n", core::roleName(use.role), use.column);
    }
    if (plan.pictures) text += fmt::format("  pictures {}\n", plan.pictures->path.string());
    for (const auto& remark : plan.remarks) text += remark + "\n";
    return text;
}

nlohmann::ordered_json findingsJson(const std::vector<core::ImportFinding>& findings) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& finding : findings) list.push_back(nlohmann::ordered_json::parse(finding.json()));
    return list;
}

core::ImportResult importNow(const core::ImportRequest& request, Console& console) {
    try {
        return core::importWorkspace(request, console.progress(), console.stop());
    } catch (const core::Error& error) {
        const bool isInput = error.kind() == core::ErrorKind::notFound || error.kind() == core::ErrorKind::invalidInput;
        if (isInput) throw InputRejected(error.kind(), error.what());
        throw;
    }
}

core::ImportRequest requestNow(const ImportOptions& options) {
    try {
        return request(options);
    } catch (const WrongUsage&) {
        throw;
    } catch (const core::Error& error) {
        throw InputRejected(error.kind(), error.what());
    }
}

nlohmann::ordered_json acceptedJson(const ImportOptions& options, const core::ImportRequest& request,
                                    const core::ImportResult& result) {
    nlohmann::ordered_json json{{"workspace", options.workspace},
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
    if (request.plan) json["plan"] = planJson(*request.plan);
    if (request.filter.isOn()) json["provenance"] = nlohmann::ordered_json::parse(result.summary.provenance);
    return json;
}

/// The first of every kind, and what to do about it.
void printFindings(const core::ImportResult& result, ProgressLine& lines) {
    constexpr int mostOfKind = 5;
    std::map<std::string, int> shownOfKind;
    std::int64_t shown = 0;
    for (const auto& finding : result.findings) {
        if (++shownOfKind[finding.kind] > mostOfKind) continue;
        ++shown;
        lines.keep(fmt::format("{}: {}", core::severityName(finding.severity), finding.text()));
    }
    for (const auto& [kind, ignored] : shownOfKind)
        if (const auto advice = core::whatToDo(kind); !advice.empty())
            lines.keep(fmt::format("{} ({}): {}", kind, grouped(result.countOfKind.at(kind)), advice));
    const auto all = result.errors + result.warnings + result.notes;
    if (shown < all)
        lines.keep(fmt::format("{} of {} findings shown; all are in {}", grouped(shown), grouped(all),
                               result.report.string()));
}

/// Why nothing was imported, and the way out where there is one.
std::string rejection(const core::ImportResult& result) {
    return result.isBlocked ? result.message : result.message + "; --skip-bad-rows leaves out rows with errors";
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

std::string formatNames() {
    std::string names;
    for (const auto& format : core::importFormats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

} // namespace

Command addImport(CLI::App& program) {
    auto* command =
        program.add_subcommand("import", "Make a workspace from files: products, and perhaps events and pictures");
    const auto options = std::make_shared<ImportOptions>();
    command->add_option("WORKSPACE", options->workspace, "the workspace folder to make")->required();
    command->add_option("FILES", options->files, "files, folders or zip archives of any known form: " + formatNames());
    command->add_option("--format", options->format, "the form of FILES [found out]")->option_text("NAME");
    command->add_option("--map", options->map, "columns of FILES by role: title=prod_name,price=cost")
        ->option_text("ROLE=COLUMN,...")
        ->delimiter(',')
        ->allow_extra_args(false); // what follows it are FILES
    command->add_flag("--plan", options->planOnly, "say what would be read as what, and read no further");
    command->add_option("--items", options->items, "products: items.jsonl, or a CSV file with a header; may be gzipped")
        ->option_text("FILE");
    command->add_option("--interactions", options->interactions, "events: a CSV file with a header; may be gzipped")
        ->option_text("FILE");
    command
        ->add_option("--pictures", options->pictures, "the folder that `image` is relative to [that of the items file]")
        ->option_text("DIR");
    command->add_flag("--skip-bad-rows", options->skipBadRows,
                      "leave rows with errors out, and list them in the report");
    command->add_flag("--replace", options->replace, "replace the workspace if there is one");
    command->add_flag("--copy-pictures", options->copyPictures, "copy the pictures into the workspace");
    command
        ->add_option("--k-core", options->filter.kCore,
                     "only shoppers and products with at least N events each, together")
        ->option_text("N")
        ->check(atLeast(0));
    command->add_option("--min-rating", options->minimumRating, "only events with at least this rating")
        ->option_text("R");
    command->add_option("--since", options->filter.since, "only events from this day (or time) on")->option_text("DAY");
    command->add_option("--until", options->filter.until, "only events up to this day (or time)")->option_text("DAY");
    command->add_option("--repeats", options->repeats, "several events of a shopper with one product [keep]")
        ->option_text("keep|first")
        ->check(CLI::IsMember({"keep", "first"}));
    addJson(*command);
    return {command, [options, command](Console& console) {
                options->hasMinimumRating = command->count("--min-rating") > 0;
                requireOneForm(*options);
                const core::ImportRequest request = requestNow(*options);
                if (request.plan && !console.wantsJson()) console.progressLine().keep(planText(*request.plan));
                if (options->planOnly) {
                    if (console.wantsJson() && request.plan) console.printJson(planJson(*request.plan));
                    return;
                }
                const auto result = importNow(request, console);
                if (!result.accepted) {
                    if (!console.wantsJson()) printFindings(result, console.progressLine());
                    throw InputRejected(core::ErrorKind::invalidInput, rejection(result), findingsJson(result.findings),
                                        result.report.string());
                }
                if (console.wantsJson()) return console.printJson(acceptedJson(*options, request, result));
                printFindings(result, console.progressLine());
                console.print(acceptedText(*options, result));
            }};
}

} // namespace app
