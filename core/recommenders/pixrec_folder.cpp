#include "core/recommenders/pixrec_folder.h"
#include "core/base/error.h"
#include "core/base/hash_file.h"
#include "core/text/byte_pair_vocabulary.h"
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace core {

void addModelFile(Hasher& hasher, const std::filesystem::path& file) {
    if (!addFile(hasher, file))
        throw Error(ErrorKind::notFound, fmt::format("open model: {} is missing", file.string()));
}

ModelInfo modelInfoOf(const nlohmann::json& json, const std::filesystem::path& folder) {
    ModelInfo info;
    info.name = folder.filename().string();
    info.recommender = json.at("recommender").get<std::string>();
    info.modality = json.at("modality").get<std::string>();
    info.hash = json.at("hash").get<std::string>();
    info.metrics = json.at("metrics").get<std::map<std::string, double>>();
    return info;
}

std::string pixRecHash(const std::filesystem::path& folder, const PixRecSettings& settings) {
    Hasher hasher;
    auto json = nlohmann::json(settings);
    for (const char* encoder : {"text_encoder", "picture_encoder"}) // the same one in another place is the same model
        if (json.contains(encoder)) json[encoder].erase("folder");
    hasher.add(json.dump());
    addModelFile(hasher, folder / weightsFileName);
    if (!settings.textTower) addModelFile(hasher, folder / vocabularyFileName);
    return hasher.hex();
}

PixRecFolder readPixRecFolder(const std::filesystem::path& folder) {
    const auto file = folder / modelFileName;
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(ErrorKind::notFound, fmt::format("open model {}: no {} in it", folder.string(), modelFileName));
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    PixRecFolder result;
    try {
        result.info = modelInfoOf(json, folder);
        result.settings = json.at("settings").get<PixRecSettings>();
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: {}", file.string(), error.what()));
    }
    if (result.info.recommender != "pixrec")
        throw Error(ErrorKind::invalidInput, fmt::format("open model {}: its recommender is \"{}\", not pixrec",
                                                         file.string(), result.info.recommender));
    if (result.info.modality != result.settings.modality)
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: two modalities, \"{}\" and \"{}\"", file.string(),
                                                    result.info.modality, result.settings.modality));
    if (const auto hash = pixRecHash(folder, result.settings); hash != result.info.hash)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: {} or {} are not what was written (hash {} instead of {})",
                                folder.string(), weightsFileName, vocabularyFileName, hash, result.info.hash));
    auto vocabulary = std::make_shared<BytePairVocabulary>(
        result.settings.textTower ? BytePairVocabulary({}) : BytePairVocabulary::load(folder / vocabularyFileName));
    if (vocabulary->size() > result.settings.vocabulary)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: the vocabulary is larger than the network's", folder.string()));
    result.tokenizer = std::move(vocabulary);
    result.info.capabilities = {.newHistory = true,
                                .readsText = result.settings.readsText(),
                                .readsPicture = result.settings.readsPicture(),
                                .itemVectors = true,
                                .trainable = true};
    return result;
}

} // namespace core
