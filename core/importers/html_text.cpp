#include "core/importers/html_text.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace core {

namespace {

/// HTML 4.01: the characters 160 to 255, in order.
constexpr std::array<std::string_view, 96> latin1Names{
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",
    "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",
    "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",
    "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",
    "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute",
    "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
    "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

constexpr std::array<std::pair<std::string_view, char32_t>, 26> otherNames{{
    {"amp", U'&'},     {"lt", U'<'},      {"gt", U'>'},       {"quot", U'"'},    {"apos", U'\''},   {"ndash", 0x2013},
    {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},  {"sbquo", 0x201a}, {"ldquo", 0x201c}, {"rdquo", 0x201d},
    {"bdquo", 0x201e}, {"bull", 0x2022},  {"hellip", 0x2026}, {"prime", 0x2032}, {"Prime", 0x2033}, {"euro", 0x20ac},
    {"trade", 0x2122}, {"larr", 0x2190},  {"rarr", 0x2192},   {"minus", 0x2212}, {"le", 0x2264},    {"ge", 0x2265},
    {"ensp", 0x2002},  {"emsp", 0x2003},
}};

void appendUtf8(std::string& text, char32_t c) {
    const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
        byte(0xc0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            byte(0xe0 | (c >> 12));
        } else {
            byte(0xf0 | (c >> 18));
            byte(0x80 | ((c >> 12) & 0x3f));
        }
        byte(0x80 | ((c >> 6) & 0x3f));
    }
    byte(0x80 | (c & 0x3f));
}

std::optional<char32_t> characterOf(std::string_view name) {
    if (name.starts_with('#')) {
        const bool isHex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        const std::string_view digits = name.substr(isHex ? 2 : 1);
        std::uint32_t number = 0;
        const auto [stop, failure] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number, isHex ? 16 : 10);
        const bool isWhole = failure == std::errc{} && stop == digits.data() + digits.size() && !digits.empty();
        const bool isSurrogate = number >= 0xd800 && number < 0xe000;
        if (!isWhole || number == 0 || number > 0x10ffff || isSurrogate) return std::nullopt;
        return static_cast<char32_t>(number);
    }
    for (const auto& [known, character] : otherNames)
        if (known == name) return character;
    const auto* const found = std::find(latin1Names.begin(), latin1Names.end(), name);
    if (found == latin1Names.end()) return std::nullopt;
    return static_cast<char32_t>(160 + (found - latin1Names.begin()));
}

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The length of the tag at the front of `text`, or 0.
std::size_t tagLength(std::string_view text) {
    constexpr std::size_t longest = 2000;
    const bool isTag =
        text.size() > 2 && (isLetter(text[1]) || ((text[1] == '/' || text[1] == '!') && text.size() > 3));
    if (!isTag) return 0;
    const auto end = text.substr(0, longest).find('>');
    return end == std::string_view::npos ? 0 : end + 1;
}

void appendSpace(std::string& text) {
    if (!text.empty() && text.back() != ' ') text += ' ';
}

} // namespace

std::string plainTextOfHtml(std::string_view html) {
    constexpr std::size_t longestName = 10;
    std::string text;
    text.reserve(html.size());
    for (std::size_t i = 0; i < html.size(); ++i) {
        const char c = html[i];
        if (c == '<') {
            if (const auto length = tagLength(html.substr(i)); length > 0) {
                appendSpace(text);
                i += length - 1;
                continue;
            }
        } else if (c == '&') {
            const auto end = html.substr(i, longestName + 2).find(';');
            const auto character =
                end == std::string_view::npos ? std::nullopt : characterOf(html.substr(i + 1, end - 1));
            if (character) {
                i += end;
                if (*character == 160 || *character <= U' ')
                    appendSpace(text);
                else
                    appendUtf8(text, *character);
                continue;
            }
        }
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
            appendSpace(text);
        else
            text += c;
    }
    if (text.ends_with(' ')) text.pop_back();
    return text;
}

} // namespace core
