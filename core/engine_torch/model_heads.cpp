#include "core/engine_torch/model_heads.h"
#include "core/engine/recommender_kinds.h"
#include "core/recommenders/vlm_folder.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

std::optional<ModelInfo> pickModel(const std::vector<ModelInfo>& models, const std::string& name) {
    const auto find = [&](const std::string& wanted) {
        return std::find_if(models.begin(), models.end(), [&](const ModelInfo& info) { return info.name == wanted; });
    };
    if (const auto found = find(name); found != models.end()) return *found;
    const auto [model, head] = splitHead(name);
    const auto found = find(model);
    if (found == models.end() || model == name) return {};
    auto info = *found;
    info.name = name;
    if (head == "dense") return info;
    if (info.recommender != vlmRecommender)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("use {}: {} has one way to rank, dense; models of kind {} have others", name, model,
                                vlmRecommender));
    if (head == "generative" && !info.capabilities.readsText)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("use {}: {} was trained on pictures alone, so it writes no texts", name, model));
    info.hash += "-" + head;
    info.metrics.clear(); // those are of the dense head
    info.capabilities.itemVectors = false;
    return info;
}

} // namespace core
