#include "core/importers/csv_header.h"
#include "core/importers/row_checks.h"
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

using nlohmann::json;

std::vector<std::string> splitList(std::string_view text, std::string_view separator) {
    std::vector<std::string> values;
    while (true) {
        const auto end = text.find(separator);
        if (const auto value = text.substr(0, end); !value.empty()) values.emplace_back(value);
        if (end == std::string_view::npos) return values;
        text.remove_prefix(end + separator.size());
    }
}

class TableItems : public ItemReader {
public:
    TableItems(const PlannedFile& file, LineReader& lines, FindingSink& findings)
        : file_(file), csv_(lines, file.table), checks_(file, findings),
          header_(csv_, file, findings, {file.columnOf(ColumnRole::item)}) {
        const auto& names = header_.names();
        std::vector<bool> isPlanned(names.size(), false);
        for (const auto& use : file.uses) {
            const auto column = header_.find(use.column);
            if (!column) continue;
            isPlanned[*column] = true;
            if (const auto field = itemFieldOf(use.role)) fields_.push_back({*column, *field});
        }
        const std::size_t flags = std::min(file.flagNames.size(), names.size());
        for (std::size_t column = 0; column + flags < names.size(); ++column)
            if (!isPlanned[column]) foreign_.push_back(column);
    }

    bool next(ItemRow& row) override {
        if (!header_.isUsable() || isBroken_) return false;
        const CsvReader::Read read = csv_.next();
        if (read == CsvReader::Read::end) return false;
        isBroken_ = read == CsvReader::Read::bad && csv_.problem().endsFile;
        row = {};
        row.line = csv_.lineNumber();
        if (read == CsvReader::Read::row && csv_.fields().size() == header_.names().size())
            take(row);
        else
            row.isGood = !header_.reportBadRow(csv_, read);
        return true;
    }

private:
    struct Field {
        std::size_t column;
        ItemField field;
    };

    void take(ItemRow& row) {
        json extra = json::object();
        for (const auto& [column, field] : fields_) {
            const std::string_view text = csv_.fields()[column];
            auto& position = row.columns[static_cast<std::size_t>(field)];
            if (position == 0) position = static_cast<std::int64_t>(column) + 1;
            if (field == ItemField::extra)
                takeExtra(header_.names()[column], text, extra);
            else if (field == ItemField::category && !file_.listSeparator.empty())
                checks_.setList(row, splitList(text, file_.listSeparator), header_.names()[column], extra);
            else
                checks_.setText(row, field, std::string(text));
        }
        for (const std::size_t column : foreign_) {
            const std::string& name = header_.names()[column];
            checks_.foreign(file_.table.hasHeader ? 1 : 0, name);
            if (const auto text = csv_.fields()[column]; !text.empty()) extra[name] = std::string(text);
        }
        if (!file_.flagNames.empty()) takeFlags(row, extra);
        if (!extra.empty()) row.extra = extra.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    /// A JSON object is merged, anything else kept under the name of its column.
    static void takeExtra(const std::string& name, std::string_view text, json& extra) {
        if (text.empty()) return;
        const json value = text.front() == '{' ? json::parse(text.begin(), text.end(), nullptr, false) : json();
        if (value.is_object())
            extra.update(value);
        else
            extra[name] = std::string(text);
    }

    void takeFlags(ItemRow& row, json& extra) {
        const auto fields = csv_.fields();
        if (fields.size() < file_.flagNames.size()) return;
        std::vector<std::string> values;
        const std::size_t first = fields.size() - file_.flagNames.size();
        for (std::size_t flag = 0; flag < file_.flagNames.size(); ++flag)
            if (fields[first + flag] == "1") values.push_back(file_.flagNames[flag]);
        checks_.setList(row, values, "genres", extra);
    }

    const PlannedFile& file_;
    CsvReader csv_;
    RowChecks checks_;
    CsvHeader header_;
    std::vector<Field> fields_;        ///< in the order of the plan
    std::vector<std::size_t> foreign_; ///< columns that the plan does not know
    bool isBroken_ = false;            ///< nothing more can be read
};

bool isJsonLines(const PlannedFile& file, const LineReader& lines) {
    if (file.form != FileForm::byContent) return file.form == FileForm::jsonLines;
    const std::string name = file.file.plainName();
    for (const std::string_view ending : {".jsonl", ".ndjson", ".json"})
        if (name.ends_with(ending)) return true;
    return !name.ends_with(".csv") && lines.firstCharacter() == '{';
}

} // namespace

std::unique_ptr<ItemReader> openTableItems(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    return std::make_unique<TableItems>(file, lines, findings);
}

std::unique_ptr<ItemReader> openItems(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    if (file.form == FileForm::amazonProducts) return openAmazonProducts(file, lines, findings);
    if (isJsonLines(file, lines)) return openJsonItems(file, lines, findings);
    return openTableItems(file, lines, findings);
}

} // namespace core
