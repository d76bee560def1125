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

/// The blocks of a language network, Llama's or Gemma 2's, where its weights are. Sets neither inference mode nor
/// threads, so gradients can flow through what is put in place of its weights. What is added up from block to block,
/// norms, positions and softmax are float32 in every precision; weights of another type than `productType` are brought
/// to it each time.
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

    torch::Device device() const { return tokensVD_.device(); }

    KeyValueCache makeCache(std::int64_t texts, std::int64_t capacity) const;
    /// The rows TD of the vocabulary, float32, on its device; ids from any.
    torch::Tensor embed(const torch::Tensor& idsT) const;
    /// Last hidden states BTD, normalised. With `cache` the tokens come after those read and are added to it; without,
    /// they are the whole text. Throws Error(cancelled), asked before each half of a block; then the cache is as
    /// before.
    torch::Tensor run(const torch::Tensor& embeddingsBTD, const Mask& mask, KeyValueCache* cache,
                      const std::stop_token& stop = {}) const;
    /// Scores of what follows, ...V, float32.
    torch::Tensor logits(const torch::Tensor& hiddenD) const;

    std::vector<Block> blocks;
    bool recomputes = false; ///< run() keeps, for the gradient, what enters a block alone (core/tensors/recomputed.h)
    torch::Dtype productType = torch::kFloat32; ///< of matrix products: float32 or bfloat16
    /// Norms, positions and attention by this file's own code, for float32 on the CPU; false: by LibTorch's operations,
    /// which any device has.
    bool hasOwnKernels;
    const DecoderSettings& settings() const { return settings_; }

private:
    torch::Tensor normed(const torch::Tensor& inputBTD, const torch::Tensor& weightD) const;
    torch::Tensor turned(const torch::Tensor& inputBTD, const torch::Tensor& cosTE, const torch::Tensor& sinTE) const;
    torch::Tensor attended(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                           const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP, bool isCausal) const;
    torch::Tensor attendedByLibTorch(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                                     const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP, bool isCausal) const;
    /// Of queries, keys and values.
    torch::Dtype attentionType() const { return hasOwnKernels ? torch::kFloat32 : productType; }

    DecoderSettings settings_;
    std::int64_t firstPosition_;
    torch::Tensor tokensVD_, headVD_, finalNormD_, frequencies_; ///< frequencies: E/2
};

} // namespace core
