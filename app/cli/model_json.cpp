#include "app/cli/model_json.h"

namespace app {

nlohmann::ordered_json filesJson(const std::vector<core::ModelFileFact>& files) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& file : files) list.push_back({{"name", file.name}, {"bytes", file.bytes}});
    return list;
}

nlohmann::ordered_json arraysJson(const std::vector<core::ArrayFact>& arrays) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& array : arrays)
        list.push_back({{"name", array.name}, {"dtype", array.dtype}, {"shape", array.shape}});
    return list;
}

nlohmann::ordered_json capabilitiesJson(const core::Capabilities& capabilities) {
    return {{"new_history", capabilities.newHistory},
            {"reads_text", capabilities.readsText},
            {"reads_picture", capabilities.readsPicture},
            {"item_vectors", capabilities.itemVectors},
            {"trainable", capabilities.trainable}};
}

} // namespace app
