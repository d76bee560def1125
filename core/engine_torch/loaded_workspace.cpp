#include "core/engine_torch/loaded_workspace.h"
#include "core/dataset/split.h"
#include "core/engine_torch/model_heads.h"
#include "core/engine_torch/model_kinds.h"
#include "core/pictures/picture_table.h"
#include "core/recommenders/baselines.h"
#include "core/workspace/layout.h"
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

namespace core {

LoadedWorkspace::LoadedWorkspace(const std::filesystem::path& folder, const std::string& holdOut)
    : workspace_(folder, WorkspaceAccess::readOnly), dataset_(workspace_.loadDataset()), categories_(dataset_.items),
      cache_(folder) {
    dataset_.histories.holdOut = parseHoldOut(holdOut, dataset_.histories, dataset_.hasTimes);
    trainingHash_ = trainingEventsHash(dataset_.histories);
    repeatsOccur_ = core::repeatsOccur(HeldOut(dataset_.histories), dataset_.histories);
}

std::string LoadedWorkspace::holdOutOf(const std::string& model) const {
    const auto named = std::filesystem::exists(modelFolder(model)) ? model : splitHead(model).model;
    std::ifstream stream(modelFolder(named) / layout::modelCard, std::ios::binary);
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    const auto byDefault = holdOutText({});
    return json.is_object() ? json.value("hold_out", byDefault) : byDefault;
}

bool LoadedWorkspace::excludesHistoryItems(HistoryItems rule) const {
    return rule == HistoryItems::exclude || (rule == HistoryItems::automatic && !repeatsOccur_);
}

std::vector<ModelInfo> LoadedWorkspace::models() const {
    std::vector<ModelInfo> models;
    for (const auto name : baselineNames()) models.push_back(baselineInfo(name, trainingHash_));
    for (const auto& folder : workspace_.models()) models.push_back(describeModel(folder));
    return models;
}

ModelInfo LoadedWorkspace::model(const std::string& name) const {
    if (auto info = pickModel(models(), name)) return *std::move(info);
    throw Error(ErrorKind::notFound, "load model " + name + ": the workspace has no model of this name");
}

std::vector<std::filesystem::path> LoadedWorkspace::pictureFiles() {
    std::vector<ItemIndex> items(dataset_.itemCount());
    for (std::size_t slot = 0; slot < items.size(); ++slot) items[slot] = {static_cast<std::int32_t>(slot)};
    std::vector<std::filesystem::path> files;
    files.reserve(items.size());
    for (auto& item : workspace_.catalog().items(items)) files.push_back(std::move(item.picture));
    return files;
}

LoadedWorkspace::WithPictures LoadedWorkspace::readPictures(int side, const ProgressSink& progress,
                                                            std::stop_token stop) {
    const auto files = pictureFiles();

    WithPictures read{dataset_, 0};
    read.dataset.pictures = loadPictureTable(files, side, progress, stop);
    for (std::size_t slot = 0; slot < files.size(); ++slot)
        if (!files[slot].empty() && !read.dataset.pictures.has({static_cast<std::int32_t>(slot)})) ++read.unreadable;
    return read;
}

} // namespace core
