#pragma once
#include "core/recommenders/pretrained_tower.h"
#include <optional>

namespace core {

/// Sizes of a PixRec network; kept in model.json. The modality is one switch: it decides which branch of the item tower
/// gets features, never which code runs.
struct PixRecSettings {
    std::string modality = "both"; ///< "text", "image", "both"
    int width = 128;               ///< item vectors, user tower and projections alike (p = 128 in methods.md 1)
    int window = 50;               ///< newest events that the user tower reads
    int layers = 1, heads = 4, innerWidth = 256;
    int vocabulary = 2048; ///< at most; the trained vocabulary's own size once there is one
    int tokens = 48;       ///< of an item's text that are read
    int tokenWidth = 64;
    int pictureSide = 64; ///< pixels
    /// In the place of the small encoders, whose sizes then mean nothing.
    std::optional<PretrainedTower> textTower, pictureTower;

    bool readsText() const { return modality != "image"; }
    bool readsPicture() const { return modality != "text"; }
    /// The side in pixels that pictures are wanted at; 0: no pixels are read, for a frozen encoder's vectors stand for
    /// them or there are none.
    int pixelSide() const {
        if (!readsPicture()) return 0;
        return pictureTower ? pictureTower->side : pictureSide;
    }
};

void to_json(nlohmann::json& json, const PixRecSettings& settings);
/// Throws Error(corrupt) where a size is missing, of the wrong type, or senseless.
void from_json(const nlohmann::json& json, PixRecSettings& settings);

} // namespace core
