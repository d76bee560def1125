#include "core/recommenders/vlm_folder.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/engine/recommender_kinds.h"
#include "core/recommenders/pixrec_folder.h"
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace core {

namespace {

std::int64_t weightBytes(const std::filesystem::path& backbone) {
    std::int64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(backbone))
        if (entry.path().extension() == ".safetensors") bytes += static_cast<std::int64_t>(entry.file_size());
    return bytes;
}

} // namespace

std::string vlmHash(const std::filesystem::path& folder, const VlmSettings& settings,
                    const std::filesystem::path& backbone) {
    Hasher hasher;
    auto json = nlohmann::json(settings);
    json.erase("backbone"); // the same checkpoint in another place is the same model
    hasher.add(json.dump());
    addModelFile(hasher, folder / weightsFileName);
    addModelFile(hasher, backbone / "config.json");
    addModelFile(hasher, backbone / "tokenizer.json");
    if (settings.keepsBackbone)
        addModelFile(hasher, backbone / "model.safetensors");
    else
        hasher.add(weightBytes(backbone));
    return hasher.hex();
}

VlmFolder readVlmFolder(const std::filesystem::path& folder) {
    const auto file = folder / modelFileName;
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(ErrorKind::notFound, fmt::format("open model {}: no {} in it", folder.string(), modelFileName));
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    VlmFolder result;
    try {
        result.info = modelInfoOf(json, folder);
        result.settings = json.at("settings").get<VlmSettings>();
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: {}", file.string(), error.what()));
    }
    if (result.info.recommender != vlmRecommender || result.info.modality != result.settings.modality)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: it is of \"{}\", {}, and its settings are of {}, {}", file.string(),
                                result.info.recommender, result.info.modality, vlmRecommender,
                                result.settings.modality));
    result.backbone =
        result.settings.keepsBackbone ? folder / vlmBackboneFolder : std::filesystem::path(result.settings.backbone);
    if (!std::filesystem::exists(result.backbone / "config.json"))
        throw Error(
            ErrorKind::notFound,
            fmt::format("open model {}: its checkpoint is not in {}; put it there, or train with merge=1 so that "
                        "the model keeps its own",
                        folder.string(), result.backbone.string()));
    if (const auto hash = vlmHash(folder, result.settings, result.backbone); hash != result.info.hash)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: {} or the checkpoint in {} are not what was written (hash {} instead "
                                "of {})",
                                folder.string(), weightsFileName, result.backbone.string(), hash, result.info.hash));
    if (const auto* kind = findRecommenderKind(vlmRecommender))
        result.info.capabilities = kind->capabilities(result.info.modality);
    result.info.capabilities.itemVectors = false; // text and picture are read as one
    return result;
}

} // namespace core
