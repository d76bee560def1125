#pragma once
#include "core/text/aligned_text.h"
#include "core/text/checked_json.h"
#include <functional>
#include <memory>

namespace core {

/// Where a regular expression (as Oniguruma reads it, through ICU) or a plain text occurs. Thread-safe.
class TextPattern {
public:
    /// From `{"String": ...}` or `{"Regex": ...}`. Throws Error(corrupt) where ICU cannot read the expression.
    static TextPattern fromJson(const JsonPlace& place);
    static TextPattern literal(std::string text);

    /// The matches in order, apart. Empty ones count. Throws Error(invalidInput) where an expression takes too long.
    void findAll(std::string_view text, std::vector<ByteSpan>& matches) const;

private:
    struct Expression;
    std::string literal_;
    std::shared_ptr<const Expression> expression_;
};

/// The words of GPT-2: contractions, letters, numbers, other characters, each with a space before it, and white space.
/// The same as `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, several times faster.
/// Words cover the text.
void findGpt2Words(std::string_view text, std::vector<ByteSpan>& words);

} // namespace core
