#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace core {

/// How much of an encoder from elsewhere is trained.
enum class TowerTuning {
    frozen, ///< nothing: its vectors of the catalog are made once and kept in the workspace's cache
    top,    ///< the last layers, and what comes after them
    whole,
    lora, ///< low-rank changes beside the linear layers of every block (LowRankChange)
};
/// "frozen", "top", "whole", "lora". towerTuningOf() throws Error(invalidInput) for other words.
const char* towerTuningName(TowerTuning tuning);
TowerTuning towerTuningOf(const std::string& name);

/// An encoder of a Hugging Face folder in the place of a small one; kept in model.json.
struct PretrainedTower {
    std::string folder;  ///< where it was found; no part of a model's identity
    std::string encoder; ///< its hash (backboneHash()), which is
    int width = 0;       ///< of its vectors
    TowerTuning tuning = TowerTuning::frozen;
    int layers = 2;                  ///< top: so many
    int rank = 8;                    ///< lora
    double alpha = 8, dropout = 0.1; ///< lora
    int side = 0;                    ///< pictures, unless frozen: pixels that they are decoded to

    bool isFrozen() const { return tuning == TowerTuning::frozen; }
};

/// Whether a checkpoint lies in this folder, and can be reached.
bool isEncoderThere(const std::string& folder);
/// Folders of encoders that are known, by hash.
using EncoderFolders = std::map<std::string, std::string>;
/// A tower whose folder is gone goes to where the same encoder is now, if that is known.
void findAgain(PretrainedTower& tower, const EncoderFolders& known);

void to_json(nlohmann::json& json, const PretrainedTower& tower);
/// Throws Error(corrupt) where something is missing, of the wrong type, or senseless.
void from_json(const nlohmann::json& json, PretrainedTower& tower);

} // namespace core
