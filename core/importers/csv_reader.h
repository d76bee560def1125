#pragma once
#include "core/importers/line_reader.h"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// How rows are written.
struct TableForm {
    std::string separator = ",";
    bool isQuoted = true; ///< fields may be in quotes, as in RFC 4180; else a quote is an ordinary character
    bool hasHeader = true;
    bool operator==(const TableForm&) const = default;
};

/// Rows of a table of text, by default comma-separated as in RFC 4180: quoted fields may hold separators, line feeds
/// and doubled quotes; lines end in LF or CR LF; empty lines are skipped. A quote inside an unquoted field is an
/// ordinary character.
class CsvReader {
public:
    enum class Read { row, bad, end };

    struct Problem {
        std::string kind;
        std::int64_t column = 0; ///< field, 1-based; 0: the row
        std::string why;
        bool endsFile = false; ///< nothing behind it can be read
    };

    explicit CsvReader(LineReader& lines, TableForm form = {}) : lines_(lines), form_(std::move(form)) {}

    /// After `bad`, problem() says why and the next call reads the row behind it.
    Read next();
    std::span<const std::string_view> fields() const { return fields_; } ///< valid until next()
    std::int64_t lineNumber() const { return firstLine_; }               ///< where the row starts
    const Problem& problem() const { return problem_; }
    /// The end was not the end of the file.
    bool isDamaged() const { return !lines_.damage().empty(); }

private:
    Read splitPlain(std::string_view line);
    Read splitQuoted(std::string_view line);
    Read fail(Problem problem);

    LineReader& lines_;
    TableForm form_;
    std::int64_t firstLine_ = 0;
    std::vector<std::string_view> fields_;
    std::string text_;              ///< of a row with quotes, without them
    std::vector<std::size_t> ends_; ///< of its fields, in text_
    Problem problem_;
};

} // namespace core
