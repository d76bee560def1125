#include "core/importers/catalog_format.h"
#include <algorithm>

namespace core {

/// Kaggle 2022: articles.csv, customers.csv, transactions_train.csv; pictures in folders by the first three digits of
/// the ten of the article. Prices are scaled by an unknown factor and stand in the transactions.
std::optional<ImportPlan> proposeHm(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (sample.hasColumns({"article_id", "prod_name"})) {
            PlannedFile file = plannedAs(sample, FileRole::items,
                                         {{"article_id", ColumnRole::item},
                                          {"prod_name", ColumnRole::title},
                                          {"index_group_name", ColumnRole::category},
                                          {"product_group_name", ColumnRole::category},
                                          {"product_type_name", ColumnRole::category},
                                          {"detail_desc", ColumnRole::description}});
            for (const auto& column : file.columns)
                if (file.roleOf(column) == ColumnRole::none)
                    file.uses.push_back({column, column.ends_with("_name") ? ColumnRole::extra : ColumnRole::none});
            file.rules.takesPricesFromEvents = true;
            plan.files.insert(plan.files.begin(), std::move(file));
        } else if (sample.hasColumns({"t_dat", "customer_id", "article_id"})) {
            PlannedFile file = plannedAs(sample, FileRole::events,
                                         {{"customer_id", ColumnRole::user},
                                          {"article_id", ColumnRole::item},
                                          {"t_dat", ColumnRole::time},
                                          {"price", ColumnRole::price},
                                          {"sales_channel_id", ColumnRole::extra}});
            file.rules.takesPricesFromEvents = true;
            plan.files.push_back(std::move(file));
        }
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = plan.hasItems() && plan.hasEvents() ? 97 : 85;
    if (plan.hasEvents())
        plan.remarks.push_back(
            "Prices are those of the latest sale, scaled as they were published: about 0.05 for 30 euros.");
    return completed(std::move(plan), input, PictureRule::byId);
}

/// Berke et al. 2024: amazon-purchases.csv, one row a purchase with the text of the product. survey.csv and fields.csv
/// are not used.
std::optional<ImportPlan> proposeOpenECommerce(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (!sample.hasColumns({"order date", "asin/isbn (product code)", "survey responseid"})) continue;
        constexpr PlanRules rules{.addsUnknownItems = true,
                                  .takesFirstOfSeveral = true,
                                  .leavesOutRowsWithoutItem = true,
                                  .cleansText = true,
                                  .cleansPrices = true,
                                  .takesPricesFromEvents = false,
                                  .isOrderOnly = false};
        PlannedFile items = plannedAs(sample, FileRole::items,
                                      {{"asin/isbn (product code)", ColumnRole::item},
                                       {"title", ColumnRole::title},
                                       {"category", ColumnRole::category},
                                       {"purchase price per unit", ColumnRole::price}},
                                      rules);
        PlannedFile events = plannedAs(sample, FileRole::events,
                                       {{"survey responseid", ColumnRole::user},
                                        {"asin/isbn (product code)", ColumnRole::item},
                                        {"order date", ColumnRole::time}},
                                       rules);
        for (const auto& column : sample.columns)
            for (PlannedFile* file : {&items, &events})
                if (file->roleOf(column) == ColumnRole::none) file->uses.push_back({column, ColumnRole::none});
        plan.files = {std::move(items), std::move(events)};
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = 97;
    plan.remarks.push_back("Title, category and price of a product are those of its first purchase.");
    return completed(std::move(plan), input, PictureRule::byId);
}

/// Ni et al. 2023: <name>_pairs.csv (user, item, timestamp in ms) or _pairs.tsv (user, then items in order),
/// <name>_titles.csv (item, title; the 100k set has no header), a folder of covers named by item.
std::optional<ImportPlan> proposeMicroLens(const FormatInput& input) {
    ImportPlan plan;
    const auto isOurs = [](const FileSample& sample, std::string_view part) {
        return sample.name.starts_with("microlens") && sample.name.find(part) != std::string::npos;
    };
    const bool hasTimes = std::any_of(input.samples.begin(), input.samples.end(),
                                      [&](const FileSample& sample) { return isOurs(sample, "_pairs.csv"); });
    for (const auto& sample : input.samples) {
        if (isOurs(sample, "_title")) {
            PlannedFile file =
                plannedAs(sample, FileRole::items, {{"item", ColumnRole::item}, {"title", ColumnRole::title}});
            if (!sample.hasColumns({"item", "title"})) {
                file.table = {",", true, false};
                file.columns = {"item", "title"};
            }
            plan.files.insert(plan.files.begin(), std::move(file));
        } else if (isOurs(sample, "_pairs.csv")) {
            PlannedFile file = plannedAs(sample, FileRole::events, {});
            if (!sample.form.hasHeader) file.columns = {"user", "item", "timestamp"};
            for (const auto& column : file.columns) file.uses.push_back({column, usualRoleOf(column)});
            plan.files.push_back(std::move(file));
        } else if (isOurs(sample, "_pairs.tsv") && !hasTimes) {
            PlannedFile file = plannedAs(sample, FileRole::events, {});
            file.form = FileForm::sequences;
            file.rules.isOrderOnly = true;
            plan.files.push_back(std::move(file));
        }
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = 95;
    return completed(std::move(plan), input, PictureRule::byId);
}

} // namespace core
