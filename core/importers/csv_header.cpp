#include "core/importers/csv_header.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace core {

namespace {

std::string normalised(std::string_view name) {
    const auto first = name.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    std::string lower(name.substr(first, name.find_last_not_of(" \t") - first + 1));
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

} // namespace

void CsvHeader::block(std::string kind, std::string why) {
    isUsable_ = false;
    report_.addBlocking({Severity::error, std::move(kind), file_, line_, 0, std::move(why)});
}

CsvHeader::CsvHeader(CsvReader& csv, std::string file, ImportReport& report,
                     std::initializer_list<std::string_view> needed)
    : file_(std::move(file)), report_(report) {
    const CsvReader::Read read = csv.next();
    if (read == CsvReader::Read::end) {
        isUsable_ = false;
        if (!csv.isDamaged()) block("missing-header", "the file is empty; its first row must name the columns");
        return;
    }
    line_ = csv.lineNumber();
    if (read == CsvReader::Read::bad) {
        block(csv.problem().kind, "the header cannot be read: " + csv.problem().why);
        return;
    }
    for (const std::string_view name : csv.fields()) names_.push_back(normalised(name));
    const std::string all = fmt::format("{}", fmt::join(names_, ","));
    for (const std::string_view name : needed) {
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
    ImportFinding finding{Severity::error, "", file_, csv.lineNumber(), 0, ""};
    if (read == CsvReader::Read::bad) {
        finding.kind = csv.problem().kind;
        finding.column = csv.problem().column;
        finding.why = csv.problem().why;
        if (csv.problem().endsFile)
            report_.addBlocking(finding);
        else
            report_.add(finding);
        return true;
    }
    if (csv.fields().size() == names_.size()) return false;
    finding.kind = "wrong-column-count";
    finding.why = fmt::format("the row has {} fields, the header has {}", csv.fields().size(), names_.size());
    report_.add(finding);
    return true;
}

} // namespace core
