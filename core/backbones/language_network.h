#pragma once
#include "core/backbones/transformer_tower.h"
#include "core/checkpoints/decoder_settings.h"
#include <stop_token>

// Shapes: B texts of one length, T new tokens of each, P tokens read so far (with the new ones), D width, H heads, K
// key heads, E width of a head, V vocabulary.
namespace core {

/// Keys and values of the tokens that were read, for every block, with room for more.
struct KeyValueCache {
    struct Block {
        torch::Tensor keysBKPE, valuesBKPE;
    };
    std::vector<Block> blocks;
    std::int64_t read = 0; ///< tokens

    /// Text i goes on from what text `fromB[i]` has read; indices may repeat.
    void reorder(const torch::Tensor& fromB);
};

/// The blocks of a language network, Llama's or Gemma 2's, in float32. Sets neither inference mode nor threads, so
/// gradients can flow through what is put in place of its weights.
class LanguageNetwork {
public:
    struct Block {
        torch::Tensor firstNormD, afterAttentionD, secondNormD, afterInnerD; ///< the "after" ones: Gemma 2 alone
        LinearWeights query, key, value, output, gate, up, down;
    };

    /// Which earlier and later tokens a token sees.
    struct Mask {
        std::int64_t openPrefix = 0; ///< so many tokens at the start are seen by all, later by earlier too
        bool hasWindows = true;      ///< false: also blocks with a window see everything
    };

    /// `source` stands before `embed_tokens.weight`; `head` before `lm_head.weight`, and is not read for a tied head.
    LanguageNetwork(WeightSource source, WeightSource head, const DecoderSettings& settings,
                    std::int64_t firstPosition);

    KeyValueCache makeCache(std::int64_t texts, std::int64_t capacity) const;
    /// The rows TD of the vocabulary.
    torch::Tensor embed(const torch::Tensor& idsT) const;
    /// Last hidden states BTD, normalised. With `cache` the tokens come after those read and are added to it; without,
    /// they are the whole text. Throws Error(cancelled), asked before each half of a block; then the cache is as
    /// before.
    torch::Tensor run(const torch::Tensor& embeddingsBTD, const Mask& mask, KeyValueCache* cache,
                      const std::stop_token& stop = {}) const;
    /// Scores of what follows, ...V.
    torch::Tensor logits(const torch::Tensor& hiddenD) const;

    std::vector<Block> blocks;
    bool recomputes = false; ///< run() keeps, for the gradient, what enters a block alone (core/tensors/recomputed.h)
    const DecoderSettings& settings() const { return settings_; }

private:
    torch::Tensor attended(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                           const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP, bool isCausal) const;

    DecoderSettings settings_;
    std::int64_t firstPosition_;
    torch::Tensor tokensVD_, headVD_, finalNormD_, frequencies_; ///< frequencies: E/2
};

} // namespace core
