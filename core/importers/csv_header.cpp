#include "core/importers/csv_header.h"
#include "core/importers/import_report.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace core {

std::string columnName(std::string_view written) {
    const auto first = written.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    std::string lower = lowerCase(written.substr(first, written.find_last_not_of(" \t") - first + 1));
    for (const std::string_view type : {":token", ":token_seq", ":float", ":float_seq"})
        if (lower.ends_with(type) && lower.size() > type.size()) lower.resize(lower.size() - type.size());
    return lower;
}

void CsvHeader::block(std::string kind, std::string why) {
    isUsable_ = false;
    findings_.addBlocking({Severity::error, std::move(kind), file_, line_, 0, std::move(why)});
}

CsvHeader::CsvHeader(CsvReader& csv, std::string file, FindingSink& findings, const std::vector<std::string>& needed)
    : file_(std::move(file)), findings_(findings) {
    read(csv, needed);
}

CsvHeader::CsvHeader(CsvReader& csv, const PlannedFile& file, FindingSink& findings,
                     const std::vector<std::string>& needed)
    : file_(file.file.name()), findings_(findings) {
    if (file.table.hasHeader)
        read(csv, needed);
    else
        names_ = file.columns;
}

void CsvHeader::read(CsvReader& csv, const std::vector<std::string>& needed) {
    const CsvReader::Read first = csv.next();
    if (first == CsvReader::Read::end) {
        isUsable_ = false;
        if (!csv.isDamaged()) block("missing-header", "the file is empty; its first row must name the columns");
        return;
    }
    line_ = csv.lineNumber();
    if (first == CsvReader::Read::bad) {
        block(csv.problem().kind, "the header cannot be read: " + csv.problem().why);
        return;
    }
    for (const std::string_view name : csv.fields()) names_.push_back(columnName(name));
    const std::string all = fmt::format("{}", fmt::join(names_, ","));
    for (const std::string& name : needed) {
        if (find(name)) continue;
        const bool isOtherSeparator = names_.size() == 1 && all.find_first_of(";\t|") != std::string::npos;
        block("missing-column", fmt::format("the header {} has no column {}{}", inQuotes(all), name,
                                            isOtherSeparator ? "; columns are separated by commas" : ""));
    }
    for (auto name = names_.begin(); name != names_.end(); ++name)
        if (!name->empty() && std::find(names_.begin(), name, *name) != name)
            block("repeated-column", fmt::format("the column {} is there twice", inQuotes(*name)));
}

std::optional<std::size_t> CsvHeader::find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

bool CsvHeader::reportBadRow(const CsvReader& csv, CsvReader::Read read) {
    if (read == CsvReader::Read::row && csv.fields().size() == names_.size()) return false;
    ImportFinding finding{Severity::error, "", file_, csv.lineNumber(), 0, ""};
    if (read == CsvReader::Read::bad) {
        finding.kind = csv.problem().kind;
        finding.column = csv.problem().column;
        finding.why = csv.problem().why;
        if (csv.problem().endsFile)
            findings_.addBlocking(finding);
        else
            findings_.add(finding);
        return true;
    }
    finding.kind = "wrong-column-count";
    finding.why = fmt::format("the row has {} {}, the header has {}", csv.fields().size(),
                              csv.fields().size() == 1 ? "field" : "fields", names_.size());
    findings_.add(finding);
    return true;
}

} // namespace core
