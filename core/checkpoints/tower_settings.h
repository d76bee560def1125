#pragma once
#include "core/text/checked_json.h"
#include <string>

namespace core {

/// Sizes of a stack of transformer blocks that reads a whole text or picture, from a `config.json`.
struct TowerSettings {
    enum class Kind { bert, siglipText, siglipPicture, clipText, clipPicture };
    Kind kind = Kind::bert;
    std::int64_t width = 0, innerWidth = 0, layers = 0, heads = 0;
    double epsilon = 0;
    std::string activation; ///< "gelu", "gelu_pytorch_tanh", "quick_gelu", ...
    // texts
    std::int64_t vocabulary = 0, positions = 0, types = 0;
    std::int64_t endToken = 0;
    // pictures
    std::int64_t side = 0, patch = 0;
    bool hasPooling = true;
    std::int64_t projection = 0; ///< width of the space that texts and pictures share; 0: none

    bool isText() const { return kind == Kind::bert || kind == Kind::siglipText || kind == Kind::clipText; }
    std::int64_t patches() const { return (side / patch) * (side / patch); }

    /// `root` is a whole config.json. Throws Error(corrupt) for other architectures, or sizes that are absurd or
    /// contradict each other.
    static TowerSettings textOf(const JsonPlace& root);
    static TowerSettings pictureOf(const JsonPlace& root);
    /// The SigLIP tower inside a vision-language network, which has no pooling head; `place` is its `vision_config`.
    enum class Inside { idefics3, paligemma };
    static TowerSettings pictureInside(const JsonPlace& place, Inside inside);
};

} // namespace core
