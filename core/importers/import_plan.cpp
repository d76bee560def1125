#include "core/importers/import_plan.h"
#include "core/base/error.h"
#include "core/importers/catalog_format.h"
#include "core/importers/csv_header.h"
#include "core/importers/import_report.h"
#include "core/importers/zip_archive.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace core {

namespace {

constexpr std::array<std::string_view, 12> roleNames{"none",     "user",  "item",  "time",        "rating", "title",
                                                     "category", "brand", "price", "description", "image",  "extra"};

constexpr std::array<CatalogFormat, 13> formats{{
    {"uniform", "PixRec's own form", proposeUniform},
    {"amazon-2023", "Amazon Reviews 2023", proposeAmazon2023},
    {"amazon-2018", "Amazon Reviews 2018", proposeAmazon2018},
    {"recbole", "RecBole atomic files", proposeRecBole},
    {"movielens-100k", "MovieLens 100K", proposeMovieLens100K},
    {"movielens-1m", "MovieLens 1M or 10M", proposeMovieLens1M},
    {"movielens-csv", "MovieLens 20M and later", proposeMovieLensCsv},
    {"hm", "H&M Personalized Fashion", proposeHm},
    {"microlens", "MicroLens", proposeMicroLens},
    {"open-ecommerce", "Open E-Commerce 1.0", proposeOpenECommerce},
    {"sequences", "one line a shopper (S3-Rec)", proposeSequences},
    {"pairs", "shopper and product in order (SASRec)", proposePairs},
    {"table", "a table with column roles", proposeTable},
}};

bool mentions(const PlannedFile& file, const std::string& column) {
    return std::find(file.columns.begin(), file.columns.end(), column) != file.columns.end();
}

/// What the user says about a column outranks what was found.
void applyMap(ImportPlan& plan, const std::vector<ColumnUse>& map) {
    for (const auto& wanted : map) {
        bool isThere = false;
        for (auto& file : plan.files) {
            if (!mentions(file, wanted.column)) continue;
            isThere = true;
            const bool isFirstOfRole = std::find_if(map.begin(), map.end(), [&](const ColumnUse& use) {
                                           return use.role == wanted.role && mentions(file, use.column);
                                       })->column == wanted.column;
            std::erase_if(file.uses, [&](const ColumnUse& use) {
                return use.column == wanted.column || (isFirstOfRole && use.role == wanted.role);
            });
            file.uses.push_back(wanted);
        }
        if (!isThere)
            throw Error(ErrorKind::invalidInput, fmt::format("import: no file has a column {} that could be the {}",
                                                             inQuotes(wanted.column), roleName(wanted.role)));
    }
}

/// The first role that a table needs and no column has.
std::optional<std::pair<const PlannedFile*, ColumnRole>> missingRole(const ImportPlan& plan) {
    for (const auto& file : plan.files) {
        if (file.role == FileRole::unused || file.form != FileForm::table) continue;
        std::vector<ColumnRole> needed{ColumnRole::item};
        if (file.role == FileRole::events) needed.push_back(ColumnRole::user);
        if (file.role == FileRole::events && !file.rules.isOrderOnly) needed.push_back(ColumnRole::time);
        for (const ColumnRole role : needed)
            if (file.columnOf(role).empty()) return std::pair{&file, role};
    }
    return std::nullopt;
}

void requireUsable(const ImportPlan& plan) {
    if (const auto missing = missingRole(plan))
        throw Error(ErrorKind::invalidInput, fmt::format("import {}; name it with --map {}=...", problemOfPlan(plan),
                                                         roleName(missing->second)));
}

std::string contentOf(const FileSample& sample) {
    if (!sample.problem.empty()) return sample.problem;
    if (sample.isJson) return fmt::format("JSON with {}", fmt::join(sample.keys, ", "));
    if (sample.isTable()) return fmt::format("columns {}", fmt::join(sample.columns, ", "));
    return sample.lines.empty() ? "empty" : "text that is no table";
}

[[noreturn]] void failUnknown(const FormatInput& input, const std::string& format) {
    if (input.samples.empty())
        throw Error(ErrorKind::invalidInput,
                    "import: there is no file of products or events in it; CSV, JSON lines and the sets of papers are "
                    "read");
    std::vector<std::string> seen;
    for (const auto& sample : input.samples)
        seen.push_back(fmt::format("{} ({})", sample.file.name(), contentOf(sample)));
    const bool isMappable = std::any_of(input.samples.begin(), input.samples.end(),
                                        [](const FileSample& sample) { return sample.isTable() || sample.isJson; });
    throw Error(ErrorKind::invalidInput,
                fmt::format("import: {}: {}. {}",
                            format.empty() ? "these files are of no known form"
                                           : fmt::format("these files are not of the format {}", format),
                            fmt::join(seen, "; "),
                            isMappable ? "Name the columns with --map user=...,item=...,time=...,title=..."
                                       : "Save products and events as CSV or JSON lines"));
}

} // namespace

