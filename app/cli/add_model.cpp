#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/model_json.h"
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {

namespace {

namespace fs = std::filesystem;

/// The files as typed, told apart by their endings: the model, a second file of vectors, lists of ids.
void distribute(const std::vector<std::string>& files, core::AddModelRequest& request) {
    for (const fs::path file : files) {
        const auto ending = file.extension();
        const bool isVectors = ending == ".npy" || ending == ".npz" || ending == ".safetensors";
        if (request.file.empty() && ending != ".json" && ending != ".txt")
            request.file = file;
        else if (isVectors && request.userVectors.empty())
            request.userVectors = file;
        else if ((ending == ".json" || ending == ".txt") && request.itemIds.empty())
            request.itemIds = file;
        else if ((ending == ".json" || ending == ".txt") && request.userIds.empty())
            request.userIds = file;
        else
            throw WrongUsage(fmt::format("{}: it is not clear what this file is for; see --item-ids, --user-ids and "
                                         "--user-vectors",
                                         file.string()));
    }
    if (request.file.empty()) throw WrongUsage("there is no model among the files, only lists of ids");
}

const char* kindWord(core::ModelFindingKind kind) {
    if (kind == core::ModelFindingKind::error) return "error";
    return kind == core::ModelFindingKind::warning ? "warning" : "note";
}

nlohmann::ordered_json findingsJson(const core::AddModelResult& result) {
    auto list = nlohmann::ordered_json::array();
    const auto orNull = [](std::int64_t number) {
        return number > 0 ? nlohmann::ordered_json(number) : nlohmann::ordered_json(nullptr);
    };
    for (const auto& finding : result.findings)
        list.push_back({{"severity", kindWord(finding.kind)},
                        {"file", finding.file},
                        {"line", orNull(finding.line)},
                        {"column", orNull(finding.column)},
                        {"why", finding.what}});
    return list;
}

nlohmann::ordered_json mappingJson(const core::IdMapping& mapping) {
    const auto pairs = [](const std::vector<core::MappedId>& rows) {
        auto list = nlohmann::ordered_json::array();
        for (const auto& row : rows)
            list.push_back({{"row", row.row}, {"id", row.id}, {"known", row.isKnown}, {"title", row.title}});
        return list;
    };
    return {{"rows", mapping.rows},
            {"matched", mapping.matched},
            {"unknown", mapping.unknown},
            {"duplicates", mapping.duplicates},
            {"in_workspace", mapping.inWorkspace},
            {"missing", mapping.missing},
            {"unknown_examples", mapping.unknownExamples},
            {"missing_examples", mapping.missingExamples},
            {"duplicate_examples", mapping.duplicateExamples},
            {"first", pairs(mapping.first)},
            {"last", pairs(mapping.last)}};
}

nlohmann::ordered_json resultJson(const std::string& name, const core::AddModelResult& result) {
    nlohmann::ordered_json json{{"name", name},
                                {"added", result.isAdded},
                                {"fit", result.isFit},
                                {"recommender", result.recommender},
                                {"hash", result.hash},
                                {"follows_edits", result.followsEdits},
                                {"files", filesJson(result.files)},
                                {"arrays", arraysJson(result.arrays)},
                                {"list_entries", result.listEntries},
                                {"items", mappingJson(result.items)}};
    json["users"] = result.users ? mappingJson(*result.users) : nlohmann::ordered_json(nullptr);
    json["limits"] = result.limits;
    json["findings"] = findingsJson(result);
    json["findings_in_all"] = result.findingsInAll;
    return json;
}

std::string mappingText(const core::IdMapping& mapping, const std::string& whose) {
    auto text = fmt::format("{}: {} ids, {} known to the workspace, {} unknown; {} of the workspace's {} are missing\n",
                            whose, grouped(mapping.rows), grouped(mapping.matched), grouped(mapping.unknown),
                            grouped(mapping.missing), grouped(mapping.inWorkspace));
    const auto addRow = [&text](const core::MappedId& row) {
        text += fmt::format("  {:>8}  {} -> {}\n", row.row + 1, row.id,
                            !row.isKnown        ? "(not known)"
                            : row.title.empty() ? "(known)"
                                                : row.title);
    };
    for (const auto& row : mapping.first) addRow(row);
    const auto shown = static_cast<std::int64_t>(mapping.first.size() + mapping.last.size());
    if (shown < mapping.rows) text += fmt::format("       ...  {} more\n", grouped(mapping.rows - shown));
    for (const auto& row : mapping.last) addRow(row);
    return text;
}

std::string resultText(const std::string& name, const core::AddModelResult& result) {
    auto text = fmt::format("{}: {}{}\n", name, result.recommender, result.hash.empty() ? "" : ", hash " + result.hash);
    for (const auto& file : result.files) text += fmt::format("  {}, {} bytes\n", file.name, grouped(file.bytes));
    for (const auto& array : result.arrays)
        text += fmt::format("  {}: {}, {}\n", array.name, fmt::join(array.shape, " x "), array.dtype);
    if (result.items.rows > 0) text += mappingText(result.items, "products");
    if (result.users) text += mappingText(*result.users, "shoppers");
    for (const auto& limit : result.limits) text += limit + "\n";
    return text;
}

void printFindings(const core::AddModelResult& result, ProgressLine& lines) {
    for (const auto& finding : result.findings)
        lines.keep(fmt::format("{}: {}", kindWord(finding.kind), finding.text()));
    const auto shown = static_cast<std::int64_t>(result.findings.size());
    if (shown < result.findingsInAll)
        lines.keep(fmt::format("{} of {} findings shown", grouped(shown), grouped(result.findingsInAll)));
}

void addOptions(CLI::App& command, core::AddModelRequest& request, std::string& workspace,
                std::vector<std::string>& files) {
    addWorkspace(command, workspace);
    command
        .add_option(
            "FILE", files,
            "vectors (.npy, .npz, .safetensors), score lists (.csv), a TorchScript (.pt) or a model's folder; and "
            "lists of ids")
        ->required();
    command.add_option("--name", request.name, "what the model is called from now on")->option_text("NAME")->required();
    command.add_option("--item-ids", request.itemIds, "product ids, one a row: .txt, .json, .npy, .csv")
        ->option_text("FILE");
    command.add_option("--user-ids", request.userIds, "shopper ids of the user vectors")->option_text("FILE");
    command.add_option("--user-vectors", request.userVectors, "a second file of vectors")->option_text("FILE");
    command.add_flag("--in-catalog-order", request.inCatalogOrder, "no ids: row n is the n-th product of the catalog");
    command
        .add_option("--history", request.shopperVectors,
                    "without user vectors a shopper is the mean of the history's vectors, or one that weighs newer "
                    "products more [mean]")
        ->option_text("mean|recent")
        ->check(CLI::IsMember({"mean", "recent"}));
    command.add_option("--similarity", request.similarity, "what a score is [dot]")
        ->option_text("dot|cosine")
        ->check(CLI::IsMember({"dot", "cosine"}));
    command.add_flag("--allow-missing", request.allowMissing,
                     "even where the model knows fewer than half of the products");
    command.add_flag("--i-trust-this-file", request.trustsCode,
                     "a TorchScript is a program that runs with your rights: add it all the same");
    command.add_flag("--check", request.checkOnly, "say how it fits, and add nothing");
    addJson(command);
}

} // namespace

Command addAddModel(CLI::App& program) {
    auto* command =
        program.add_subcommand("add-model", "Bring a model of your own: vectors, score lists, a TorchScript");
    const auto request = std::make_shared<core::AddModelRequest>();
    const auto workspace = std::make_shared<std::string>();
    const auto files = std::make_shared<std::vector<std::string>>();
    addOptions(*command, *request, *workspace, *files);
    return {command, [request, workspace, files](Console& console) {
                distribute(*files, *request);
                openWorkspace(*workspace);
                request->workspace = *workspace;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                const auto result = makeJobs()->addModel(*request, context);
                if (!console.wantsJson()) printFindings(result, console.progressLine());
                if (!result.isFit)
                    throw InputRejected(
                        core::ErrorKind::invalidInput,
                        fmt::format("add model {}: it does not fit this workspace; nothing was added", request->name),
                        findingsJson(result));
                if (console.wantsJson()) return console.printJson(resultJson(request->name, result));
                console.print(resultText(request->name, result));
            }};
}

} // namespace app
