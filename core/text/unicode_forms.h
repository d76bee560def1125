#pragma once
#include "core/text/aligned_text.h"

namespace core {

enum class UnicodeForm { nfc, nfd, nfkc, nfkd };

/// Unicode's normal forms (UAX 15) of Unicode 11, as the reference tokenizers have them.
void toUnicodeForm(AlignedText& text, UnicodeForm form);
/// Lower case of every character by itself: no language, no word's end.
void toLowerCase(AlignedText& text);

} // namespace core
