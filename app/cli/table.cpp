#include "app/cli/table.h"
#include <algorithm>
#include <fmt/format.h>

namespace app {

namespace {

constexpr std::size_t widestCell = 60;

bool startsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), startsCodePoint));
}

std::string oneLine(std::string text) {
    for (auto& byte : text)
        if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) byte = ' ';
    if (width(text) <= widestCell) return text;
    std::size_t end = 0;
    for (std::size_t shown = 0; end < text.size(); ++end)
        if (startsCodePoint(text[end]) && ++shown == widestCell) break;
    return text.substr(0, end) + "…";
}

} // namespace

void Table::add(std::vector<std::string> cells) {
    std::transform(cells.begin(), cells.end(), cells.begin(), oneLine);
    rows_.push_back(std::move(cells));
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        widths.push_back(width(columns_[column].title));
        for (const auto& row : rows_) widths.back() = std::max(widths.back(), width(row[column]));
    }
    std::string lines;
    const auto append = [&](const auto& cellAt) {
        std::string line;
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            const std::string& cell = cellAt(column);
            const std::string padding(widths[column] - width(cell), ' ');
            line += columns_[column].align == Align::right ? padding + cell : cell + padding;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines += line + "\n";
    };
    append([&](std::size_t column) -> const std::string& { return columns_[column].title; });
    for (const auto& row : rows_) append([&](std::size_t column) -> const std::string& { return row[column]; });
    return lines;
}

} // namespace app
