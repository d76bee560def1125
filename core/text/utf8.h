#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Texts as code points.
namespace core {

constexpr char32_t replacementCharacter = 0xFFFD;

/// The code point that starts at `at`, which is moved past it. `text` must be valid UTF-8 and `at` a boundary.
inline char32_t nextCodePoint(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
    const char32_t lead = byte(at);
    if (lead < 0x80) return ++at, lead;
    if (lead < 0xE0) return at += 2, (lead & 0x1F) << 6 | (byte(at - 1) & 0x3F);
    if (lead < 0xF0) return at += 3, (lead & 0x0F) << 12 | (byte(at - 2) & 0x3F) << 6 | (byte(at - 1) & 0x3F);
    return at += 4,
           (lead & 0x07) << 18 | (byte(at - 3) & 0x3F) << 12 | (byte(at - 2) & 0x3F) << 6 | (byte(at - 1) & 0x3F);
}
/// The code point that ends at `at`, which is moved before it.
inline char32_t previousCodePoint(std::string_view text, std::size_t& at) {
    do --at;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    std::size_t again = at;
    return nextCodePoint(text, again);
}
inline std::size_t utf8Length(char32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }
void appendUtf8(std::string& text, char32_t code);
inline bool isAscii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}
/// How many bytes of `text` are valid UTF-8 (no overlong forms, no surrogates); its size where all are.
std::size_t validUtf8Prefix(std::string_view text);
/// How many bytes of `text`, which does not start with a character, belong together as the beginning of one; at
/// least 1.
std::size_t brokenUtf8Length(std::string_view text);
std::size_t codePointCount(std::string_view text);
/// A text of one code point; nothing else.
bool isOneCodePoint(std::string_view text);

} // namespace core
