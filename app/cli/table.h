#pragma once
#include <string>
#include <vector>

namespace app {

enum class Align { left, right };

/// Columns of text for a terminal, as wide as their widest cell. Line breaks in cells become spaces, long cells end in
/// an ellipsis.
class Table {
public:
    struct Column {
        std::string title;
        Align align = Align::left;
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    /// As many cells as there are columns.
    void add(std::vector<std::string> cells);
    std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace app
