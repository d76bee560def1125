#include "core/recommenders/pretrained_tower.h"
#include "core/base/error.h"
#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

constexpr std::array<const char*, 4> names{"frozen", "top", "whole", "lora"};

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::corrupt, "model settings: an encoder's " + why);
}

template <class Value>
Value valueOf(const nlohmann::json& json, const char* name, Value smallest, Value largest) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number()) refuse(fmt::format("\"{}\" is missing or not a number", name));
    const auto value = found->get<Value>();
    if (!(value >= smallest && value <= largest))
        refuse(fmt::format("\"{}\" is {}, outside {} to {}", name, value, smallest, largest));
    return value;
}

std::string textOf(const nlohmann::json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) refuse(fmt::format("\"{}\" is missing or not a text", name));
    return found->get<std::string>();
}

} // namespace

const char* towerTuningName(TowerTuning tuning) { return names[static_cast<std::size_t>(tuning)]; }

TowerTuning towerTuningOf(const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw Error(ErrorKind::invalidInput,
                    fmt::format("tune an encoder: \"{}\" is not frozen, top, whole or lora", name));
    return static_cast<TowerTuning>(found - names.begin());
}

bool isEncoderThere(const std::string& folder) {
    std::error_code unreachable;
    return std::filesystem::exists(std::filesystem::path(folder) / "config.json", unreachable);
}

void findAgain(PretrainedTower& tower, const EncoderFolders& known) {
    if (isEncoderThere(tower.folder)) return;
    if (const auto found = known.find(tower.encoder); found != known.end()) tower.folder = found->second;
}

void to_json(nlohmann::json& json, const PretrainedTower& tower) {
    json = {{"folder", tower.folder},
            {"hash", tower.encoder},
            {"width", tower.width},
            {"tune", towerTuningName(tower.tuning)}};
    if (tower.tuning == TowerTuning::top) json["layers"] = tower.layers;
    if (tower.tuning == TowerTuning::lora) {
        json["rank"] = tower.rank;
        json["alpha"] = tower.alpha;
        json["dropout"] = tower.dropout;
    }
    if (tower.side > 0) json["side"] = tower.side;
}

void from_json(const nlohmann::json& json, PretrainedTower& tower) {
    if (!json.is_object()) refuse("entry is not an object");
    tower.folder = textOf(json, "folder");
    tower.encoder = textOf(json, "hash");
    tower.width = valueOf(json, "width", 1, 1 << 16);
    try {
        tower.tuning = towerTuningOf(textOf(json, "tune"));
    } catch (const Error& error) {
        refuse(fmt::format("\"tune\": {}", error.what()));
    }
    if (tower.tuning == TowerTuning::top) tower.layers = valueOf(json, "layers", 1, 1000);
    if (tower.tuning == TowerTuning::lora) {
        tower.rank = valueOf(json, "rank", 1, 4096);
        tower.alpha = valueOf(json, "alpha", 1e-6, 1e6);
        tower.dropout = valueOf(json, "dropout", 0.0, 0.99);
    }
    tower.side = json.contains("side") ? valueOf(json, "side", 1, 4096) : 0;
}

} // namespace core
