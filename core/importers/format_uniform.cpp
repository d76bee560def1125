#include "core/importers/catalog_format.h"
#include "core/importers/item_row.h"
#include <algorithm>

namespace core {

namespace {

std::vector<ColumnUse> ownFields() {
    std::vector<ColumnUse> uses;
    for (const std::string_view name : itemFieldNames)
        uses.push_back(
            {std::string(name), name == "id" ? ColumnRole::item : roleOfName(name).value_or(ColumnRole::none)});
    return uses;
}

} // namespace

PlannedFile uniformItems(const InputFile& file) {
    PlannedFile planned;
    planned.file = file;
    planned.role = FileRole::items;
    planned.form = FileForm::byContent;
    planned.uses = ownFields();
    return planned;
}

PlannedFile uniformEvents(const InputFile& file) {
    PlannedFile planned;
    planned.file = file;
    planned.role = FileRole::events;
    planned.uses = {{"user", ColumnRole::user},
                    {"item", ColumnRole::item},
                    {"timestamp", ColumnRole::time},
                    {"rating", ColumnRole::rating}};
    return planned;
}

/// One file of products with `id`, at most one of interactions.
std::optional<ImportPlan> proposeUniform(const FormatInput& input) {
    ImportPlan plan;
    int items = 0;
    for (const auto& sample : input.samples) {
        const bool hasOwnKeys =
            sample.hasKeys({"id"}) && (sample.keys.contains("title") || sample.keys.contains("image"));
        const bool isItems = hasOwnKeys || (sample.hasColumns({"id", "title"}) && sample.form.separator == ",");
        const bool isEvents = sample.hasColumns({"user", "item", "timestamp"}) && sample.form.separator == ",";
        if (!isItems && !isEvents) continue;
        PlannedFile file = isItems ? uniformItems(sample.file) : uniformEvents(sample.file);
        file.columns = plannedAs(sample, file.role, {}).columns;
        items += isItems;
        plan.files.push_back(std::move(file));
    }
    if (items == 0) return std::nullopt;
    std::stable_sort(plan.files.begin(), plan.files.end(),
                     [](const auto& left, const auto& right) { return left.role < right.role; });
    plan.score = 90;
    plan = completed(std::move(plan), input, PictureRule::byColumn);
    // `image` is relative to the file of products, unless a folder of pictures was named by itself.
    if (const auto& file = plan.files.front().file; file.member.empty())
        plan.pictures = PictureSource{std::filesystem::absolute(file.path).parent_path(), {}, false};
    else
        plan.pictures = PictureSource{file.path, file.member.substr(0, file.member.find_last_of('/') + 1), true};
    return plan;
}

} // namespace core
