#pragma once
#include "core/importers/csv_reader.h"
#include "core/importers/import_report.h"
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// The first row of a CSV file: names of columns, in lower case and without spaces around them.
class CsvHeader {
public:
    /// Reads it. What is wrong with it goes to the report and blocks the import: no row, a name twice, a needed one
    /// missing.
    CsvHeader(CsvReader& csv, std::string file, ImportReport& report, std::initializer_list<std::string_view> needed);

    bool isUsable() const { return isUsable_; }
    const std::vector<std::string>& names() const { return names_; }
    /// 0-based; nothing where there is no such column.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Reports a row that `csv` could not split, or that has not as many fields as the header. True: it was such a row.
    bool reportBadRow(const CsvReader& csv, CsvReader::Read read);

private:
    void block(std::string kind, std::string why);

    std::string file_;
    ImportReport& report_;
    std::vector<std::string> names_;
    std::int64_t line_ = 1;
    bool isUsable_ = true;
};

} // namespace core
