#pragma once
#include "core/text/aligned_text.h"
#include <array>

namespace core {

/// GPT-2's way to write any bytes as letters (Radford et al. 2019): printable ones stand for themselves, the others for
/// U+0100 and after. A space is U+0120.
char32_t letterOfByte(unsigned char byte);
/// -1 for characters that stand for no byte.
int byteOfLetter(char32_t letter);
/// The letters of all 256 bytes, as UTF-8.
const std::array<std::string, 256>& byteLetters();

void toByteLetters(AlignedText& text);

} // namespace core
