#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace core {

/// How a vision-language network is used as a recommender (methods.md 1); kept in model.json. The modality is one
/// switch: it decides what a product's text and pictures come to in the prompt, never which code runs.
struct VlmSettings {
    std::string modality = "both"; ///< "text", "image", "both"
    /// "plain"; "chat": by the checkpoint's own chat template; "even": plain, with the same sentence before every
    /// product, so that each product of a history is a target as well when the network is trained.
    std::string prompt = "plain";
    /// What reads pictures: "checkpoint", or "item-level": the picture encoder of a trained PixRec model, which stands
    /// still, and a connector that is trained.
    std::string pictureTower = "checkpoint";
    std::string backbone = "tiny"; ///< where the checkpoint came from
    bool keepsBackbone = true;     ///< the folder holds the checkpoint; else it is read from `backbone`
    int window = 5;                ///< newest events that are read
    int textTokens = 32;           ///< of a product's text that are read
    int projection = 128;          ///< width of the space where shoppers and products meet
    double temperature = 0.5;      ///< of both in-batch losses; where it is learned, at the start
    bool learnsTemperature = false;
    // LoRA; rank 0: the whole network is trained
    int rank = 0;
    double alpha = 16;                ///< changes are scaled by alpha / rank
    double dropout = 0.1;             ///< of what enters a change
    std::vector<std::string> targets; ///< layers of each block: "q_proj", ...; empty: all seven

    bool readsText() const { return modality != "image"; }
    bool readsPicture() const { return modality != "text"; }
    bool isLowRank() const { return rank > 0; }
    bool isEven() const { return prompt == "even"; }
    bool hasItemTower() const { return readsPicture() && pictureTower == "item-level"; }
};

/// The linear layers of a language network's block, as their files name them.
inline constexpr const char* vlmTargets[] = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                             "gate_proj", "up_proj", "down_proj"};

void to_json(nlohmann::json& json, const VlmSettings& settings);
/// Throws Error(corrupt) where a field is missing, of the wrong type, or senseless.
void from_json(const nlohmann::json& json, VlmSettings& settings);
/// Throws Error(invalidInput) naming what makes no sense.
void requireSensible(const VlmSettings& settings);

} // namespace core
