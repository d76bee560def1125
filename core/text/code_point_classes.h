#pragma once

/// What kind of character a code point is, as the reference tokenizers see it. They mix several releases of Unicode
/// (found by passing every code point through each part of `tokenizers` 0.22.2): punctuation, control characters and
/// accents of the BERT parts are those of Unicode 8, combining marks those of Unicode 9, decompositions those of
/// Unicode 11, the rest newer than ICU's 15. Ours differ from theirs only for characters that Unicode 15 lacks.
namespace core {

bool isWhiteSpace(char32_t code);
bool isLetter(char32_t code);
/// Any number: digits, Roman numerals, fractions.
bool isNumber(char32_t code);
/// `\w` of Unicode's regular expressions.
bool isWordCharacter(char32_t code);
/// ASCII symbols and Unicode 8's punctuation.
bool isPunctuation(char32_t code);
/// Control, format and private-use characters of Unicode 8.
bool isControl(char32_t code);
/// Non-spacing marks of Unicode 8.
bool isAccent(char32_t code);
/// All marks of Unicode 9.
bool isCombiningMark(char32_t code);
/// The blocks that BERT sets off with spaces.
bool isChineseCharacter(char32_t code);

/// Whether `code` is older than Unicode `major`.0 or of it.
bool isOfUnicode(char32_t code, int major);

} // namespace core
