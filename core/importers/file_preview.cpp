#include "core/base/error.h"
#include "core/importers/import_plan.h"
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace core {

namespace {

/// At most 200 bytes, not cut through a character.
std::string shown(std::string_view text) {
    constexpr std::size_t longest = 200;
    std::size_t end = std::min(longest, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end));
}

bool isJson(const PlannedFile& file, const LineReader& lines) {
    return file.form == FileForm::jsonLines || file.form == FileForm::amazonProducts ||
           file.form == FileForm::amazonReviews || (file.form == FileForm::byContent && lines.firstCharacter() == '{');
}

/// Rows from a line on; those before are passed over.
class PreviewRows {
public:
    PreviewRows(FilePreview& preview, int most, std::int64_t fromLine, const std::stop_token& stop)
        : preview_(preview), most_(most), fromLine_(fromLine), stop_(stop) {}

    bool wantsMore() const { return static_cast<int>(preview_.rows.size()) < most_ && !stop_.stop_requested(); }
    bool wants(std::int64_t line) const { return line >= fromLine_; }
    std::vector<std::string>& add(std::int64_t line) {
        preview_.lines.push_back(line);
        return preview_.rows.emplace_back();
    }

private:
    FilePreview& preview_;
    int most_;
    std::int64_t fromLine_;
    const std::stop_token& stop_;
};

std::string textOf(const LineReader& lines, LineReader::Read read) {
    return read == LineReader::Read::line ? shown(lines.line()) : "(this line is too long to be read)";
}

void previewLines(LineReader& lines, PreviewRows& rows) {
    while (rows.wantsMore()) {
        const auto read = lines.next();
        if (read == LineReader::Read::end) return;
        if (rows.wants(lines.lineNumber())) rows.add(lines.lineNumber()).push_back(textOf(lines, read));
    }
}

void takeObject(const nlohmann::json& object, std::vector<std::string>& row, std::vector<std::string>& columns) {
    for (const auto& [key, value] : object.items()) {
        const auto column = std::find(columns.begin(), columns.end(), key);
        const auto at = static_cast<std::size_t>(column - columns.begin());
        if (column == columns.end()) columns.push_back(key);
        if (row.size() <= at) row.resize(at + 1);
        const auto replace = nlohmann::json::error_handler_t::replace;
        row[at] = shown(value.is_string() ? value.get<std::string>()
                        : value.is_null() ? std::string()
                                          : value.dump(-1, ' ', false, replace));
    }
}

void previewJson(LineReader& lines, PreviewRows& rows, FilePreview& preview) {
    while (rows.wantsMore()) {
        const auto read = lines.next();
        if (read == LineReader::Read::end) break;
        const bool isBlank =
            read == LineReader::Read::line && lines.line().find_first_not_of(" \t\r") == std::string_view::npos;
        if (!rows.wants(lines.lineNumber()) || isBlank) continue;
        const auto object = read == LineReader::Read::line
                                ? nlohmann::json::parse(lines.line(), nullptr, /*allow_exceptions=*/false)
                                : nlohmann::json();
        auto& row = rows.add(lines.lineNumber());
        if (object.is_object())
            takeObject(object, row, preview.columns);
        else
            row.push_back(textOf(lines, read));
    }
    for (auto& row : preview.rows) row.resize(std::max<std::size_t>(preview.columns.size(), 1));
}

void previewTable(const PlannedFile& file, LineReader& lines, PreviewRows& rows) {
    CsvReader csv(lines, file.table);
    if (file.table.hasHeader) csv.next();
    while (rows.wantsMore()) {
        const auto read = csv.next();
        if (read == CsvReader::Read::end) return;
        if (!rows.wants(csv.lineNumber())) continue;
        auto& row = rows.add(csv.lineNumber());
        if (read == CsvReader::Read::row)
            for (const auto field : csv.fields()) row.push_back(shown(field));
        else
            row.push_back("(" + csv.problem().why + ")");
    }
}

} // namespace

FilePreview previewFile(const PlannedFile& file, int most, std::int64_t fromLine, const std::stop_token& stop) {
    FilePreview preview;
    PreviewRows rows(preview, most, fromLine, stop);
    try {
        LineReader lines(file.file, file.encoding);
        preview.columns = file.columns;
        if (isJson(file, lines)) {
            previewJson(lines, rows, preview);
        } else if (file.form == FileForm::sequences || preview.columns.empty()) {
            preview.columns = {"line"};
            previewLines(lines, rows);
        } else {
            previewTable(file, lines, rows);
        }
        preview.problem = lines.damage();
    } catch (const Error& error) {
        preview.problem = error.what();
    }
    return preview;
}

} // namespace core
