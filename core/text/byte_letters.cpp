#include "core/text/byte_letters.h"

namespace core {

namespace {

bool isPrintable(int byte) { return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD); }

struct Tables {
    std::array<char32_t, 256> letters{};
    std::array<int, 0x144> bytes{}; ///< by letter
    std::array<std::string, 256> texts;

    Tables() {
        bytes.fill(-1);
        char32_t next = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const auto at = static_cast<std::size_t>(byte);
            letters[at] = isPrintable(byte) ? static_cast<char32_t>(byte) : next++;
            bytes[letters[at]] = byte;
            appendUtf8(texts[at], letters[at]);
        }
    }
};

const Tables& tables() {
    static const Tables made;
    return made;
}

} // namespace

char32_t letterOfByte(unsigned char byte) { return tables().letters[byte]; }

int byteOfLetter(char32_t letter) { return letter < tables().bytes.size() ? tables().bytes[letter] : -1; }

const std::array<std::string, 256>& byteLetters() { return tables().texts; }

void toByteLetters(AlignedText& text) {
    std::string changed;
    std::vector<ByteSpan> changedOrigin;
    changed.reserve(text.bytes.size() * 2);
    for (std::size_t i = 0; i < text.bytes.size(); ++i) {
        const std::string& letter = byteLetters()[static_cast<unsigned char>(text.bytes[i])];
        changed += letter;
        if (text.isTracked) changedOrigin.insert(changedOrigin.end(), letter.size(), text.origin[i]);
    }
    text.bytes = std::move(changed);
    text.origin = std::move(changedOrigin);
}

} // namespace core
