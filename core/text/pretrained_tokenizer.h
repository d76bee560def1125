#pragma once
#include "core/text/post_processor.h"
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace core {

struct TokenizeOptions {
    bool addsSpecial = true; ///< the tokens that the post-processor puts around a text
    bool wantsSpans = true;  ///< without, `spans` are all {0, 0}, and it is faster
    /// Longer results are cut to this, special tokens included; of a pair, the longer text first.
    std::optional<std::size_t> mostTokens = std::nullopt;
    bool cutsAtStart = false; ///< what is cut off goes from the text's beginning
};

/// A tokenizer of a checkpoint, from its `tokenizer.json`: gives the ids that Hugging Face's `tokenizers` gives, for
/// all texts whose characters are in Unicode 15. Thread-safe.
///
/// Not taken from the file: padding (batches pad themselves), truncation unless asked for, random merges (an error).
class PretrainedTokenizer {
public:
    /// `path` is a `tokenizer.json` or a folder with one. Throws Error(notFound), or Error(corrupt) naming the file and
    /// the place in it.
    static std::unique_ptr<PretrainedTokenizer> load(const std::filesystem::path& path);
    /// From the text of such a file; `name` stands for it in errors.
    static std::unique_ptr<PretrainedTokenizer> parse(std::string_view json, const std::string& name);
    ~PretrainedTokenizer();

    /// Any bytes are accepted: broken UTF-8 reads as U+FFFD. Throws Error(invalidInput) for texts above 256 MB, for
    /// `mostTokens` below the count of special tokens, and where the vocabulary cannot write a text.
    TokenizedText encode(std::string_view text, const TokenizeOptions& options = {}) const;
    TokenizedText encodePair(std::string_view first, std::string_view second,
                             const TokenizeOptions& options = {}) const;
    /// Ids that are unknown are left out. The result is valid UTF-8.
    std::string decode(std::span<const std::int32_t> ids, bool leavesOutSpecial = true) const;

    std::optional<std::int32_t> idOf(std::string_view token) const;
    /// The token as the vocabulary writes it.
    std::optional<std::string> tokenOf(std::int32_t id) const;
    /// All ids are smaller.
    std::int32_t size() const;
    const std::string& modelName() const; ///< "BPE", "Unigram", "WordPiece", "WordLevel"
    /// What the file's own truncation says.
    std::optional<std::size_t> mostTokensOfFile() const;
    std::size_t specialTokenCount(bool isPair) const;

private:
    struct Parts;
    explicit PretrainedTokenizer(std::unique_ptr<Parts> parts);
    TokenizedText encodeAll(std::span<const std::string_view> texts, const TokenizeOptions& options) const;

    std::unique_ptr<Parts> parts_;
};

} // namespace core
