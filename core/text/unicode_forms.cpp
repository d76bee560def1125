#include "core/text/unicode_forms.h"
#include "core/base/error.h"
#include "core/text/code_point_classes.h"
#include <algorithm>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

namespace core {

namespace {

constexpr int decompositionRelease = 11;

const UNormalizer2* instance(UErrorCode& status, bool isCompatible) {
    return isCompatible ? unorm2_getNFKDInstance(&status) : unorm2_getNFDInstance(&status);
}

int combiningClass(char32_t code) {
    if (code < 0x300 || !isOfUnicode(code, decompositionRelease)) return 0;
    return u_getCombiningClass(static_cast<UChar32>(code));
}

/// Full decompositions; within each run of marks, by combining class.
std::vector<ChangedCharacter> decomposed(std::string_view text, bool isCompatible) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* tables = instance(status, isCompatible);
    if (U_FAILURE(status)) throw Error(ErrorKind::unavailable, "normalise a text: ICU has no data");
    std::vector<ChangedCharacter> characters;
    std::vector<int> classes;
    characters.reserve(text.size());
    classes.reserve(text.size());
    std::size_t runBegin = 0;
    const auto sortRun = [&] {
        // Insertion sort: stable, and runs are short. Absurdly long ones are rare and already sorted.
        for (std::size_t i = runBegin + 1; i < characters.size(); ++i)
            for (std::size_t j = i; j > runBegin && classes[j - 1] > classes[j]; --j) {
                std::swap(characters[j - 1], characters[j]);
                std::swap(classes[j - 1], classes[j]);
            }
    };
    const auto push = [&](char32_t code, bool isFirst) {
        const int combining = combiningClass(code);
        if (combining == 0) {
            sortRun();
            runBegin = characters.size() + 1;
        }
        characters.push_back({code, isFirst ? 0 : 1});
        classes.push_back(combining);
    };
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = nextCodePoint(text, at);
        UChar units[32];
        const std::int32_t count =
            code < 0xA0 || !isOfUnicode(code, decompositionRelease)
                ? -1
                : unorm2_getDecomposition(tables, static_cast<UChar32>(code), units, 32, &status);
        if (count < 0 || U_FAILURE(status)) {
            push(code, true);
            continue;
        }
        for (std::int32_t i = 0; i < count;) {
            const bool isFirst = i == 0;
            UChar32 part = 0;
            U16_NEXT(units, i, count, part);
            push(static_cast<char32_t>(part), isFirst);
        }
    }
    sortRun();
    return characters;
}

/// UAX 15, "Canonical Composition Algorithm"; a composed character takes the place of all its parts.
std::vector<ChangedCharacter> composed(const std::vector<ChangedCharacter>& parts) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* tables = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status)) throw Error(ErrorKind::unavailable, "normalise a text: ICU has no data");
    std::vector<ChangedCharacter> characters;
    characters.reserve(parts.size());
    std::size_t starter = SIZE_MAX; // index of the last character of class 0
    int lastClass = -1;             // of what stands between it and here; -1: nothing
    for (const auto& part : parts) {
        const int combining = combiningClass(part.code);
        if (starter != SIZE_MAX && (lastClass < 0 || lastClass < combining)) {
            auto& base = characters[starter];
            const UChar32 both =
                unorm2_composePair(tables, static_cast<UChar32>(base.code), static_cast<UChar32>(part.code));
            if (both >= 0 && isOfUnicode(static_cast<char32_t>(both), decompositionRelease)) {
                base = {static_cast<char32_t>(both), base.change + part.change - 1};
                continue;
            }
        }
        characters.push_back(part);
        if (combining == 0) {
            starter = characters.size() - 1;
            lastClass = -1;
        } else if (starter != SIZE_MAX) {
            lastClass = combining;
        }
    }
    return characters;
}

/// Below the first character that any form changes.
bool isPlain(std::string_view text, UnicodeForm form) {
    const unsigned char lead = form == UnicodeForm::nfc ? 0xCC : 0x80; // U+0300 is the first mark; NFC keeps Latin-1
    return std::all_of(text.begin(), text.end(), [&](char c) { return static_cast<unsigned char>(c) < lead; });
}

} // namespace

void toUnicodeForm(AlignedText& text, UnicodeForm form) {
    if (isPlain(text.bytes, form)) return;
    auto characters = decomposed(text.bytes, form == UnicodeForm::nfkc || form == UnicodeForm::nfkd);
    if (form == UnicodeForm::nfc || form == UnicodeForm::nfkc) characters = composed(characters);
    text.change(characters);
}

void toLowerCase(AlignedText& text) {
    if (isAscii(text.bytes)) {
        for (char& c : text.bytes)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return;
    }
    std::vector<ChangedCharacter> characters;
    characters.reserve(text.bytes.size());
    for (std::size_t at = 0; at < text.bytes.size();) {
        const char32_t code = nextCodePoint(text.bytes, at);
        if (code == 0x130) { // the one whose lower case is two characters
            characters.push_back({'i', 0});
            characters.push_back({0x307, 1});
        } else {
            characters.push_back({static_cast<char32_t>(u_tolower(static_cast<UChar32>(code))), 0});
        }
    }
    text.change(characters);
}

} // namespace core
