#include "core/text/token_model.h"
#include "core/text/token_trie.h"
#include "core/text/utf8.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace core {

namespace {

constexpr double unknownPenalty = 10; // below the least likely token, as in SentencePiece

/// The most likely way to cut a piece (Kudo 2018, arXiv 1804.10959, section 3.1), by Viterbi's search.
class UnigramModel final : public TokenModel {
public:
    explicit UnigramModel(const JsonPlace& place) : table_(TokenTable::fromList(place.at("vocab"), scores_)) {
        if (const auto unknown = place.find("unk_id"))
            unknown_ = static_cast<std::int32_t>(unknown->asInteger(0, static_cast<std::int64_t>(scores_.size()) - 1));
        double least = std::numeric_limits<double>::infinity();
        for (const double score : scores_) least = std::min(least, score);
        unknownScore_ = least - unknownPenalty;
        std::vector<TokenTrie::Entry> entries;
        for (const auto& [text, id] : table_.all()) entries.emplace_back(text, id);
        trie_ = TokenTrie(std::move(entries));
        if (!place.boolOr("byte_fallback", false)) return;
        hasFallback_ = true;
        for (int byte = 0; byte < 256; ++byte)
            fallback_[static_cast<std::size_t>(byte)] = table_.idOf(fmt::format("<0x{:02X}>", byte)).value_or(-1);
    }

    void tokenize(std::string_view piece, std::vector<PieceToken>& tokens) const override {
        const std::vector<Best> best = findBestPath(piece);
        const std::size_t first = tokens.size();
        for (std::size_t end = piece.size(); end > 0;) {
            const Best& node = best[end];
            const auto begin = static_cast<std::uint32_t>(node.begin);
            // Unknown neighbours are one.
            const bool joins =
                unknown_ && node.id == *unknown_ && tokens.size() > first && tokens.back().id == *unknown_;
            if (joins)
                tokens.back().begin = begin;
            else
                tokens.push_back({node.id, begin, static_cast<std::uint32_t>(end)});
            end = begin;
        }
        std::reverse(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end());
        if (unknown_) writeUnknown(piece, first, tokens);
    }
    const TokenTable& table() const override { return table_; }
    std::string name() const override { return "Unigram"; }

private:
    struct Best {
        double score = 0;
        std::uint32_t begin = UINT32_MAX; ///< of the last token; UINT32_MAX: not reached yet
        std::int32_t id = 0;
    };

    std::vector<Best> findBestPath(std::string_view piece) const {
        std::vector<Best> best(piece.size() + 1); // by where a path ends
        for (std::size_t at = 0; at < piece.size();) {
            const double reached = best[at].score;
            const auto begin = static_cast<std::uint32_t>(at);
            std::size_t next = at;
            nextCodePoint(piece, next);
            const auto offer = [&](std::size_t end, double score, std::int32_t id) {
                if (best[end].begin == UINT32_MAX || score > best[end].score) best[end] = {score, begin, id};
            };
            bool hasCharacter = false;
            trie_.forEachPrefix(piece.substr(at), [&](std::size_t length, std::int32_t id) {
                offer(at + length, scores_[static_cast<std::size_t>(id)] + reached, id);
                hasCharacter = hasCharacter || at + length == next;
            });
            if (!hasCharacter) {
                if (!unknown_)
                    throw Error(ErrorKind::invalidInput, "cut a text into tokens: a character is not in the "
                                                         "vocabulary, which has no token for the unknown");
                offer(next, unknownScore_ + reached, *unknown_);
            }
            at = next;
        }
        return best;
    }

    /// Unknown texts that are tokens after all (joined ones), or bytes.
    void writeUnknown(std::string_view piece, std::size_t first, std::vector<PieceToken>& tokens) const {
        const auto isUnknown = [&](const PieceToken& token) { return token.id == *unknown_; };
        if (std::none_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end(), isUnknown)) return;
        const std::vector<PieceToken> plain(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end());
        tokens.resize(first);
        for (const auto& token : plain) {
            const auto text = piece.substr(token.begin, token.end - token.begin);
            const auto known = isUnknown(token) ? table_.idOf(text) : std::optional(token.id);
            const bool isBytes = !known && hasFallback_ && std::all_of(text.begin(), text.end(), [&](char c) {
                return fallback_[static_cast<unsigned char>(c)] >= 0;
            });
            if (!isBytes) {
                tokens.push_back({known.value_or(*unknown_), token.begin, token.end});
                continue;
            }
            for (const char c : text)
                tokens.push_back({fallback_[static_cast<unsigned char>(c)], token.begin, token.end});
        }
    }

    std::vector<double> scores_;
    TokenTable table_;
    TokenTrie trie_;
    std::optional<std::int32_t> unknown_;
    double unknownScore_ = 0;
    bool hasFallback_ = false;
    std::array<std::int32_t, 256> fallback_{};
};

} // namespace

std::unique_ptr<TokenModel> makeUnigramModel(const JsonPlace& place) { return std::make_unique<UnigramModel>(place); }

} // namespace core
