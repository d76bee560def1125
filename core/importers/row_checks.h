#pragma once
#include "core/importers/finding_sink.h"
#include "core/importers/import_plan.h"
#include "core/importers/item_row.h"
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

namespace core {

/// The field of items that a role fills; nothing for roles of events.
std::optional<ItemField> itemFieldOf(ColumnRole role);

/// What all readers of items share: checks of single fields, and who is told.
class RowChecks {
public:
    RowChecks(const PlannedFile& file, FindingSink& findings)
        : name_(file.file.name()), rules_(file.rules), findings_(findings) {}

    void error(ItemRow& row, std::int64_t column, std::string kind, std::string why);
    void note(std::int64_t line, std::int64_t column, std::string kind, std::string why);
    /// Appends to what an earlier column of the same field left; reports what is no text.
    void setText(ItemRow& row, ItemField field, std::string text);
    void setPrice(ItemRow& row, double price, const std::string& written);
    void setPrice(ItemRow& row, std::string_view text);
    /// A column or key that the plan does not know: said once, kept.
    void foreign(std::int64_t line, const std::string& name);
    /// `values` as one category: the first of them. All of them go into `extra` under `name`.
    void setList(ItemRow& row, const std::vector<std::string>& values, const std::string& name, nlohmann::json& extra);

private:
    void setCleanPrice(ItemRow& row, std::string_view text);

    std::string name_;
    PlanRules rules_;
    FindingSink& findings_;
    std::set<std::string> foreignNames_;
};

/// The object behind one line of JSON. Reports what is wrong with it; nothing then.
std::optional<nlohmann::json> parseJsonLine(std::string_view line, ItemRow& row, RowChecks& checks);

} // namespace core
