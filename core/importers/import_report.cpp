#include "core/importers/import_report.h"
#include "core/base/error.h"
#include "core/workspace/id_rules.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

std::string dumped(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace

std::string_view severityName(Severity severity) {
    switch (severity) {
    case Severity::error:
        return "error";
    case Severity::warning:
        return "warning";
    case Severity::note:
        return "note";
    }
    return "error";
}

std::string ImportFinding::text() const {
    std::string where = file;
    if (line > 0) where += fmt::format(": line {}", line);
    if (line > 0 && column > 0) where += fmt::format(", column {}", column);
    return where + ": " + why;
}

std::string ImportFinding::json() const {
    nlohmann::ordered_json json{{"severity", severityName(severity)},
                                {"kind", kind},
                                {"file", file},
                                {"line", line},
                                {"column", column},
                                {"why", why}};
    if (const auto advice = whatToDo(kind); !advice.empty()) json["what_to_do"] = advice;
    return dumped(json);
}

std::string inQuotes(std::string_view text) {
    constexpr std::size_t longest = 80;
    const bool isCut = text.size() > longest;
    text = text.substr(0, longest);
    if (isCut) // not through a character
        for (int i = 0; i < 3 && !text.empty() && !isValidUtf8(text); ++i) text.remove_suffix(1);
    const bool isValid = isValidUtf8(text);
    std::string shown = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !isValid))
            shown += fmt::format("\\x{:02x}", byte);
        else
            shown += c;
    }
    return shown + (isCut ? "...\"" : "\"");
}

ImportReport::ImportReport(const std::filesystem::path& file) : path_(file), file_(file, std::ios::binary) {}

void ImportReport::add(const ImportFinding& finding) {
    const auto severity = static_cast<std::size_t>(finding.severity);
    file_ << finding.json() << '\n';
    ++counts_[severity];
    ++countOfKind_[finding.kind];
    if (first_[severity].size() < shownFindings) first_[severity].push_back(finding);
}

void ImportReport::addBlocking(const ImportFinding& finding) {
    hasBlocking_ = true;
    add(finding);
}

void ImportReport::finish(ImportResult& result) {
    result.errors = countOf(Severity::error);
    result.isBlocked = hasBlocking_;
    result.warnings = countOf(Severity::warning);
    result.notes = countOf(Severity::note);
    result.countOfKind = countOfKind_;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
        for (const auto& finding : first_[static_cast<std::size_t>(severity)])
            if (result.findings.size() < shownFindings) result.findings.push_back(finding);
    file_ << dumped({{"accepted", result.accepted},
                     {"errors", result.errors},
                     {"warnings", result.warnings},
                     {"notes", result.notes},
                     {"by_kind", result.countOfKind},
                     {"items_read", result.itemsRead},
                     {"items_left_out", result.itemsLeftOut},
                     {"events_read", result.eventsRead},
                     {"events_left_out", result.eventsLeftOut}})
          << '\n';
    file_.close();
    if (!file_)
        throw Error(ErrorKind::unavailable,
                    fmt::format("write {}: the disk is full or cannot be written", path_.string()));
}

} // namespace core
