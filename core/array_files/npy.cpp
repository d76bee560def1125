#include "core/array_files/npy.h"
#include "core/base/error.h"
#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <string_view>

namespace core {

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};
constexpr std::uint64_t largestNpyHeader = 1 << 20;
constexpr std::uint64_t largestArray = std::uint64_t{64} << 30;

/// What the header's Python dictionary says.
struct NpyHeader {
    std::string descr;
    bool isFortran = false;
    std::vector<std::int64_t> shape;
};

/// Reads the one form of dictionary that NumPy writes; anything else is refused, nothing is evaluated.
class HeaderParser {
public:
    HeaderParser(const std::string& name, std::string_view text) : name_(name), rest_(text) {}

    NpyHeader parse() {
        NpyHeader header;
        bool hasDescr = false, hasOrder = false, hasShape = false;
        expect('{');
        while (!take('}')) {
            const auto key = text();
            expect(':');
            if (key == "descr" && !hasDescr) {
                if (peek() == '[')
                    throw Error(ErrorKind::invalidInput,
                                fmt::format("read {}: its rows are structured (several named fields); save one plain "
                                            "array of numbers a file",
                                            name_));
                header.descr = text();
                hasDescr = true;
            } else if (key == "fortran_order" && !hasOrder) {
                header.isFortran = truth();
                hasOrder = true;
            } else if (key == "shape" && !hasShape) {
                header.shape = sides();
                hasShape = true;
            } else {
                fail();
            }
            if (!take(',') && peek() != '}') fail();
        }
        if (!hasDescr || !hasOrder || !hasShape || peek() != '\0') fail();
        return header;
    }

private:
    [[noreturn]] void fail() const {
        throw Error(ErrorKind::corrupt, fmt::format("read {}: its npy header is damaged", name_));
    }
    void skipSpace() {
        const auto from = rest_.find_first_not_of(" \n\t");
        rest_.remove_prefix(from == std::string_view::npos ? rest_.size() : from);
    }
    char peek() {
        skipSpace();
        return rest_.empty() ? '\0' : rest_.front();
    }
    bool take(char wanted) {
        if (peek() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char wanted) {
        if (!take(wanted)) fail();
    }
    std::string text() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail();
        const auto end = rest_.find(quote, 1);
        if (end == std::string_view::npos) fail();
        std::string found(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return found;
    }
    bool truth() {
        skipSpace();
        for (const auto& [word, value] :
             {std::pair{std::string_view("True"), true}, {std::string_view("False"), false}})
            if (rest_.starts_with(word)) {
                rest_.remove_prefix(word.size());
                return value;
            }
        fail();
    }
    std::vector<std::int64_t> sides() {
        constexpr std::size_t mostSides = 32; // NumPy's own limit
        std::vector<std::int64_t> found;
        expect('(');
        while (!take(')')) {
            skipSpace();
            std::int64_t side = 0;
            const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), side);
            if (error != std::errc() || side < 0 || found.size() == mostSides) fail();
            found.push_back(side);
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            if (!take(',') && peek() != ')') fail();
        }
        return found;
    }

    const std::string& name_;
    std::string_view rest_;
};

/// How the elements of an array lie in the file.
struct ElementKind {
    std::string dtype; ///< as in safetensors, or "text"
    std::uint64_t bytes = 0;
    char textKind = '\0'; ///< 'U': UTF-32, 'S': bytes
};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw Error(ErrorKind::invalidInput, fmt::format("read {}: {}", name, why));
}

ElementKind elementKind(const std::string& name, const std::string& descr) {
    const char order = descr.empty() ? '\0' : descr[0], kind = descr.size() > 1 ? descr[1] : '\0';
    if (kind == 'O')
        refuse(name, "it holds Python objects, which are stored as pickles; loading those would run code. Save numbers "
                     "as array.astype('float32') and ids as array.astype('str')");
    std::uint64_t size = 0;
    const auto digits = descr.substr(std::min<std::size_t>(2, descr.size()));
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    const bool isPlain = error == std::errc() && stop == digits.data() + digits.size() && size > 0;
    if (order == '>' && (size > 1 || kind == 'U'))
        refuse(name, "its numbers are big-endian; save array.astype('<f4'), or astype('str') for ids");
    const bool isOrdered = order == '<' || order == '|' || order == '=' || order == '>';
    constexpr std::uint64_t longestText = 1 << 16;
    if (isPlain && isOrdered && (kind == 'U' || kind == 'S') && size <= longestText)
        return {"text", kind == 'U' ? size * 4 : size, kind};
    const std::string dtype = kind == 'b' && size == 1 ? "BOOL"
                              : kind == 'f'            ? fmt::format("F{}", size * 8)
                              : kind == 'i'            ? fmt::format("I{}", size * 8)
                              : kind == 'u'            ? fmt::format("U{}", size * 8)
                                                       : "";
    if (!isPlain || !isOrdered || size > 8 || dtypeBytes(dtype) != size)
        refuse(name, fmt::format("its kind of element, \"{}\", is not read; save array.astype('float32')",
                                 descr.substr(0, 20)));
    return {dtype, size, '\0'};
}

std::string readExactly(const std::string& name, const ByteReader& read, std::uint64_t count) {
    std::string bytes(count, '\0');
    if (read(bytes.data(), bytes.size()) != count)
        throw Error(ErrorKind::corrupt, fmt::format("read {}: it is cut off within its header", name));
    return bytes;
}

