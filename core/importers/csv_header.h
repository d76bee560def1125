#pragma once
#include "core/importers/csv_reader.h"
#include "core/importers/finding_sink.h"
#include "core/importers/import_plan.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Names of the columns of a table, in lower case and without spaces around them: its first row, or where it has none
/// the names of the plan.
class CsvHeader {
public:
    /// Reads it. What is wrong with it goes to the report and blocks the import: no row, a name twice, a needed one
    /// missing.
    CsvHeader(CsvReader& csv, std::string file, FindingSink& findings, const std::vector<std::string>& needed);
    CsvHeader(CsvReader& csv, const PlannedFile& file, FindingSink& findings, const std::vector<std::string>& needed);

    bool isUsable() const { return isUsable_; }
    const std::vector<std::string>& names() const { return names_; }
    /// 0-based; nothing where there is no such column.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Reports a row that `csv` could not split, or that has not as many fields as the header. True: it was such a row.
    bool reportBadRow(const CsvReader& csv, CsvReader::Read read);

private:
    void read(CsvReader& csv, const std::vector<std::string>& needed);
    void block(std::string kind, std::string why);

    std::string file_;
    FindingSink& findings_;
    std::vector<std::string> names_;
    std::int64_t line_ = 1;
    bool isUsable_ = true;
};

/// The name of a column as it is compared: trimmed, in lower case, without RecBole's type (":token").
std::string columnName(std::string_view written);

} // namespace core
