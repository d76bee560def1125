#include "core/base/error.h"
#include "core/importers/import_plan.h"
#include <algorithm>
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

void previewJson(LineReader& lines, int rows, FilePreview& preview) {
    while (static_cast<int>(preview.rows.size()) < rows && lines.next() == LineReader::Read::line) {
        const auto object = nlohmann::json::parse(lines.line(), nullptr, /*allow_exceptions=*/false);
        auto& row = preview.rows.emplace_back(preview.columns.size());
        if (!object.is_object()) {
            if (row.empty()) row.emplace_back();
            row.front() = shown(lines.line());
            continue;
        }
        for (const auto& [key, value] : object.items()) {
            const auto column = std::find(preview.columns.begin(), preview.columns.end(), key);
            const auto at = static_cast<std::size_t>(column - preview.columns.begin());
            if (column == preview.columns.end()) preview.columns.push_back(key);
            if (row.size() <= at) row.resize(at + 1);
            const auto replace = nlohmann::json::error_handler_t::replace;
            row[at] = shown(value.is_string() ? value.get<std::string>()
                            : value.is_null() ? std::string()
                                              : value.dump(-1, ' ', false, replace));
        }
    }
    for (auto& row : preview.rows) row.resize(preview.columns.size());
}

void previewTable(const PlannedFile& file, LineReader& lines, int rows, FilePreview& preview) {
    CsvReader csv(lines, file.table);
    if (file.table.hasHeader) csv.next();
    while (static_cast<int>(preview.rows.size()) < rows) {
        const auto read = csv.next();
        if (read == CsvReader::Read::end) return;
        auto& row = preview.rows.emplace_back();
        if (read == CsvReader::Read::row)
            for (const auto field : csv.fields()) row.push_back(shown(field));
        else
            row.push_back(csv.problem().why);
    }
}

} // namespace

FilePreview previewFile(const PlannedFile& file, int rows) {
    FilePreview preview;
    try {
        LineReader lines(file.file, file.encoding);
        preview.columns = file.columns;
        if (isJson(file, lines)) {
            previewJson(lines, rows, preview);
        } else if (file.form == FileForm::sequences || preview.columns.empty()) {
            preview.columns = {"line"};
            while (static_cast<int>(preview.rows.size()) < rows && lines.next() == LineReader::Read::line)
                preview.rows.push_back({shown(lines.line())});
        } else {
            previewTable(file, lines, rows, preview);
        }
        preview.problem = lines.damage();
    } catch (const Error& error) {
        preview.problem = error.what();
    }
    return preview;
}

} // namespace core
