#include "core/engine_torch/recommendation_codec.h"
#include "core/base/hash.h"
#include <nlohmann/json.hpp>

namespace core {

namespace {
ItemIndex itemOf(const nlohmann::json& json, std::int64_t itemCount) {
    const auto value = json.get<std::int32_t>();
    if (value < 0 || value >= itemCount) throw nlohmann::json::other_error::create(501, "no such product", nullptr);
    return {value};
}
} // namespace

std::string encodeRecommendation(const RecommendResult& result) {
    auto items = nlohmann::json::array(), probes = nlohmann::json::array();
    for (const auto& entry : result.items) items.push_back({entry.item.value, entry.score});
    for (const auto& probe : result.probes)
        probes.push_back({probe.item.value, probe.rank, probe.modelRank, probe.tied, probe.score, probe.excludedBy});
    return nlohmann::json{{"items", items},
                          {"probes", probes},
                          {"candidates", result.candidates},
                          {"excluded", result.excluded},
                          {"history_items_excluded", result.historyItemsExcluded},
                          {"history_window", result.historyWindow},
                          {"notices", result.notices}}
        .dump();
}

std::optional<RecommendResult> decodeRecommendation(std::string_view text, std::int64_t itemCount) {
    try {
        const auto json = nlohmann::json::parse(text);
        RecommendResult result;
        for (const auto& entry : json.at("items"))
            result.items.push_back(
                {itemOf(entry.at(0), itemCount), static_cast<int>(result.items.size()) + 1, entry.at(1).get<float>()});
        for (const auto& probe : json.at("probes"))
            result.probes.push_back({itemOf(probe.at(0), itemCount), probe.at(1).get<std::int64_t>(),
                                     probe.at(2).get<std::int64_t>(), probe.at(3).get<std::int64_t>(),
                                     probe.at(4).get<float>(), probe.at(5).get<std::string>()});
        result.candidates = json.at("candidates").get<std::int64_t>();
        result.excluded = json.at("excluded").get<std::int64_t>();
        result.historyItemsExcluded = json.at("history_items_excluded").get<bool>();
        result.historyWindow = json.at("history_window").get<int>();
        result.notices = json.at("notices").get<std::vector<std::string>>();
        return result;
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

std::string probesHash(const std::vector<ItemIndex>& probes) {
    Hasher hasher;
    for (const auto probe : probes) hasher.add(std::int64_t{probe.value});
    return hasher.hex();
}

} // namespace core
