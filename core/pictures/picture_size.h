#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace core {

/// Width times height as the header of a PNG or JPEG file says; nothing for other formats and for damaged headers. Read
/// before decoding, because a small file can unpack to gigabytes.
std::optional<std::int64_t> announcedPixels(std::span<const std::uint8_t> bytes);

} // namespace core
