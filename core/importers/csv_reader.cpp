#include "core/importers/csv_reader.h"
#include <fmt/format.h>

namespace core {

CsvReader::Read CsvReader::fail(Problem problem) {
    problem_ = std::move(problem);
    return Read::bad;
}

CsvReader::Read CsvReader::next() {
    while (true) {
        const LineReader::Read read = lines_.next();
        firstLine_ = lines_.lineNumber();
        if (read == LineReader::Read::end) return Read::end;
        if (read == LineReader::Read::tooLong)
            return fail(
                {"too-long", 0, fmt::format("the line is longer than {} MB", LineReader::maximumLineBytes >> 20)});
        const std::string_view line = lines_.line();
        if (line.empty() || line == "\r") continue;
        const bool isPlain = !form_.isQuoted || line.find('"') == std::string_view::npos;
        return isPlain ? splitPlain(line) : splitQuoted(line);
    }
}

CsvReader::Read CsvReader::splitPlain(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    fields_.clear();
    const std::string& separator = form_.separator;
    while (true) {
        const std::size_t end = separator.size() == 1 ? line.find(separator.front()) : line.find(separator);
        fields_.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return Read::row;
        line.remove_prefix(end + separator.size());
    }
}

CsvReader::Read CsvReader::splitQuoted(std::string_view line) {
    enum class State { fieldStart, plain, quoted, quoteInQuoted } state = State::fieldStart;
    text_.clear();
    ends_.clear();
    const char separator = form_.separator.front(); // quotes come with separators of one character only
    std::int64_t quoteLine = 0, quoteColumn = 0, textAfterQuote = 0;
    const auto column = [&] { return static_cast<std::int64_t>(ends_.size()) + 1; };
    const auto endField = [&] {
        ends_.push_back(text_.size());
        state = State::fieldStart;
    };
    while (true) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            const bool isLineEnd = c == '\r' && i + 1 == line.size();
            switch (state) {
            case State::fieldStart:
                if (c == '"') {
                    state = State::quoted;
                    quoteLine = lines_.lineNumber();
                    quoteColumn = column();
                    break;
                }
                state = State::plain;
                [[fallthrough]];
            case State::plain:
                if (c == separator)
                    endField();
                else if (!isLineEnd)
                    text_ += c;
                break;
            case State::quoted:
                if (c == '"')
                    state = State::quoteInQuoted;
                else
                    text_ += c;
                break;
            case State::quoteInQuoted:
                if (c == '"') {
                    text_ += c;
                    state = State::quoted;
                } else if (c == separator) {
                    endField();
                } else if (!isLineEnd) {
                    if (textAfterQuote == 0) textAfterQuote = column();
                    state = State::plain;
                }
                break;
            }
        }
        if (state != State::quoted) break;
        text_ += '\n';
        const LineReader::Read read = lines_.next();
        const bool isTooLong = read == LineReader::Read::tooLong || text_.size() > LineReader::maximumLineBytes;
        if (read == LineReader::Read::end && !lines_.damage().empty()) return Read::end; // which says why itself
        if (read == LineReader::Read::end)
            return fail(
                {"unterminated-quote", quoteColumn,
                 fmt::format("the quote that opens in line {} is not closed; all lines from {} to the end, {}, belong "
                             "to this field",
                             quoteLine, firstLine_, lines_.lineNumber() - 1)});
        if (isTooLong)
            return fail(
                {"unterminated-quote", quoteColumn,
                 fmt::format("the quote that opens in line {} is not closed within {} MB; what follows was not read",
                             quoteLine, LineReader::maximumLineBytes >> 20),
                 true});
        line = lines_.line();
    }
    endField();
    if (textAfterQuote != 0)
        return fail({"text-after-quote", textAfterQuote, "there is text behind the closing quote of this field"});
    fields_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
        fields_.push_back(std::string_view(text_).substr(begin, end - begin));
        begin = end;
    }
    return Read::row;
}

} // namespace core
