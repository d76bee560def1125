#include "core/base/error.h"
#include "core/pixels/picture_preprocessor.h"
#include "core/text/pretrained_tokenizer.h"
#include "core/text/utf8.h"
#include <string>

/// A tokenizer.json from anywhere is refused with our own error, or reads texts without harm. The same for
/// preprocessor_config.json, whose reader is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const std::string_view json(reinterpret_cast<const char*>(bytes), count);
    try {
        const auto tokenizer = core::PretrainedTokenizer::parse(json, "fuzz");
        for (const std::string_view text :
             {"", " Red shoes, 12.50 \xE2\x82\xAC", "e\xCC\x81\xE4\xB8\xAD\xF0\x9F\x98\x80<s> [MASK]\n", "\xFF\xC3"}) {
            const auto encoded = tokenizer->encodePair(text, text, {.mostTokens = 64});
            for (const auto& span : encoded.spans)
                if (span.begin > span.end || span.end > text.size()) __builtin_trap();
            const std::string decoded = tokenizer->decode(encoded.ids);
            if (core::validUtf8Prefix(decoded) != decoded.size()) __builtin_trap();
        }
    } catch (const core::Error&) {
    }
    try {
        core::PicturePreprocessor::parse(json, "fuzz").resizedAndCropped(core::PixelArray(7, 5));
    } catch (const core::Error&) {
    }
    return 0;
}
