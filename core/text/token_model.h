#pragma once
#include "core/text/checked_json.h"
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace core {

/// A token and the bytes [begin, end) of the piece that it stands for.
struct PieceToken {
    std::int32_t id;
    std::uint32_t begin, end;
};

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Tokens by text and by id.
class TokenTable {
public:
    TokenTable() = default;
    TokenTable(const TokenTable&) = delete;
    TokenTable& operator=(const TokenTable&) = delete;
    TokenTable(TokenTable&&) = default;
    TokenTable& operator=(TokenTable&&) = default;
    /// Of `{"text": id, ...}`. Throws Error(corrupt) for ids that are no ids, or far beyond the count of tokens.
    static TokenTable fromObject(const JsonPlace& vocabulary);
    /// Of `[["text", score], ...]`, ids in order; the scores go to `scores`.
    static TokenTable fromList(const JsonPlace& vocabulary, std::vector<double>& scores);

    std::optional<std::int32_t> idOf(std::string_view text) const;
    /// Nothing for an id that is not used.
    const std::string* textOf(std::int32_t id) const;
    std::size_t count() const { return idOfText_.size(); }
    const std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>& all() const { return idOfText_; }

private:
    void add(const std::string& text, std::int32_t id);

    std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>> idOfText_;
    std::vector<const std::string*> textOfId_;
};

/// Cuts a piece of text into tokens. Thread-safe.
class TokenModel {
public:
    virtual ~TokenModel() = default;
    /// Appends the tokens of `piece`, which is not empty. Throws Error(invalidInput) where it cannot be written and the
    /// vocabulary has no token for the unknown.
    virtual void tokenize(std::string_view piece, std::vector<PieceToken>& tokens) const = 0;
    virtual const TokenTable& table() const = 0;
    virtual std::string name() const = 0; ///< "BPE", "Unigram", "WordPiece", "WordLevel"
    /// Whether pieces are plain bytes, which the model writes as letters (byte_letters.h) itself.
    virtual bool takesPlainBytes() const { return false; }

    /// Of tokenizer.json's "model". `mapsBytes`: whoever cuts the pieces would write bytes as letters last; a model
    /// that can takes them plain. Throws Error(corrupt) for kinds that are not known.
    static std::unique_ptr<TokenModel> fromJson(const JsonPlace& place, bool mapsBytes);
};

// One file each; the vocabulary's rules are in the papers named there.
std::unique_ptr<TokenModel> makeBytePairModel(const JsonPlace& place, bool mapsBytes);
std::unique_ptr<TokenModel> makeUnigramModel(const JsonPlace& place);
std::unique_ptr<TokenModel> makeWordPieceModel(const JsonPlace& place);
std::unique_ptr<TokenModel> makeWordLevelModel(const JsonPlace& place);

} // namespace core
