#include "core/text/code_point_classes.h"
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unicode/uchar.h>

namespace core {

namespace {

std::uint32_t maskOf(char32_t code) { return U_MASK(u_charType(static_cast<UChar32>(code))); }

template <std::size_t count>
bool isAmong(char32_t code, const char32_t (&list)[count]) {
    return std::find(std::begin(list), std::end(list), code) != std::end(list);
}

bool isAsciiSymbol(char32_t code) {
    return (code >= '!' && code <= '/') || (code >= ':' && code <= '@') || (code >= '[' && code <= '`') ||
           (code >= '{' && code <= '~');
}

} // namespace

bool isOfUnicode(char32_t code, int major) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(code), age);
    return age[0] < major || (age[0] == major && age[1] == 0);
}

bool isWhiteSpace(char32_t code) {
    if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13);
    return u_isUWhiteSpace(static_cast<UChar32>(code));
}

bool isLetter(char32_t code) {
    if (code < 0x80) return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    return (maskOf(code) & U_GC_L_MASK) != 0;
}

bool isNumber(char32_t code) {
    if (code < 0x80) return code >= '0' && code <= '9';
    return (maskOf(code) & U_GC_N_MASK) != 0;
}

bool isWordCharacter(char32_t code) {
    if (code < 0x80) return isLetter(code) || isNumber(code) || code == '_';
    return u_isUAlphabetic(static_cast<UChar32>(code)) ||
           (maskOf(code) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 || code == 0x200C || code == 0x200D;
}

bool isPunctuation(char32_t code) {
    if (code < 0x80) return isAsciiSymbol(code);
    constexpr char32_t reclassified[] = {0x166D, 0x111C9}; // punctuation then, not now
    return ((maskOf(code) & U_GC_P_MASK) != 0 && isOfUnicode(code, 8)) || isAmong(code, reclassified);
}

bool isControl(char32_t code) {
    if (code < 0x80) return code < 0x20 || code == 0x7F;
    return (maskOf(code) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0 && isOfUnicode(code, 8);
}

bool isAccent(char32_t code) {
    if (code < 0x80) return false;
    constexpr char32_t reclassified[] = {0x1734, 0x1885, 0x1886, 0xA9BD, 0x111C9};
    const bool isMark = (maskOf(code) & U_GC_MN_MASK) != 0 && isOfUnicode(code, 8);
    if (!isAmong(code, reclassified)) return isMark;
    return !isMark; // those changed sides since
}

bool isCombiningMark(char32_t code) {
    if (code < 0x80) return false;
    constexpr char32_t reclassified[] = {0x1CF2, 0x1CF3, 0x111C9};
    const bool isMark = (maskOf(code) & U_GC_M_MASK) != 0 && isOfUnicode(code, 9);
    return isAmong(code, reclassified) ? !isMark : isMark;
}

bool isChineseCharacter(char32_t code) {
    struct Range {
        char32_t first, last;
    };
    // The gap before 2B920 is the reference's.
    constexpr Range ranges[] = {{0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F},
                                {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0xF900, 0xFAFF},   {0x2F800, 0x2FA1F}};
    return code >= 0x3400 && std::any_of(std::begin(ranges), std::end(ranges),
                                         [&](const Range& range) { return code >= range.first && code <= range.last; });
}

} // namespace core
