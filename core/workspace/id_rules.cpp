#include "core/workspace/id_rules.h"
#include "core/base/error.h"
#include <cstdint>
#include <cstring>
#include <fmt/format.h>

namespace core {

namespace {

/// The length of the character at the front, or 0. Overlong forms, surrogates and what lies above U+10FFFF are not
/// valid (Unicode 15, table 3-7).
std::size_t characterLength(std::string_view text) {
    const auto byte = [&](std::size_t at) -> unsigned {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    const auto isBetween = [&](std::size_t at, unsigned low, unsigned high) {
        return byte(at) >= low && byte(at) <= high;
    };
    const auto isTail = [&](std::size_t at) { return isBetween(at, 0x80, 0xbf); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return isTail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = first == 0xed ? 0x9f : 0xbf;
        return isBetween(1, low, high) && isTail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned low = first == 0xf0 ? 0x90 : 0x80;
        const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
        return isBetween(1, low, high) && isTail(2) && isTail(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

bool isValidUtf8(std::string_view text) {
    // Most text is ASCII, eight bytes at a time.
    for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

const char* problemOfId(std::string_view id) {
    if (id.empty()) return "is empty";
    if (id.find('\0') != std::string_view::npos) return "holds a NUL character";
    if (!isValidUtf8(id)) return "is not valid UTF-8";
    return nullptr;
}

void requireId(std::string_view id, std::string_view what) {
    if (const char* problem = problemOfId(id))
        throw Error(ErrorKind::invalidInput, fmt::format("{}: an id {}", what, problem));
}

} // namespace core
