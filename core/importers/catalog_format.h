#pragma once
#include "core/importers/file_sample.h"
#include "core/importers/import_plan.h"
#include <optional>
#include <string_view>
#include <vector>

/// One way in which catalogs are published. It only says what the files are; reading is the same for all.
namespace core {

/// What a format is recognised from.
struct FormatInput {
    std::vector<FileSample> samples;
    std::vector<PictureSource> pictures;
    std::vector<ColumnUse> map; ///< by the user; the table of any columns needs it before it can tell items from events
    bool isDraft = false;       ///< a table without known columns is proposed too
};

struct CatalogFormat {
    std::string_view name, title;
    /// Nothing where the files are none of this format; else how sure it is, and what every file is.
    std::optional<ImportPlan> (*propose)(const FormatInput& input);
};

// The formats, each in format_<name>.cpp.
std::optional<ImportPlan> proposeUniform(const FormatInput& input);
std::optional<ImportPlan> proposeAmazon2018(const FormatInput& input);
std::optional<ImportPlan> proposeAmazon2023(const FormatInput& input);
std::optional<ImportPlan> proposeRecBole(const FormatInput& input);
std::optional<ImportPlan> proposeMovieLens100K(const FormatInput& input);
std::optional<ImportPlan> proposeMovieLens1M(const FormatInput& input);
std::optional<ImportPlan> proposeMovieLensCsv(const FormatInput& input);
std::optional<ImportPlan> proposeHm(const FormatInput& input);
std::optional<ImportPlan> proposeMicroLens(const FormatInput& input);
std::optional<ImportPlan> proposeOpenECommerce(const FormatInput& input);
std::optional<ImportPlan> proposeSequences(const FormatInput& input);
std::optional<ImportPlan> proposePairs(const FormatInput& input);
std::optional<ImportPlan> proposeTable(const FormatInput& input);

// The uniform form, whatever its files are called.
PlannedFile uniformItems(const InputFile& file);
PlannedFile uniformEvents(const InputFile& file);

// What they share.

/// A file of the sample's form in a role, with these columns in use.
PlannedFile plannedAs(const FileSample& sample, FileRole role, std::vector<ColumnUse> uses, PlanRules rules = {});
/// The plan with all samples that are in no file yet as unused, and with pictures by id where there are any.
ImportPlan completed(ImportPlan plan, const FormatInput& input, PictureRule rule);
/// The role that a column of this name usually has.
ColumnRole usualRoleOf(std::string_view column);

} // namespace core