std::string problemOfPlan(const ImportPlan& plan) {
    const auto missing = missingRole(plan);
    if (!missing) return {};
    return fmt::format("{}: none of its columns ({}) is known as the {}", missing->first->file.name(),
                       fmt::join(missing->first->columns, ", "), roleName(missing->second));
}

std::string_view roleName(ColumnRole role) { return roleNames[static_cast<std::size_t>(role)]; }

std::optional<ColumnRole> roleOfName(std::string_view name) {
    if (name == "id") return ColumnRole::item;
    if (name == "text") return ColumnRole::description;
    if (name == "picture") return ColumnRole::image;
    if (name == "timestamp") return ColumnRole::time;
    const auto* const found = std::find(roleNames.begin(), roleNames.end(), name);
    if (found == roleNames.end()) return std::nullopt;
    return static_cast<ColumnRole>(found - roleNames.begin());
}

std::string_view fileRoleName(FileRole role) {
    return role == FileRole::items ? "items" : role == FileRole::events ? "events" : "unused";
}

std::string PlannedFile::columnOf(ColumnRole wanted) const {
    for (const auto& use : uses)
        if (use.role == wanted) return use.column;
    return {};
}

ColumnRole PlannedFile::roleOf(std::string_view column) const {
    for (const auto& use : uses)
        if (use.column == column) return use.role;
    return ColumnRole::none;
}

bool ImportPlan::hasItems() const {
    return std::any_of(files.begin(), files.end(), [](const auto& file) { return file.role == FileRole::items; });
}

bool ImportPlan::hasEvents() const {
    return std::any_of(files.begin(), files.end(), [](const auto& file) { return file.role == FileRole::events; });
}

std::vector<FormatInfo> importFormats() {
    std::vector<FormatInfo> infos;
    for (const auto& format : formats) infos.push_back({format.name, format.title});
    return infos;
}

ImportPlan proposePlan(const PlanRequest& request) {
    const ImportInputs inputs = listInputs(request.paths);
    FormatInput input{{}, inputs.pictures, request.map, request.isDraft};
    for (auto& use : input.map) use.column = columnName(use.column);
    for (const auto& file : inputs.files) input.samples.push_back(sampleFile(file));
    if (request.pictures) {
        const bool isArchive = !std::filesystem::is_directory(*request.pictures) && isZip(*request.pictures);
        input.pictures = {{*request.pictures, {}, isArchive}};
    }
    if (!request.format.empty() && std::none_of(formats.begin(), formats.end(),
                                                [&](const auto& format) { return format.name == request.format; })) {
        std::vector<std::string_view> names;
        for (const auto& format : formats) names.push_back(format.name);
        throw Error(ErrorKind::invalidInput, fmt::format("import: there is no format {}; there are {}",
                                                         inQuotes(request.format), fmt::join(names, ", ")));
    }
    std::optional<ImportPlan> best;
    for (const auto& format : formats) {
        if (!request.format.empty() && format.name != request.format) continue;
        auto plan = format.propose(input);
        if (!plan || (best && plan->score <= best->score)) continue;
        plan->format = format.name;
        plan->title = format.title;
        best = std::move(plan);
    }
    if (!best) failUnknown(input, request.format);
    if (request.pictures && best->pictures && best->pictureRule == PictureRule::byColumn && best->format != "uniform")
        best->pictures = input.pictures.front();
    applyMap(*best, input.map);
    if (!request.isDraft) requireUsable(*best);
    return *best;
}

} // namespace core
