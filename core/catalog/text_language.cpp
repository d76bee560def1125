#include "core/catalog/text_language.h"
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace core {

namespace {

struct Language {
    const char* name;
    std::vector<std::string_view> words;
};

/// Function words that the other languages here do not share.
const std::vector<Language>& languages() {
    static const std::vector<Language> known{
        {"English",
         {"the", "and", "with", "for", "this", "that", "your", "you", "is", "are", "of", "from", "will", "it"}},
        {"German",
         {"und", "der", "das", "mit", "für", "ist", "auf", "ein", "eine", "nicht", "sich", "auch", "dem", "bei",
          "zum"}},
        {"French",
         {"les", "des", "pour", "avec", "est", "dans", "une", "sur", "vous", "votre", "aux", "et", "du", "ce"}},
        {"Spanish", {"los", "las", "y", "el", "muy", "más", "una", "es", "su", "para", "como", "pero", "del"}},
        {"Italian", {"il", "gli", "della", "di", "che", "è", "una", "sono", "più", "per", "nel", "alla", "anche"}},
        {"Portuguese", {"os", "uma", "não", "com", "para", "em", "seu", "sua", "mais", "é", "dos", "ao", "você"}},
        {"Dutch", {"het", "een", "van", "voor", "met", "zijn", "niet", "ook", "deze", "naar", "wordt", "aan", "en"}},
        {"Swedish", {"och", "att", "som", "är", "på", "av", "för", "till", "inte", "ett", "med", "den", "har"}},
        {"Polish", {"i", "na", "jest", "się", "nie", "dla", "oraz", "przez", "z", "w", "do", "od", "jak"}}};
    return known;
}

struct Script {
    const char* name;
    char32_t first, last;
};

constexpr std::array<Script, 12> scripts{{{"Greek", 0x370, 0x3ff},
                                          {"Cyrillic", 0x400, 0x52f},
                                          {"Hebrew", 0x590, 0x5ff},
                                          {"Arabic", 0x600, 0x6ff},
                                          {"Devanagari", 0x900, 0x97f},
                                          {"Thai", 0xe00, 0xe7f},
                                          {"Hangul", 0x1100, 0x11ff},
                                          {"Kana", 0x3040, 0x30ff},
                                          {"Han", 0x3400, 0x4dbf},
                                          {"Han", 0x4e00, 0x9fff},
                                          {"Hangul", 0xac00, 0xd7af},
                                          {"Arabic", 0xfb50, 0xfdff}}};

/// The character at the front of `text`, which it is taken from; 0 for a byte that starts none.
char32_t takeCharacter(std::string_view& text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return 0;
    }
    char32_t c = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) c = (c << 6) | (byte(i) & 0x3fU);
    text.remove_prefix(length);
    return c;
}

bool isLatin(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7);
}

/// The script of at least two thirds of the letters; "Latin" among them; empty: none.
std::string scriptOf(std::string_view text) {
    std::vector<std::pair<std::string, int>> counts{{"Latin", 0}};
    int all = 0;
    while (!text.empty()) {
        const char32_t c = takeCharacter(text);
        const char* name = isLatin(c) ? "Latin" : nullptr;
        for (const auto& script : scripts)
            if (c >= script.first && c <= script.last) name = script.name;
        if (!name) continue;
        ++all;
        const auto known =
            std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == name; });
        if (known == counts.end())
            counts.emplace_back(name, 1);
        else
            ++known->second;
    }
    for (const auto& [name, count] : counts)
        if (count >= 3 && 3 * count >= 2 * all) return name;
    return {};
}

/// Words in lower case: of ASCII, and of the two-byte letters À to Þ.
std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80;
        if (!isLetter) {
            if (!words.back().empty()) words.emplace_back();
            continue;
        }
        const bool isUpperLatin1 =
            !words.back().empty() && words.back().back() == '\xc3' && byte >= 0x80 && byte <= 0x9e;
        words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a')
                        : isUpperLatin1      ? static_cast<char>(byte + 0x20)
                                             : c;
    }
    return words;
}

} // namespace

TextLanguage languageOf(std::string_view text) {
    constexpr std::size_t longest = 2000; // more does not tell more
    text = text.substr(0, longest);
    const std::string script = scriptOf(text);
    if (script != "Latin") return {script};
    const auto words = wordsOf(text);
    int best = 0, second = 0;
    const char* name = "";
    for (const auto& language : languages()) {
        const auto isOurs = [&](const std::string& word) {
            return std::find(language.words.begin(), language.words.end(), word) != language.words.end();
        };
        const auto hits = static_cast<int>(std::count_if(words.begin(), words.end(), isOurs));
        if (hits > best) {
            second = std::exchange(best, hits);
            name = language.name;
        } else {
            second = std::max(second, hits);
        }
    }
    constexpr int fewest = 3;
    return {best >= fewest && best >= 2 * second ? name : ""};
}

} // namespace core
