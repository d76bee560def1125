#pragma once
#include "core/text/aligned_text.h"
#include "core/text/checked_json.h"
#include <memory>
#include <vector>

namespace core {

/// A text as a network reads it.
struct TokenizedText {
    std::vector<std::int32_t> ids;
    std::vector<ByteSpan> spans;         ///< bytes of the text that each id stands for; {0, 0} for special tokens
    std::vector<std::int32_t> typeIds;   ///< which of two texts, as the post-processor says
    std::vector<std::uint8_t> isSpecial; ///< 1: put there by the post-processor

    std::size_t size() const { return ids.size(); }
    void append(const TokenizedText& other);
};

/// Puts special tokens around one text or a pair. Thread-safe.
class PostProcessor {
public:
    virtual ~PostProcessor() = default;
    /// How many tokens it adds.
    virtual std::size_t addedCount(bool isPair) const = 0;
    /// `parts`: one text or two, changed in place. Without `addsSpecial` only type ids change.
    virtual void apply(std::vector<TokenizedText>& parts, bool addsSpecial) const = 0;
    /// Whether spans lose the white space at their ends, and whether the first space was added by the pre-tokenizer.
    virtual bool trimsSpans() const { return false; }
    virtual bool knowsAddedSpace() const { return false; }

    /// Of tokenizer.json's "post_processor". Throws Error(corrupt) for kinds that are not known.
    static std::unique_ptr<PostProcessor> fromJson(const JsonPlace& place);
};

} // namespace core
