#pragma once
#include "core/text/checked_json.h"
#include <string>
#include <vector>

namespace core {

/// Sizes of a language network that writes from left to right, from a `config.json`.
struct DecoderSettings {
    /// Gemma 2 differs from Llama by norms after each half of a block too, by 1 + weight in them, by a gate of GELU, by
    /// scaled embeddings, by caps on scores (tanh), and by a window in every second block (Gemma 2 report, 2024,
    /// section 2).
    enum class Kind { llama, gemma2 };
    Kind kind = Kind::llama;
    std::int64_t width = 0, innerWidth = 0, layers = 0, heads = 0, keyHeads = 0, headWidth = 0;
    std::int64_t vocabulary = 0, positions = 0;
    double epsilon = 0, ropeTheta = 0;
    std::string activation;
    bool hasTiedHead = false, hasAttentionBias = false, hasInnerBias = false;
    double queryScale = 1;                 ///< multiplies what queries and keys give
    double embeddingScale = 1;             ///< multiplies what enters the first block
    double attentionCap = 0, logitCap = 0; ///< cap * tanh(score / cap); 0: none
    std::int64_t window = 0;               ///< tokens that blocks with a window see, the token itself included
    std::vector<bool> hasWindow;           ///< by block
    std::vector<std::int32_t> endTokens;   ///< any of them ends a text

    /// `place` is a whole config.json or the `text_config` in one; `otherwise` is the model type where it states none.
    /// Throws Error(corrupt) for other architectures, or sizes that are absurd or contradict each other.
    static DecoderSettings of(const JsonPlace& place, const std::string& otherwise = "");
};

} // namespace core
