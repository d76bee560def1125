#include "core/importers/import.h"
#include "core/base/error.h"
#include "core/importers/catalog_format.h"
#include "core/importers/event_import.h"
#include "core/importers/import_report.h"
#include "core/importers/item_import.h"
#include "core/importers/picture_folder.h"
#include "core/importers/time_value.h"
#include "core/workspace/layout.h"
#include "core/workspace/workspace_builder.h"
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

namespace core {

namespace {

namespace fs = std::filesystem;

void requireFile(const std::optional<fs::path>& file) {
    std::error_code error;
    if (file && !fs::exists(*file, error))
        throw Error(ErrorKind::notFound, fmt::format("import {}: there is no such file", file->string()));
}

/// Pictures that are only referenced must not go with the workspace that is replaced.
void requirePicturesOutside(const PictureSupply& pictures, const ImportRequest& request, const std::string& what) {
    std::error_code error;
    const fs::path target = fs::canonical(request.workspace, error);
    if (error || request.copyPictures || request.checkOnly || pictures.path().empty()) return;
    if (const auto inside = pictures.path().lexically_relative(target).string(); !inside.starts_with(".."))
        throw Error(ErrorKind::unavailable,
                    fmt::format("import {}: its pictures lie in the workspace that would be replaced; have them copied "
                                "(--copy-pictures)",
                                what));
}

/// The plan of a request that names the files of the uniform form.
ImportPlan planOf(const ImportRequest& request) {
    if (request.plan) return *request.plan;
    requireFile(request.items);
    requireFile(request.interactions);
    ImportPlan plan;
    plan.format = "uniform";
    plan.files.push_back(uniformItems({request.items, {}}));
    if (request.interactions) plan.files.push_back(uniformEvents({*request.interactions, {}}));
    plan.pictures =
        PictureSource{request.pictures ? *request.pictures : fs::absolute(request.items).parent_path(), {}, false};
    return plan;
}

fs::path rejectedReportOf(const fs::path& workspace) {
    fs::path target = fs::absolute(workspace).lexically_normal();
    if (target.filename().empty()) target = target.parent_path();
    return target.string() + "." + std::string(layout::importReport);
}

std::string sourceOf(const ImportPlan& plan) {
    std::vector<std::string> names;
    for (const auto& file : plan.files) {
        std::string name = fs::path(file.file.name()).filename().string();
        if (file.role != FileRole::unused && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    }
    std::string source = "import of " + fmt::format("{}", fmt::join(names, " and "));
    return plan.title.empty() || plan.format == "uniform" ? source : fmt::format("{} ({})", source, plan.title);
}

std::string rejectionOf(const ImportResult& result) {
    const ImportFinding& first = result.findings.front();
    const std::string_view advice = whatToDo(first.kind);
    const std::string more =
        result.errors > 1 ? fmt::format(" (and {} more errors)", result.errors - 1) : std::string();
    return fmt::format("import {}{}{}{}", first.text(), advice.empty() ? "" : "; ", advice, more);
}

EventFilter eventFilter(const ImportFilter& filter) {
    EventFilter events;
    events.firstOfRepeats = filter.firstOfRepeats;
    events.kCore = filter.kCore;
    const auto time = [](const std::string& text, const char* option) -> std::optional<std::int64_t> {
        if (text.empty()) return std::nullopt;
        const auto value = parseTime(text);
        if (!value || !value->isDate)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("import: {} {} is not a date; write YYYY-MM-DD", option, inQuotes(text)));
        return value->value;
    };
    events.since = time(filter.since, "since");
    events.until = time(filter.until, "until");
    constexpr std::size_t dayLength = std::string_view("YYYY-MM-DD").size();
    constexpr std::int64_t dayMs = 86'400'000;
    if (events.until && filter.until.size() == dayLength) *events.until += dayMs - 1; // the day as a whole
    return events;
}

/// How the workspace came about, for whoever compares numbers: the format, the files and each filter with its effect.
std::string provenanceOf(const ImportPlan& plan, const ImportFilter& filter, const ImportResult& result,
                         const std::optional<FilterOutcome>& outcome) {
    nlohmann::ordered_json json{{"format", plan.format}};
    for (const auto& file : plan.files)
        if (file.role != FileRole::unused)
            json["files"].push_back(
                {{"file", fs::path(file.file.name()).filename().string()}, {"role", fileRoleName(file.role)}});
    nlohmann::ordered_json filters = nlohmann::ordered_json::object();
    if (filter.minimumRating)
        filters["minimum_rating"] = {{"at_least", *filter.minimumRating}, {"events_taken_out", result.eventsFiltered}};
    if (!filter.since.empty()) filters["since"] = filter.since;
    if (!filter.until.empty()) filters["until"] = filter.until;
    if (filter.firstOfRepeats) filters["repeats"] = "first";
    if (filter.kCore > 0) filters["k_core"] = filter.kCore;
    if (outcome)
        filters["effect"] = {{"events", {outcome->eventsBefore, outcome->eventsAfter}},
                             {"shoppers", {outcome->usersBefore, outcome->usersAfter}},
                             {"products", {outcome->itemsBefore, outcome->itemsAfter}}};
    json["filters"] = filters;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// A folder for a workspace that is never made.
class CheckFolder {
public:
    CheckFolder() {
        std::string name = (fs::temp_directory_path() / "pixrec-check-XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw Error(ErrorKind::unavailable, fmt::format("make {}: {}", name, std::strerror(errno)));
        path_ = name;
    }
    ~CheckFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    CheckFolder(const CheckFolder&) = delete;
    CheckFolder& operator=(const CheckFolder&) = delete;
    fs::path target() const { return path_ / "check"; }

private:
    fs::path path_;
};

void copyPictures(const PictureSupply& supply, const WorkspaceBuilder& builder, const ProgressSink& progress,
                  const std::stop_token& stop) {
    const auto paths = builder.picturePaths();
    std::int64_t done = 0;
    for (const auto& path : paths) {
        throwIfStopped(stop, "copy pictures");
        supply.copy(path, builder.buildFolder() / layout::pictures);
        if (++done % 100 == 0)
            progress({"copying pictures", done, static_cast<std::int64_t>(paths.size()), "pictures"});
    }
}

/// Where pictures come from; none of it where the plan has none.
struct Pictures {
    std::unique_ptr<PictureSupply> supply;
    std::optional<PictureIndex> index;

    Pictures(const ImportPlan& plan, const fs::path& emptyFolder)
        : supply(openPictures(plan.pictures.value_or(PictureSource{emptyFolder, {}, false}))) {
        if (plan.pictureRule == PictureRule::byId) index.emplace(*supply);
    }
    PictureFinder finder() const { return {supply.get(), index ? &*index : nullptr}; }
};

void requireRatings(const ImportPlan& plan, const ImportFilter& filter) {
    for (const auto& file : plan.files)
        if (filter.minimumRating && file.role == FileRole::events && file.columnOf(ColumnRole::rating).empty())
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("import {}: it has no ratings, and a lowest rating was asked for", file.file.name()));
}

} // namespace

ImportResult importWorkspace(const ImportRequest& request, const ProgressSink& progress, std::stop_token stop) {
    const ImportPlan plan = planOf(request);
    const EventFilter filter = eventFilter(request.filter);
    requireRatings(plan, request.filter);
    std::optional<CheckFolder> check;
    if (request.checkOnly) check.emplace();
    std::optional<Pictures> pictures;
    if (plan.pictures) pictures.emplace(plan, fs::path());
    WorkspaceBuilder builder(check ? check->target() : request.workspace,
                             request.replace ? IfExists::replace : IfExists::refuse);
    if (!pictures) pictures.emplace(plan, builder.buildFolder());
    requirePicturesOutside(*pictures->supply, request, sourceOf(plan));

    ImportResult result;
    const fs::path reportFile = builder.buildFolder() / layout::importReport;
    ImportReport report(reportFile);
    ItemImport items(pictures->finder(), builder, report, result);
    EventImport events({request.filter.minimumRating, plan.hasItems()}, builder, report, result);
    std::string firstName;
    for (const FileRole role : {FileRole::items, FileRole::events})
        for (const auto& file : plan.files) {
            if (file.role != role) continue;
            if (firstName.empty()) firstName = file.file.name();
            if (role == FileRole::items)
                items.addFile(file, progress, stop);
            else
                events.addFile(file, progress, stop);
        }
    if (plan.hasEvents()) events.finish();
    if (builder.itemCount() == 0)
        report.addBlocking({Severity::error, "empty-catalog", firstName, 0, 0, "there is no product in it"});

    result.accepted = !report.hasBlocking() && (report.errors() == 0 || request.skipBadRows);
    std::optional<FilterOutcome> outcome;
    if (result.accepted && filter.isOn()) {
        if ((filter.since || filter.until) && !events.hasTimes())
            throw Error(ErrorKind::invalidInput, "import: the times mean order only; since and until need dates");
        outcome = builder.filterEvents(filter, progress, stop);
        if (builder.itemCount() == 0 || outcome->eventsAfter == 0)
            report.addBlocking({Severity::error, "all-filtered", firstName, 0, 0, "the filters leave no event"});
        result.accepted = !report.hasBlocking();
    }
    report.finish(result);
    std::error_code error;
    const fs::path rejectedReport = rejectedReportOf(request.workspace);
    if (!result.accepted) result.message = rejectionOf(result);
    if (check) return result;
    if (!result.accepted) {
        result.report = rejectedReport;
        fs::rename(reportFile, result.report, error);
        if (error)
            throw Error(ErrorKind::unavailable, fmt::format("write {}: {}", result.report.string(), error.message()));
        return result;
    }
    const bool isCopied = request.copyPictures || pictures->supply->path().empty();
    if (isCopied) copyPictures(*pictures->supply, builder, progress, stop);
    builder.setPictureRoot(isCopied ? fs::path(layout::pictures) : pictures->supply->path());
    builder.setSource(sourceOf(plan));
    builder.setProvenance(provenanceOf(plan, request.filter, result, outcome));
    result.summary = builder.commit(progress, stop);
    result.report = request.workspace / layout::importReport;
    fs::remove(rejectedReport, error); // of an earlier try; it speaks of files that are mended now
    return result;
}

} // namespace core