void appendUtf8(std::string& text, std::uint32_t point, const std::string& name) {
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        throw Error(ErrorKind::corrupt, fmt::format("read {}: a text in it is not Unicode", name));
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
        add(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            add(0xe0 | point >> 12);
        } else {
            add(0xf0 | point >> 18);
            add(0x80 | (point >> 12 & 0x3f));
        }
        add(0x80 | (point >> 6 & 0x3f));
    }
    add(0x80 | (point & 0x3f));
}

/// NumPy pads texts with zeros at their end.
std::string textOf(const char* bytes, const ElementKind& kind, const std::string& name) {
    if (kind.textKind == 'S') {
        const std::string_view padded(bytes, kind.bytes);
        const auto last = padded.find_last_not_of('\0');
        return std::string(padded.substr(0, last == std::string_view::npos ? 0 : last + 1));
    }
    std::vector<std::uint32_t> points(kind.bytes / 4);
    std::memcpy(points.data(), bytes, kind.bytes);
    while (!points.empty() && points.back() == 0) points.pop_back();
    std::string text;
    for (const auto point : points) appendUtf8(text, point, name);
    return text;
}

/// Reads in blocks, so that memory grows with what the file really holds and not with what its header claims.
std::vector<std::byte> readData(const std::string& name, const ByteReader& read, std::uint64_t count) {
    constexpr std::uint64_t block = std::uint64_t{64} << 20;
    std::vector<std::byte> bytes;
    for (std::uint64_t done = 0; done < count;) {
        const auto part = std::min(block, count - done);
        bytes.resize(done + part);
        if (read(reinterpret_cast<char*>(bytes.data() + done), part) != part)
            throw Error(ErrorKind::corrupt,
                        fmt::format("read {}: it is cut off; its header promises {} bytes of data", name, count));
        done += part;
    }
    return bytes;
}

} // namespace

NpyArray readNpyArray(const std::string& name, std::uint64_t bytesInAll, const ByteReader& read) {
    constexpr std::uint64_t prefixBytes = 8;
    const auto damaged = [&name](const std::string& what) {
        throw Error(ErrorKind::corrupt, fmt::format("read {}: {}", name, what));
    };
    if (bytesInAll < prefixBytes + 2) damaged("it is too short for an npy file");
    const auto prefix = readExactly(name, read, prefixBytes);
    if (!prefix.starts_with(magic)) damaged("it is no npy file");
    const int version = static_cast<unsigned char>(prefix[6]);
    if (version < 1 || version > 3) damaged(fmt::format("version {} of npy is not known", version));
    const std::uint64_t lengthBytes = version == 1 ? 2 : 4;
    if (bytesInAll < prefixBytes + lengthBytes) damaged("it is too short for an npy file");
    const auto length = readExactly(name, read, lengthBytes);
    std::uint32_t headerBytes = 0;
    std::memcpy(&headerBytes, length.data(), lengthBytes); // both little endian
    std::uint64_t dataBytes = bytesInAll - prefixBytes - lengthBytes;
    if (headerBytes > dataBytes || headerBytes > largestNpyHeader)
        damaged(fmt::format("a header of {} bytes does not fit a file of {}", headerBytes, bytesInAll));
    dataBytes -= headerBytes;
    const auto text = readExactly(name, read, headerBytes);
    const auto header = HeaderParser(name, text).parse();
    const auto kind = elementKind(name, header.descr);

    std::uint64_t elements = 1, wanted = 0;
    bool fits = true;
    for (const auto side : header.shape)
        fits = fits && !__builtin_mul_overflow(elements, static_cast<std::uint64_t>(side), &elements);
    fits = fits && !__builtin_mul_overflow(elements, kind.bytes, &wanted);
    if (!fits || wanted > dataBytes)
        damaged(fmt::format("it is cut off, or its header lies: {} bytes of data do not hold its shape", dataBytes));
    if (wanted < dataBytes) damaged(fmt::format("{} bytes after its last element belong to none", dataBytes - wanted));
    if (wanted > largestArray) damaged(fmt::format("{} GiB are more than is read", wanted >> 30));
    if (header.isFortran && header.shape.size() > 1)
        refuse(name, "its numbers lie column by column (Fortran order); save numpy.ascontiguousarray(array)");

    NpyArray array;
    array.numbers.dtype = kind.dtype;
    array.numbers.shape = header.shape;
    auto bytes = readData(name, read, wanted);
    if (!array.isText()) {
        array.numbers.bytes = std::move(bytes);
        return array;
    }
    for (std::uint64_t at = 0; at < wanted; at += kind.bytes)
        array.texts.push_back(textOf(reinterpret_cast<const char*>(bytes.data() + at), kind, name));
    return array;
}

NpyArray readNpyFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(file, failure);
    if (!stream || failure)
        throw Error(ErrorKind::notFound, fmt::format("read {}: {}", file.string(),
                                                     failure ? failure.message() : std::string("it cannot be opened")));
    return readNpyArray(file.string(), bytes, [&stream](char* into, std::size_t count) {
        stream.read(into, static_cast<std::streamsize>(count));
        return static_cast<std::size_t>(stream.gcount());
    });
}

} // namespace core
