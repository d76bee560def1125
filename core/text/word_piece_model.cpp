#include "core/text/token_model.h"
#include "core/text/token_trie.h"
#include "core/text/utf8.h"

namespace core {

namespace {

/// WordPiece as BERT uses it (Devlin et al. 2018; Song et al. 2020, arXiv 2012.15524, section 2): from the left, the
/// longest token each; a word that cannot be written so is unknown as a whole.
class WordPieceModel final : public TokenModel {
public:
    explicit WordPieceModel(const JsonPlace& place)
        : table_(TokenTable::fromObject(place.at("vocab"))), unknown_(table_.idOf(place.at("unk_token").asString())),
          longestWord_(static_cast<std::size_t>(place.at("max_input_chars_per_word").asInteger(0, 1'000'000'000))) {
        const std::string& prefix = place.at("continuing_subword_prefix").asString();
        std::vector<TokenTrie::Entry> beginnings, continuations;
        for (const auto& [text, id] : table_.all()) {
            beginnings.emplace_back(text, id);
            if (text.starts_with(prefix)) continuations.emplace_back(std::string_view(text).substr(prefix.size()), id);
        }
        beginnings_ = TokenTrie(std::move(beginnings));
        continuations_ = TokenTrie(std::move(continuations));
    }

    void tokenize(std::string_view piece, std::vector<PieceToken>& tokens) const override {
        const std::size_t first = tokens.size();
        if (piece.size() <= longestWord_ || codePointCount(piece) <= longestWord_) {
            std::size_t at = 0;
            while (at < piece.size()) {
                const auto [length, id] = (at == 0 ? beginnings_ : continuations_).longestPrefix(piece.substr(at));
                if (length == 0) break;
                tokens.push_back({id, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + length)});
                at += length;
            }
            if (at == piece.size()) return;
        }
        tokens.resize(first);
        if (!unknown_)
            throw Error(
                ErrorKind::invalidInput,
                "cut a text into tokens: a word cannot be written, and the vocabulary has no token for the unknown");
        tokens.push_back({*unknown_, 0, static_cast<std::uint32_t>(piece.size())});
    }
    const TokenTable& table() const override { return table_; }
    std::string name() const override { return "WordPiece"; }

private:
    TokenTable table_;
    std::optional<std::int32_t> unknown_;
    std::size_t longestWord_;
    TokenTrie beginnings_, continuations_;
};

} // namespace

std::unique_ptr<TokenModel> makeWordPieceModel(const JsonPlace& place) {
    return std::make_unique<WordPieceModel>(place);
}

} // namespace core
