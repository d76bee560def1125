#include "core/importers/line_reader.h"
#include "core/base/error.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <system_error>
#include <zlib.h>

namespace core {

namespace {
constexpr std::size_t blockBytes = std::size_t{1} << 18;
}

struct LineReader::Source {
    gzFile file = nullptr;
    std::int64_t bytes = 0;
    ~Source() {
        if (file) gzclose(file);
    }
};

LineReader::LineReader(const std::filesystem::path& path) : source_(std::make_unique<Source>()) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(ErrorKind::notFound, fmt::format("read {}: there is no such file", path.string()));
    const auto cannot = [&](std::string_view why) {
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: {}", path.string(), why));
    };
    if (std::filesystem::is_directory(path, error)) cannot("this is a folder");
    source_->file = gzopen(path.c_str(), "rb");
    if (!source_->file) cannot(std::strerror(errno));
    gzbuffer(source_->file, blockBytes);
    if (const auto bytes = std::filesystem::file_size(path, error); !error)
        source_->bytes = static_cast<std::int64_t>(bytes);
    fill();
    skipByteOrderMark();
}

LineReader::~LineReader() = default;

void LineReader::skipByteOrderMark() {
    const std::string_view start(buffer_.data(), end_);
    if (start.starts_with("\xef\xbb\xbf")) begin_ = 3;
}

bool LineReader::isUtf16() const {
    const std::string_view start(buffer_.data(), end_);
    return start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff");
}

/// More bytes behind those that are left; false at the end of the file.
bool LineReader::fill() {
    if (isAtEnd_) return false;
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() < end_ + blockBytes) buffer_.resize(std::max(end_ + blockBytes, buffer_.size() * 2));
    const int count = gzread(source_->file, buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
    if (count > 0) {
        end_ += static_cast<std::size_t>(count);
        return true;
    }
    isAtEnd_ = true;
    int code = Z_OK;
    const std::string message = gzerror(source_->file, &code);
    if (code == Z_BUF_ERROR)
        damage_ = "the gzip file is cut off";
    else if (code == Z_DATA_ERROR)
        damage_ = "the gzip file is damaged";
    else if (code != Z_OK && code != Z_STREAM_END)
        damage_ = fmt::format("the file cannot be read further: {}", code == Z_ERRNO ? std::strerror(errno) : message);
    return false;
}

LineReader::Read LineReader::next() {
    std::size_t searched = 0; // bytes of this line without a line feed
    bool isTooLong = false;
    ++lineNumber_;
    while (true) {
        const char* from = buffer_.data() + begin_;
        const void* found = std::memchr(from + searched, '\n', end_ - begin_ - searched);
        const std::size_t length =
            found ? static_cast<std::size_t>(static_cast<const char*>(found) - from) : end_ - begin_;
        if (length > maximumLineBytes) isTooLong = true;
        if (found) {
            line_ = {from, length};
            begin_ += length + 1;
            return isTooLong ? Read::tooLong : Read::line;
        }
        searched = length;
        if (isTooLong) { // its text is of no use
            begin_ = end_;
            searched = 0;
        }
        if (fill()) continue;
        if (begin_ == end_ && !isTooLong) return Read::end;
        line_ = {buffer_.data() + begin_, end_ - begin_};
        begin_ = end_;
        return isTooLong ? Read::tooLong : Read::line;
    }
}

std::int64_t LineReader::estimatedLines() const {
    // Compressed bytes taken so far, and of them the share that is still in the buffer.
    const auto taken = static_cast<double>(gzoffset(source_->file));
    const auto handedOut = static_cast<double>(gztell(source_->file)) - static_cast<double>(end_ - begin_);
    const auto decompressed = static_cast<double>(gztell(source_->file));
    if (taken <= 0 || handedOut <= 0 || source_->bytes == 0) return 0;
    const double share = taken / static_cast<double>(source_->bytes) * handedOut / decompressed;
    return std::max(lineNumber_, static_cast<std::int64_t>(static_cast<double>(lineNumber_) / std::min(share, 1.0)));
}

} // namespace core
