#pragma once
#include <string>
#include <string_view>

namespace core {

/// What a text is written in, as far as counting can tell: the script of most of its letters, and for Latin letters the
/// language whose function words ("the", "und", "pour") it holds. No library: nine languages, and no answer for a text
/// of few words. Texts of one language are told from others with it, not named beyond doubt.
struct TextLanguage {
    /// "English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Swedish", "Polish" by words;
    /// "Cyrillic", "Greek", "Hebrew", "Arabic", "Devanagari", "Thai", "Kana", "Hangul", "Han" by letters. Empty: cannot
    /// tell.
    std::string name;
};

/// `text` is UTF-8; bytes that are not are skipped.
TextLanguage languageOf(std::string_view text);

} // namespace core
