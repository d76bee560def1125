#include "core/recommenders/pixrec_settings.h"
#include "core/base/error.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

/// Bounds keep a damaged file from asking for terabytes.
int sizeOf(const nlohmann::json& json, const char* name, int smallest, int largest) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number_integer())
        throw Error(ErrorKind::corrupt, fmt::format("model settings: \"{}\" is missing or not an integer", name));
    const auto value = found->get<std::int64_t>();
    if (value < smallest || value > largest)
        throw Error(ErrorKind::corrupt,
                    fmt::format("model settings: \"{}\" is {}, outside {} to {}", name, value, smallest, largest));
    return static_cast<int>(value);
}

} // namespace

void to_json(nlohmann::json& json, const PixRecSettings& settings) {
    json = {{"modality", settings.modality},       {"width", settings.width},   {"window", settings.window},
            {"layers", settings.layers},           {"heads", settings.heads},   {"inner_width", settings.innerWidth},
            {"vocabulary", settings.vocabulary},   {"tokens", settings.tokens}, {"token_width", settings.tokenWidth},
            {"picture_side", settings.pictureSide}};
    // Absent where there are none: models that never heard of them keep their hash.
    if (settings.textTower) json["text_encoder"] = *settings.textTower;
    if (settings.pictureTower) json["picture_encoder"] = *settings.pictureTower;
}

void from_json(const nlohmann::json& json, PixRecSettings& settings) {
    if (!json.is_object() || !json.contains("modality") || !json["modality"].is_string())
        throw Error(ErrorKind::corrupt, "model settings: \"modality\" is missing");
    settings.modality = json["modality"].get<std::string>();
    if (settings.modality != "text" && settings.modality != "image" && settings.modality != "both")
        throw Error(ErrorKind::corrupt,
                    fmt::format("model settings: modality \"{}\" is not text, image or both", settings.modality));
    settings.width = sizeOf(json, "width", 8, 4096);
    settings.window = sizeOf(json, "window", 1, 4096);
    settings.layers = sizeOf(json, "layers", 1, 64);
    settings.heads = sizeOf(json, "heads", 1, 64);
    settings.innerWidth = sizeOf(json, "inner_width", 8, 16384);
    settings.vocabulary = sizeOf(json, "vocabulary", 257, 1 << 20);
    settings.tokens = sizeOf(json, "tokens", 1, 4096);
    settings.tokenWidth = sizeOf(json, "token_width", 1, 4096);
    settings.pictureSide = sizeOf(json, "picture_side", 16, 512);
    if (json.contains("text_encoder")) settings.textTower = json["text_encoder"].get<PretrainedTower>();
    if (json.contains("picture_encoder")) settings.pictureTower = json["picture_encoder"].get<PretrainedTower>();
    if (settings.width % settings.heads != 0)
        throw Error(ErrorKind::corrupt, "model settings: the width is not a multiple of the heads");
    if (settings.pictureSide % 16 != 0)
        throw Error(ErrorKind::corrupt, "model settings: the picture side is not a multiple of 16");
}

} // namespace core
