#include "core/recommenders/mix.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/json_problem.h"
#include "core/recommenders/pixrec_folder.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

namespace core {

void to_json(nlohmann::json& json, const MixSettings& settings) {
    auto parts = nlohmann::json::array();
    for (const auto& part : settings.parts)
        parts.push_back({{"name", part.name}, {"hash", part.hash}, {"weight", part.weight}});
    json = {{"parts", std::move(parts)}};
    if (settings.fusion == Fusion::ranks) json["fusion"] = "ranks"; // mixes of scores keep their hashes
}

void from_json(const nlohmann::json& json, MixSettings& settings) {
    settings = {};
    try {
        for (const auto& part : json.at("parts"))
            settings.parts.push_back({part.at("name").get<std::string>(), part.at("hash").get<std::string>(),
                                      part.at("weight").get<double>()});
        const auto fusion = json.value("fusion", "scores");
        if (fusion != "scores" && fusion != "ranks")
            throw Error(ErrorKind::corrupt, fmt::format("model settings: a mix of \"{}\" is not known", fusion));
        if (fusion == "ranks") settings.fusion = Fusion::ranks;
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("model settings: {}", jsonProblem(error)));
    }
    if (settings.parts.size() < 2) throw Error(ErrorKind::corrupt, "model settings: a mix has two parts at least");
}

std::string mixHash(const MixSettings& settings) {
    return Hasher().add("mix").add(nlohmann::json(settings).dump()).hex();
}

MixFolder readMixFolder(const std::filesystem::path& folder) {
    const auto file = folder / modelFileName;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("open model: {} is missing", file.string()));
    MixFolder result;
    try {
        const auto json = nlohmann::json::parse(stream);
        result.settings = json.at("settings").get<MixSettings>();
        result.info.name = folder.filename().string();
        result.info.recommender = json.at("recommender").get<std::string>();
        result.info.modality = json.at("modality").get<std::string>();
        result.info.hash = json.at("hash").get<std::string>();
        result.info.metrics = json.at("metrics").get<std::map<std::string, double>>();
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: {}", file.string(), jsonProblem(error)));
    }
    if (result.info.hash != mixHash(result.settings))
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: its parts are not what was written", file.string()));
    result.info.capabilities = {.newHistory = true, .trainable = true};
    return result;
}

void standardize(std::span<float> scoresV) {
    double sum = 0, squares = 0;
    for (const float score : scoresV) {
        sum += static_cast<double>(score);
        squares += static_cast<double>(score) * static_cast<double>(score);
    }
    const double count = static_cast<double>(std::max<std::size_t>(1, scoresV.size())), mean = sum / count;
    const double variance = squares / count - mean * mean;
    const auto centre = static_cast<float>(mean);
    const auto scale = static_cast<float>(variance > 1e-12 * mean * mean ? 1 / std::sqrt(variance) : 0);
    for (float& score : scoresV) score = (score - centre) * scale;
}

void reciprocalRanks(std::span<float> scoresV) {
    constexpr std::size_t mostRanks = 1000;
    std::vector<float> best(scoresV.begin(), scoresV.end());
    const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(mostRanks, best.size()));
    std::partial_sort(best.begin(), end, best.end(), std::greater<>());
    for (float& score : scoresV)
        score = 1.0F /
                static_cast<float>(1 + (std::lower_bound(best.begin(), end, score, std::greater<>()) - best.begin()));
}

void bringToOneScale(std::span<float> scoresV, Fusion fusion) {
    if (fusion == Fusion::ranks)
        reciprocalRanks(scoresV);
    else
        standardize(scoresV);
}

Mix::Mix(MixFolder folder, std::vector<std::unique_ptr<Recommender>> parts)
    : folder_(std::move(folder)), parts_(std::move(parts)) {
    const auto& wanted = folder_.settings.parts;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto info = i < parts_.size() ? parts_[i]->info() : ModelInfo();
        if (info.hash != wanted[i].hash)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("open model {}: its part {} has changed since the weights were chosen (hash {} "
                                    "instead of {}); train the mix anew",
                                    folder_.info.name, wanted[i].name, info.hash, wanted[i].hash));
        folder_.info.capabilities.readsText |= info.capabilities.readsText;
        folder_.info.capabilities.readsPicture |= info.capabilities.readsPicture;
    }
}

void Mix::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto width = static_cast<std::size_t>(itemCount());
    std::fill(scoresBV.begin(), scoresBV.end(), 0.0F);
    partBV_.resize(scoresBV.size());
    for (std::size_t part = 0; part < parts_.size(); ++part) {
        const auto weight = static_cast<float>(folder_.settings.parts[part].weight);
        if (weight == 0.0F) continue;
        parts_[part]->score(histories, partBV_, stop);
        for (std::size_t row = 0; row < histories.size(); ++row)
            bringToOneScale(std::span(partBV_).subspan(row * width, width), folder_.settings.fusion);
        for (std::size_t i = 0; i < scoresBV.size(); ++i) scoresBV[i] += weight * partBV_[i];
    }
}

const VectorTable& Mix::itemVectors(SimilarSpace space) {
    for (const auto& part : parts_)
        if (part->info().capabilities.itemVectors) return part->itemVectors(space);
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: no part of {} has vectors of products", folder_.info.name));
}

int Mix::historyWindow() const {
    int longest = 0;
    for (const auto& part : parts_) {
        if (part->historyWindow() == 0) return 0;
        longest = std::max(longest, part->historyWindow());
    }
    return longest;
}

} // namespace core
