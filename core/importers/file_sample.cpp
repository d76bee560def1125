#include "core/importers/file_sample.h"
#include "core/importers/csv_header.h"
#include "core/importers/line_reader.h"
#include "core/importers/time_value.h"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

constexpr std::size_t mostLines = 100, mostBytes = std::size_t{1} << 20;

using Rows = std::vector<std::vector<std::string>>;

Rows rowsOf(const std::string& text, const TableForm& form) {
    const auto lines = LineReader::ofText(text);
    CsvReader csv(*lines, form);
    Rows rows;
    for (auto read = csv.next(); read != CsvReader::Read::end; read = csv.next()) {
        if (read == CsvReader::Read::bad) continue; // the last row may be cut by the end of the sample
        rows.emplace_back(csv.fields().begin(), csv.fields().end());
    }
    return rows;
}

/// The share of rows that have as many fields as the first one; 0 where that is one field.
double regularity(const Rows& rows) {
    if (rows.empty() || rows.front().size() < 2) return 0;
    const auto same =
        std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row.size() == rows.front().size(); });
    return static_cast<double>(same) / static_cast<double>(rows.size());
}

bool isNumber(std::string_view text) {
    double number = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && stop == text.data() + text.size();
}

/// A first row that names columns holds words, all different, none of them a number or a date.
bool looksLikeHeader(const std::vector<std::string>& row) {
    std::set<std::string> names;
    for (const auto& field : row)
        if (isNumber(field) || parseTime(field) || field.size() > 60 || !names.insert(columnName(field)).second)
            return false;
    return true;
}

void sniffTable(FileSample& sample) {
    std::string text;
    for (const auto& line : sample.lines) text += line + "\n";
    double best = 0;
    Rows rows;
    for (const char* separator : {"::", "\t", ",", ";", "|"}) {
        const TableForm form{separator, std::string_view(separator) != "::", true};
        Rows tried = rowsOf(text, form);
        if (const double regular = regularity(tried); regular > best) {
            best = regular;
            sample.form = form;
            rows = std::move(tried);
        }
    }
    if (rows.empty()) return;
    sample.form.hasHeader = looksLikeHeader(rows.front());
    if (sample.form.hasHeader) {
        for (const auto& name : rows.front()) sample.columns.push_back(columnName(name));
        rows.erase(rows.begin());
    } else {
        sample.columns = numberedColumns(rows.front().size());
    }
    sample.rows = std::move(rows);
}

void readKeys(FileSample& sample) {
    for (std::size_t line = 0; line < std::min<std::size_t>(sample.lines.size(), 20); ++line) {
        const auto object = nlohmann::json::parse(sample.lines[line], nullptr, /*allow_exceptions=*/false);
        if (!object.is_object()) continue;
        for (const auto& [key, value] : object.items()) sample.keys.insert(key);
    }
    sample.isJson = !sample.keys.empty() || sample.name.ends_with(".jsonl");
}

FileSample sampleOf(LineReader& lines, InputFile file, std::string name) {
    FileSample sample;
    sample.file = std::move(file);
    sample.name = std::move(name);
    if (lines.isUtf16()) {
        sample.problem = "UTF-16, which is not read; save it as UTF-8";
        return sample;
    }
    std::size_t bytes = 0;
    while (sample.lines.size() < mostLines && bytes < mostBytes && lines.next() == LineReader::Read::line) {
        bytes += lines.line().size();
        std::string_view line = lines.line();
        if (line.ends_with('\r')) line.remove_suffix(1);
        sample.lines.emplace_back(line);
    }
    const auto hasNul = [](const std::string& line) { return line.find('\0') != std::string::npos; };
    if (std::any_of(sample.lines.begin(), sample.lines.begin() + std::min<std::ptrdiff_t>(2, std::ssize(sample.lines)),
                    hasNul)) { // further down it is a stray character in a row, which the report then names
        sample.lines.clear();
        sample.problem = "not a text file";
        return sample;
    }
    if (!sample.lines.empty() && sample.lines.front().starts_with('{')) readKeys(sample);
    if (!sample.isJson) sniffTable(sample);
    return sample;
}

} // namespace

std::vector<std::string> numberedColumns(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i) names.push_back(fmt::format("column {}", i));
    return names;
}

bool FileSample::hasColumns(std::initializer_list<std::string_view> names) const {
    return std::all_of(names.begin(), names.end(), [&](std::string_view wanted) {
        return std::find(columns.begin(), columns.end(), wanted) != columns.end();
    });
}

bool FileSample::hasKeys(std::initializer_list<std::string_view> names) const {
    return std::all_of(names.begin(), names.end(),
                       [&](std::string_view wanted) { return keys.contains(std::string(wanted)); });
}

FileSample sampleFile(const InputFile& file) {
    LineReader lines(file);
    return sampleOf(lines, file, file.plainName());
}

FileSample sampleOfText(std::string text, std::string name) {
    const auto lines = LineReader::ofText(std::move(text));
    return sampleOf(*lines, {name, {}}, name);
}

} // namespace core
