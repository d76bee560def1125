#include "core/importers/line_reader.h"
#include "core/base/error.h"
#include "core/importers/zip_archive.h"
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
    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// How many bytes were put into `target`; 0: there are no more, see `damage`.
    virtual std::size_t read(char* target, std::size_t count) = 0;
    /// How many bytes to ask for at once.
    virtual std::size_t block() const { return blockBytes; }
    /// The share of the file that was taken so far; 0: not known.
    virtual double share() const = 0;

    std::string damage;
    double unpacked = 0; ///< bytes handed out
};

namespace {

class GzipSource : public LineReader::Source { // plain files too
public:
    explicit GzipSource(const std::filesystem::path& path) {
        std::error_code error;
        if (!std::filesystem::exists(path, error))
            throw Error(ErrorKind::notFound, fmt::format("read {}: there is no such file", path.string()));
        const auto cannot = [&](std::string_view why) {
            throw Error(ErrorKind::invalidInput, fmt::format("read {}: {}", path.string(), why));
        };
        if (std::filesystem::is_directory(path, error)) cannot("this is a folder");
        file_ = gzopen(path.c_str(), "rb");
        if (!file_) cannot(std::strerror(errno));
        if (const auto bytes = std::filesystem::file_size(path, error); !error)
            bytes_ = static_cast<std::int64_t>(bytes);
        gzbuffer(file_, static_cast<unsigned>(block()));
    }
    ~GzipSource() override {
        if (file_) gzclose(file_);
    }
    std::size_t read(char* target, std::size_t count) override {
        const int taken = gzread(file_, target, static_cast<unsigned>(count));
        if (taken > 0) {
            if (!isExpansionSuspicious(bytes_, gztell(file_))) return static_cast<std::size_t>(taken);
            damage = "it unpacks to more than 200 times its size; if that is meant, unpack it first";
            return 0;
        }
        int code = Z_OK;
        const std::string message = gzerror(file_, &code);
        if (code == Z_BUF_ERROR)
            damage = "the gzip file is cut off";
        else if (code == Z_DATA_ERROR)
            damage = "the gzip file is damaged";
        else if (code != Z_OK && code != Z_STREAM_END)
            damage =
                fmt::format("the file cannot be read further: {}", code == Z_ERRNO ? std::strerror(errno) : message);
        return 0;
    }
    /// A small file needs no large buffers.
    std::size_t block() const override {
        return std::clamp(static_cast<std::size_t>(bytes_) + 1, std::size_t{1} << 13, blockBytes);
    }
    double share() const override {
        return bytes_ == 0 ? 0 : static_cast<double>(gzoffset(file_)) / static_cast<double>(bytes_);
    }

private:
    gzFile file_ = nullptr;
    std::int64_t bytes_ = 0;
};

class ZipSource : public LineReader::Source {
public:
    explicit ZipSource(std::unique_ptr<ZipArchive::Stream> stream) : stream_(std::move(stream)) {}
    std::size_t read(char* target, std::size_t count) override {
        const auto taken = stream_->read(target, count);
        if (taken < 0) damage = stream_->problem();
        if (taken <= 0) return 0;
        taken_ += static_cast<double>(taken);
        return static_cast<std::size_t>(taken);
    }
    double share() const override { return stream_->bytes() <= 0 ? 0 : taken_ / static_cast<double>(stream_->bytes()); }

private:
    std::unique_ptr<ZipArchive::Stream> stream_;
    double taken_ = 0;
};

class TextSource : public LineReader::Source {
public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::size_t read(char* target, std::size_t count) override {
        const std::size_t taken = std::min(count, text_.size() - at_);
        text_.copy(target, taken, at_);
        at_ += taken;
        return taken;
    }
    std::size_t block() const override { return std::min(blockBytes, text_.size() - at_ + 1); }
    double share() const override {
        return text_.empty() ? 0 : static_cast<double>(at_) / static_cast<double>(text_.size());
    }

private:
    std::string text_;
    std::size_t at_ = 0;
};

/// A gzip in a zip is read as what it is: bytes that are no text.
std::unique_ptr<LineReader::Source> sourceOf(const InputFile& file) {
    if (file.member.empty()) return std::make_unique<GzipSource>(file.path);
    return std::make_unique<ZipSource>(ZipArchive(file.path).open(file.member));
}

} // namespace

LineReader::LineReader(std::unique_ptr<Source> source, TextEncoding encoding)
    : source_(std::move(source)), encoding_(encoding) {
    fill();
    skipByteOrderMark();
}

LineReader::LineReader(const std::filesystem::path& file) : LineReader(InputFile{file, {}}) {}

LineReader::LineReader(const InputFile& file, TextEncoding encoding) : LineReader(sourceOf(file), encoding) {}

std::unique_ptr<LineReader> LineReader::ofText(std::string text, TextEncoding encoding) {
    return std::unique_ptr<LineReader>(new LineReader(std::make_unique<TextSource>(std::move(text)), encoding));
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
    const std::size_t wanted = end_ + source_->block();
    if (buffer_.size() < wanted) buffer_.resize(std::max(wanted, buffer_.size() * 2));
    const std::size_t count = source_->read(buffer_.data() + end_, buffer_.size() - end_);
    if (count > 0) {
        end_ += count;
        source_->unpacked += static_cast<double>(count);
        return true;
    }
    isAtEnd_ = true;
    damage_ = source_->damage;
    return false;
}

/// Latin-1 has the code points of Unicode: bytes from 0x80 take two in UTF-8.
void LineReader::decode() {
    const auto isPlain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (encoding_ == TextEncoding::utf8 || std::all_of(line_.begin(), line_.end(), isPlain)) return;
    decoded_.clear();
    for (const char c : line_) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            decoded_ += c;
        } else {
            decoded_ += static_cast<char>(0xc0 | (byte >> 6));
            decoded_ += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    line_ = decoded_;
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
            decode();
            return isTooLong ? Read::tooLong : Read::line;
        }
        searched = length;
        if (isTooLong) { // its text is of no use
            begin_ = end_;
            searched = 0;
        }
        if (fill()) continue;
        if (!damage_.empty()) begin_ = end_; // the line is not whole
        if (begin_ == end_ && (!isTooLong || !damage_.empty())) return Read::end;
        line_ = {buffer_.data() + begin_, end_ - begin_};
        begin_ = end_;
        decode();
        return isTooLong ? Read::tooLong : Read::line;
    }
}

std::int64_t LineReader::estimatedLines() const {
    // The share of the file that was taken, and of that the share that is not in the buffer any more.
    const double taken = source_->share(), handedOut = source_->unpacked - static_cast<double>(end_ - begin_);
    if (taken <= 0 || handedOut <= 0) return 0;
    const double share = std::min(taken * handedOut / source_->unpacked, 1.0);
    return std::max(lineNumber_, static_cast<std::int64_t>(static_cast<double>(lineNumber_) / share));
}

} // namespace core
