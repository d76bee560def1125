#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace core {

/// What the first bytes of a picture file say. Nothing is decoded.
struct PictureHeader {
    std::string_view format; ///< "PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF"
    /// 0: the header that tells them is damaged, or of a kind that is not read here (TIFF).
    std::int64_t width = 0, height = 0;

    /// Width times height; the largest number where that is more, since a PNG may announce 2^32 of each.
    std::int64_t pixels() const;
};

/// Nothing where it is no picture of these formats.
std::optional<PictureHeader> readPictureHeader(std::span<const std::uint8_t> bytes);

/// Width times height; nothing where they are not known. Read before decoding, because a small file can unpack to
/// gigabytes.
std::optional<std::int64_t> announcedPixels(std::span<const std::uint8_t> bytes);

} // namespace core
