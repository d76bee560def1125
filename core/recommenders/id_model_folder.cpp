#include "core/recommenders/id_model_folder.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/json_problem.h"
#include "core/engine/recommender_kinds.h"
#include "core/recommenders/pixrec_folder.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace core {

namespace {
nlohmann::json parse(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("open model: {} is missing", file.string()));
    return nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
}
} // namespace

std::string idModelHash(const std::filesystem::path& folder, const std::string& settings) {
    Hasher hasher;
    hasher.add(settings);
    addModelFile(hasher, folder / weightsFileName);
    addModelFile(hasher, folder / itemsFileName);
    return hasher.hex();
}

IdModelFolder readIdModelFolder(const std::filesystem::path& folder) {
    const auto file = folder / modelFileName;
    IdModelFolder result;
    try {
        const auto json = parse(file);
        result.info = modelInfoOf(json, folder);
        result.settings = json.at("settings").dump();
        result.itemIds = parse(folder / itemsFileName).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: {}", folder.string(), jsonProblem(error)));
    }
    if (const auto hash = idModelHash(folder, result.settings); hash != result.info.hash)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: {} or {} are not what was written (hash {} instead of {})",
                                folder.string(), weightsFileName, itemsFileName, hash, result.info.hash));
    if (const auto* kind = findRecommenderKind(result.info.recommender))
        result.info.capabilities = kind->capabilities(result.info.modality);
    return result;
}

CatalogRows::CatalogRows(std::span<const std::string> modelIds, std::span<const ItemText> catalog) {
    std::unordered_map<std::string_view, std::int32_t> rowOfId;
    for (std::size_t row = 0; row < modelIds.size(); ++row) rowOfId[modelIds[row]] = static_cast<std::int32_t>(row);
    rowOfItem_.reserve(catalog.size());
    for (const auto& item : catalog) {
        const auto found = rowOfId.find(item.id);
        rowOfItem_.push_back(found == rowOfId.end() ? -1 : found->second);
        unknown_ += found == rowOfId.end() ? 1 : 0;
        isInOrder_ = isInOrder_ && rowOfItem_.back() == std::ssize(rowOfItem_) - 1;
    }
}

std::vector<std::int64_t> CatalogRows::rowsOf(std::span<const Event> history, int window) const {
    std::vector<std::int64_t> rows;
    for (auto event = history.rbegin(); event != history.rend() && std::ssize(rows) < window; ++event)
        if (const auto row = rowOfItem_[event->item.slot()]; row >= 0) rows.push_back(row);
    std::reverse(rows.begin(), rows.end());
    return rows;
}

void CatalogRows::spread(std::span<const float> scoresR, std::span<float> scoresV) const {
    if (isInOrder_) { // as where the model was trained
        std::copy_n(scoresR.begin(), scoresV.size(), scoresV.begin());
        return;
    }
    float lowest = 0;
    if (unknown_ > 0 && !scoresR.empty()) {
        lowest = *std::min_element(scoresR.begin(), scoresR.end());
        lowest -= std::max(1.0F, std::abs(lowest) * 1e-3F); // below all others in float, whatever their size
    }
    for (std::size_t item = 0; item < rowOfItem_.size(); ++item)
        scoresV[item] = rowOfItem_[item] < 0 ? lowest : scoresR[static_cast<std::size_t>(rowOfItem_[item])];
}

} // namespace core
