#include "core/importers/catalog_format.h"

namespace core {

namespace {

constexpr PlanRules rules{.addsUnknownItems = true,
                          .takesFirstOfSeveral = true,
                          .leavesOutRowsWithoutItem = false,
                          .cleansText = true,
                          .cleansPrices = true,
                          .takesPricesFromEvents = false,
                          .isOrderOnly = false};

PlannedFile planned(const FileSample& sample, FileRole role, std::vector<ColumnUse> uses) {
    PlannedFile file = plannedAs(sample, role, std::move(uses), rules);
    file.form = role == FileRole::items ? FileForm::amazonProducts : FileForm::amazonReviews;
    return file;
}

std::optional<ImportPlan> finished(ImportPlan plan, const FormatInput& input) {
    if (plan.files.empty()) return std::nullopt;
    plan.score = plan.hasItems() && plan.hasEvents() ? 95 : 85;
    plan = completed(std::move(plan), input, PictureRule::byId);
    if (!plan.pictures)
        plan.remarks.push_back(
            "The files hold addresses of pictures, and nothing is downloaded. Give a folder of pictures "
            "named by product or like in the address.");
    return plan;
}

} // namespace

/// Reviews: user_id, parent_asin, rating, timestamp (ms). Products: parent_asin, title, images, store, categories.
/// Hou et al. 2024.
std::optional<ImportPlan> proposeAmazon2023(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (sample.hasKeys({"user_id", "parent_asin", "timestamp"}))
            plan.files.push_back(planned(sample, FileRole::events,
                                         {{"user_id", ColumnRole::user},
                                          {"parent_asin", ColumnRole::item},
                                          {"timestamp", ColumnRole::time},
                                          {"rating", ColumnRole::rating}}));
        else if (sample.hasKeys({"parent_asin", "title"}))
            plan.files.push_back(planned(sample, FileRole::items,
                                         {{"parent_asin", ColumnRole::item},
                                          {"title", ColumnRole::title},
                                          {"categories", ColumnRole::category},
                                          {"store", ColumnRole::brand},
                                          {"price", ColumnRole::price},
                                          {"description", ColumnRole::description},
                                          {"features", ColumnRole::description},
                                          {"images", ColumnRole::image}}));
    }
    return finished(std::move(plan), input);
}

/// Reviews: reviewerID, asin, overall, unixReviewTime (s). Products: asin, title, category, imageURLHighRes. Ni, Li and
/// McAuley 2019.
std::optional<ImportPlan> proposeAmazon2018(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (sample.hasKeys({"parent_asin"})) continue;
        if (sample.hasKeys({"reviewerID", "asin"}))
            plan.files.push_back(planned(sample, FileRole::events,
                                         {{"reviewerID", ColumnRole::user},
                                          {"asin", ColumnRole::item},
                                          {"unixReviewTime", ColumnRole::time},
                                          {"overall", ColumnRole::rating}}));
        else if (sample.hasKeys({"asin", "title"}))
            plan.files.push_back(planned(sample, FileRole::items,
                                         {{"asin", ColumnRole::item},
                                          {"title", ColumnRole::title},
                                          {"category", ColumnRole::category},
                                          {"brand", ColumnRole::brand},
                                          {"price", ColumnRole::price},
                                          {"description", ColumnRole::description},
                                          {"feature", ColumnRole::description},
                                          {"imageURLHighRes", ColumnRole::image}}));
    }
    return finished(std::move(plan), input);
}

} // namespace core
