#pragma once
#include "core/text/checked_json.h"
#include <string>
#include <vector>

namespace core {

/// Sizes of a language network that writes from left to right, from a `config.json`.
struct DecoderSettings {
    std::int64_t width = 0, innerWidth = 0, layers = 0, heads = 0, keyHeads = 0, headWidth = 0;
    std::int64_t vocabulary = 0, positions = 0;
    double epsilon = 0, ropeTheta = 0;
    std::string activation;
    bool hasTiedHead = false, hasAttentionBias = false, hasInnerBias = false;
    std::vector<std::int32_t> endTokens; ///< any of them ends a text

    /// `root` is a whole config.json. Throws Error(corrupt) for other architectures, or sizes that are absurd or
    /// contradict each other.
    static DecoderSettings of(const JsonPlace& root);
};

} // namespace core
