#pragma once
#include "core/text/normalizer.h"
#include "core/text/text_pieces.h"
#include "core/text/token_model.h"
#include "core/text/token_trie.h"

namespace core {

/// A token that is found in texts as it stands, before the model sees them.
struct AddedToken {
    std::string text;
    std::int32_t id = 0;
    bool isSpecial = false;        ///< means something to the network; left out of decoded texts
    bool isNormalized = true;      ///< looked for in the normalised text
    bool isSingleWord = false;     ///< not inside of words
    bool takesSpaceBefore = false; ///< swallows white space
    bool takesSpaceAfter = false;
};

/// All added tokens of a tokenizer, special or not. Thread-safe.
class AddedTokens {
public:
    AddedTokens() = default;
    /// Of tokenizer.json's "added_tokens" (may be missing). `normalizer` may be null.
    AddedTokens(const JsonPlace& root, const TokenTable& table, const Normalizer* normalizer);

    /// Cuts the user's text at the tokens that are looked for before
    /// normalisation, normalises what is between, cuts that at the others.
    void cut(std::string_view text, const Normalizer* normalizer, TextPieces& pieces) const;

    const AddedToken* find(std::int32_t id) const;
    std::optional<std::int32_t> idOf(std::string_view text) const;
    bool isSpecial(std::string_view text) const { return special_.contains(text); }
    std::size_t count() const { return byId_.size(); }
    const std::unordered_map<std::int32_t, AddedToken>& all() const { return byId_; }

private:
    struct Found {
        ByteSpan span;
        std::int32_t id; ///< -1: no token
    };
    void findIn(std::string_view text, const TokenTrie& trie, std::vector<Found>& found) const;

    std::unordered_map<std::int32_t, AddedToken> byId_;
    std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>> idOfText_;
    std::unordered_map<std::string, bool, StringHash, std::equal_to<>> special_;
    std::vector<std::string> patterns_; ///< that the tries point into
    TokenTrie plainTrie_, normalizedTrie_;
};

} // namespace core
