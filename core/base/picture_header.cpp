#include "core/base/picture_header.h"
#include <limits>

namespace core {

namespace {

using Bytes = std::span<const std::uint8_t>;

std::int64_t bigEndian(Bytes bytes, std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 256 + bytes[from + i];
    return value;
}

std::int64_t littleEndian(Bytes bytes, std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value * 256 + bytes[from + i];
    return value;
}

bool holds(Bytes bytes, std::size_t at, std::string_view text) {
    if (bytes.size() < at + text.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (bytes[at + i] != static_cast<std::uint8_t>(text[i])) return false;
    return true;
}

PictureHeader jpeg(Bytes bytes) {
    std::size_t at = 2;
    while (at + 9 < bytes.size() && bytes[at] == 0xff) {
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xff) { // fill byte
            ++at;
            continue;
        }
        const bool isFrame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (isFrame) return {"JPEG", bigEndian(bytes, at + 7, 2), bigEndian(bytes, at + 5, 2)};
        at += 2 + static_cast<std::size_t>(bigEndian(bytes, at + 2, 2));
    }
    return {"JPEG"};
}

/// Lossy, lossless and extended files say their size in three ways (RFC 9649).
PictureHeader webp(Bytes bytes) {
    if (bytes.size() >= 30 && holds(bytes, 12, "VP8X"))
        return {"WebP", littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1};
    if (bytes.size() >= 30 && holds(bytes, 12, "VP8 "))
        return {"WebP", littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff};
    if (bytes.size() >= 25 && holds(bytes, 12, "VP8L")) {
        const std::int64_t bits = littleEndian(bytes, 21, 4);
        return {"WebP", (bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1};
    }
    return {"WebP"};
}

PictureHeader bmp(Bytes bytes) {
    if (bytes.size() < 26 || littleEndian(bytes, 14, 4) < 40) return {"BMP"};
    const auto height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4)); // negative: rows from the top
    return {"BMP", static_cast<std::int32_t>(littleEndian(bytes, 18, 4)), height < 0 ? -std::int64_t{height} : height};
}

} // namespace

std::optional<PictureHeader> readPictureHeader(Bytes bytes) {
    if (holds(bytes, 0, "\x89PNG\x0d\x0a\x1a\x0a"))
        return bytes.size() < 24 ? PictureHeader{"PNG"}
                                 : PictureHeader{"PNG", bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4)};
    if (holds(bytes, 0, "\xff\xd8\xff")) return jpeg(bytes);
    if (holds(bytes, 0, "GIF87a") || holds(bytes, 0, "GIF89a"))
        return bytes.size() < 10 ? PictureHeader{"GIF"}
                                 : PictureHeader{"GIF", littleEndian(bytes, 6, 2), littleEndian(bytes, 8, 2)};
    if (holds(bytes, 0, "RIFF") && holds(bytes, 8, "WEBP")) return webp(bytes);
    if (holds(bytes, 0, "BM")) return bmp(bytes);
    if (holds(bytes, 0, std::string_view("II*\0", 4)) || holds(bytes, 0, std::string_view("MM\0*", 4)))
        return PictureHeader{"TIFF"};
    return std::nullopt;
}

std::int64_t PictureHeader::pixels() const {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return height > 0 && width > most / height ? most : width * height;
}

std::optional<std::int64_t> announcedPixels(Bytes bytes) {
    const auto header = readPictureHeader(bytes);
    if (!header || header->width <= 0 || header->height <= 0) return std::nullopt;
    return header->pixels();
}

} // namespace core
