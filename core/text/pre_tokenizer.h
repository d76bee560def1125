#pragma once
#include "core/text/checked_json.h"
#include "core/text/text_pieces.h"
#include <memory>

namespace core {

/// Cuts a normalised text into pieces, between which tokens never reach. Thread-safe.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void apply(TextPieces& pieces) const = 0;

    /// Of tokenizer.json's "pre_tokenizer". Throws Error(corrupt) for kinds that are not known.
    static std::unique_ptr<PreTokenizer> fromJson(const JsonPlace& place);
};

/// What the caller of a pre-tokenizer can spare it. Read from the same JSON.
struct PreTokenizerTraits {
    /// The last step writes bytes as letters (byte_letters.h).
    bool endsWithByteLetters = false;
    /// A step asks whether a piece is the text's first.
    bool asksForFirst = false;
};
PreTokenizerTraits traitsOf(const JsonPlace& place);
/// The same pre-tokenizer without the last writing of bytes as letters, for a model that does it itself.
std::unique_ptr<PreTokenizer> preTokenizerWithoutByteLetters(const JsonPlace& place);

} // namespace core
