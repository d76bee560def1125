#include "core/pictures/picture_size.h"
#include <algorithm>
#include <array>

namespace core {

namespace {
std::int64_t bigEndian(std::span<const std::uint8_t> bytes, std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 256 + bytes[from + i];
    return value;
}

std::optional<std::int64_t> pngPixels(std::span<const std::uint8_t> bytes) {
    constexpr std::array<std::uint8_t, 8> signature{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
    if (bytes.size() < 24 || !std::equal(signature.begin(), signature.end(), bytes.begin())) return {};
    return bigEndian(bytes, 16, 4) * bigEndian(bytes, 20, 4);
}

std::optional<std::int64_t> jpegPixels(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return {};
    std::size_t at = 2;
    while (at + 9 < bytes.size() && bytes[at] == 0xff) {
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xff) { // fill byte
            ++at;
            continue;
        }
        const bool isFrame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (isFrame) return bigEndian(bytes, at + 5, 2) * bigEndian(bytes, at + 7, 2);
        at += 2 + static_cast<std::size_t>(bigEndian(bytes, at + 2, 2));
    }
    return {};
}
} // namespace

std::optional<std::int64_t> announcedPixels(std::span<const std::uint8_t> bytes) {
    const auto png = pngPixels(bytes);
    return png ? png : jpegPixels(bytes);
}

} // namespace core
