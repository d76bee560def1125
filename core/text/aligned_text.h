#pragma once
#include "core/text/utf8.h"
#include <span>
#include <vector>

namespace core {

/// Bytes [begin, end) of a text.
struct ByteSpan {
    std::uint32_t begin = 0, end = 0;
    bool operator==(const ByteSpan&) const = default;
};

/// A character of a changed text and how it came to be, counted in characters of the text before.
struct ChangedCharacter {
    char32_t code;
    /// 0: in place of the next character; 1: added, belongs to the character before; -n: in place of the next
    /// character, after which n more are dropped.
    int change;
};

/// A text that is being changed, and for each of its bytes the bytes of the user's text that it stands for. Always
/// valid UTF-8.
struct AlignedText {
    std::string bytes;
    std::vector<ByteSpan> origin; ///< one a byte; empty where nobody asks (`isTracked` false)
    bool isTracked = false;

    /// `bytes` = `source`, which lies at `offset` of the user's text.
    void assign(std::string_view source, std::uint32_t offset, bool track);
    /// `bytes` = `characters`. `droppedFirst` characters of the old text come before all that `characters` replace.
    void change(std::span<const ChangedCharacter> characters, std::size_t droppedFirst = 0);
    /// Removes the characters for which `keep(code)` is false.
    template <class Keep>
    void filter(Keep keep);
    /// Each of the matches, ascending and apart, becomes `content`, which belongs to the last byte of the match.
    void replace(std::span<const ByteSpan> matches, std::string_view content);
    /// `content` before the first character, which it belongs to. Nothing happens to an empty text.
    void prepend(std::string_view content);
    /// Drops white space at the ends.
    void strip(bool left, bool right);
};

template <class Keep>
void AlignedText::filter(Keep keep) {
    bool isChanged = false; // most texts are not: look first
    for (std::size_t at = 0; at < bytes.size() && !isChanged;) isChanged = !keep(nextCodePoint(bytes, at));
    if (!isChanged) return;
    std::vector<ChangedCharacter> kept;
    std::size_t droppedFirst = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const char32_t code = nextCodePoint(bytes, at);
        if (keep(code)) {
            kept.push_back({code, 0});
            continue;
        }
        if (kept.empty())
            ++droppedFirst;
        else
            --kept.back().change;
    }
    change(kept, droppedFirst);
}

} // namespace core
