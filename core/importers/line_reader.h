#pragma once
#include "core/importers/input_file.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace core {

enum class TextEncoding { utf8, latin1 };

/// The lines of a text file, plain or gzipped (told by its first bytes), on the disk or in a zip archive, in memory
/// that does not grow with the file. A file that unpacks to more than 200 times its size is not read to its end
/// (damage()).
class LineReader {
public:
    /// A longer line is handed out as too long, without its text.
    static constexpr std::size_t maximumLineBytes = std::size_t{16} << 20;

    enum class Read { line, tooLong, end };

    /// Throws Error: notFound (no such file), invalidInput (a folder, or it cannot be read).
    explicit LineReader(const std::filesystem::path& file);
    explicit LineReader(const InputFile& file, TextEncoding encoding = TextEncoding::utf8);
    /// Lines of `text`, as if it were a plain file.
    static std::unique_ptr<LineReader> ofText(std::string text, TextEncoding encoding = TextEncoding::utf8);
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    Read next();
    /// Without the line feed (a carriage return stays) and, in line 1, without the UTF-8 byte order mark; Latin-1 is
    /// turned into UTF-8. Valid until next().
    std::string_view line() const { return line_; }
    std::int64_t lineNumber() const { return lineNumber_; } ///< of line(), 1-based
    /// After `end`: why there may be more that could not be read ("the gzip file is cut off"). Else empty.
    const std::string& damage() const { return damage_; }
    /// Of the text, behind a byte order mark; 0 where the file is empty. Before the first next().
    char firstCharacter() const { return begin_ < end_ ? buffer_[begin_] : '\0'; }
    /// It starts like UTF-16 text, which nothing here reads. Before the first next().
    bool isUtf16() const;
    /// How many lines of the file there will be, judging by the bytes read; 0: cannot tell.
    std::int64_t estimatedLines() const;

    struct Source; ///< where the bytes come from

private:
    LineReader(std::unique_ptr<Source> source, TextEncoding encoding);
    bool fill();
    void skipByteOrderMark();
    void decode();

    std::unique_ptr<Source> source_;
    TextEncoding encoding_;
    std::string decoded_; ///< the line, where it is not UTF-8 in the file
    std::string buffer_;
    std::size_t begin_ = 0, end_ = 0; ///< what was read and not yet handed out
    std::string_view line_;
    std::int64_t lineNumber_ = 0;
    bool isAtEnd_ = false;
    std::string damage_;
};

} // namespace core
