#include "core/importers/catalog_format.h"
#include <algorithm>
#include <array>
#include <utility>

namespace core {

PlannedFile plannedAs(const FileSample& sample, FileRole role, std::vector<ColumnUse> uses, PlanRules rules) {
    PlannedFile file;
    file.file = sample.file;
    file.role = role;
    file.form = sample.isJson ? FileForm::jsonLines : FileForm::table;
    file.table = sample.form;
    file.uses = std::move(uses);
    file.columns = sample.isJson ? std::vector<std::string>(sample.keys.begin(), sample.keys.end()) : sample.columns;
    file.rules = rules;
    return file;
}

ImportPlan completed(ImportPlan plan, const FormatInput& input, PictureRule rule) {
    for (const auto& sample : input.samples)
        if (std::none_of(plan.files.begin(), plan.files.end(),
                         [&](const PlannedFile& file) { return file.file == sample.file; }))
            plan.files.push_back(plannedAs(sample, FileRole::unused, {}));
    if (!input.pictures.empty()) plan.pictures = input.pictures.front();
    if (input.pictures.size() > 1)
        plan.remarks.push_back("Pictures lie in several folders; those of " + plan.pictures->path.string() +
                               " are used.");
    plan.pictureRule = rule;
    if (!plan.hasItems())
        for (auto& file : plan.files) file.rules.addsUnknownItems = true;
    return plan;
}

ColumnRole usualRoleOf(std::string_view column) {
    using Names = std::vector<std::string_view>;
    static const std::array<std::pair<ColumnRole, Names>, 10> known{{
        {ColumnRole::user,
         {"user", "user_id", "userid", "uid", "customer_id", "customerid", "customer id", "customer", "reviewerid",
          "session_id", "sessionid", "visitor_id", "visitorid", "survey responseid", "shopper", "client_id"}},
        {ColumnRole::item,
         {"item",      "item_id",    "itemid",   "iid",        "product_id", "productid",   "product id",
          "product",   "movieid",    "movie_id", "article_id", "asin",       "parent_asin", "sku",
          "stockcode", "stock_code", "videoid",  "video_id",   "isbn",       "id"}},
        {ColumnRole::time,
         {"timestamp", "time", "date", "datetime", "unixreviewtime", "t_dat", "order date", "order_date", "invoicedate",
          "event_time", "created_at", "ts", "purchase_date"}},
        {ColumnRole::rating, {"rating", "overall", "stars", "score"}},
        {ColumnRole::title,
         {"title", "name", "product_name", "productname", "product name", "prod_name", "item_name", "movie_title",
          "product_title"}},
        {ColumnRole::category,
         {"category", "categories", "genre", "genres", "main_category", "category_code", "product_type", "class"}},
        {ColumnRole::brand, {"brand", "store", "manufacturer", "vendor", "maker"}},
        {ColumnRole::price,
         {"price", "unitprice", "unit_price", "purchase price per unit", "sale_price", "list_price"}},
        {ColumnRole::description, {"description", "text", "detail_desc", "desc", "body", "details", "overview"}},
        {ColumnRole::image,
         {"image", "picture", "photo", "img", "image_path", "picture_path", "image_file", "filename"}},
    }};
    for (const auto& [role, names] : known)
        if (std::find(names.begin(), names.end(), column) != names.end()) return role;
    return ColumnRole::none;
}

} // namespace core
