#include "core/engine/recommender_kinds.h"
#include "core/engine_torch/model_kinds.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/vlm_folder.h"
#include "core/recommenders/vlm_model.h"
#include <algorithm>
#include <fmt/format.h>

/// PixRec as published. Computes in fp32 on the CPU, whatever the device is.
namespace core {

namespace {

ModelInfo describeVlm(const ModelFolder& folder) {
    ModelInfo info;
    const auto* kind = findRecommenderKind(vlmRecommender);
    info.capabilities = kind->capabilities(folder.modality);
    info.capabilities.itemVectors = false; // text and picture are read as one
    if (!kind->takes(folder.modality))
        info.problem = fmt::format("its modality \"{}\" is none that {} knows", folder.modality, kind->title);
    else if (!std::filesystem::exists(folder.path / weightsFileName))
        info.problem = fmt::format("{} is missing", weightsFileName);
    return info;
}

std::string rowsKey(const LoadedWorkspace& workspace, const ModelInfo& info) {
    return fmt::format("vlm rows 1|{}|{}", info.hash, workspace.dataset().catalogHash);
}

bool takeCachedRows(LoadedWorkspace& workspace, const ModelInfo& info, VlmModel& model) {
    const auto matrix = workspace.cache().matrix(rowsKey(workspace, info));
    if (!matrix) return false;
    const auto values = matrix->values();
    try {
        model.useItems({matrix->rows(), matrix->width(), {values.begin(), values.end()}});
    } catch (const Error&) {
        return false; // made anew
    }
    return true;
}

void loadVlm(LoadedWorkspace& workspace, LoadedModel& loaded, const std::string& /*device*/,
             const ProgressSink& progress, std::stop_token stop) {
    auto model = VlmModel::load(workspace.modelFolder(loaded.info.name));
    throwIfStopped(stop, "load a model");
    std::int64_t unreadable = 0;
    if (model->pictureSide() > 0) { // histories are read with their pictures, so they are needed every time
        const auto read = workspace.readPictures(model->pictureSide(), progress, stop);
        unreadable = read.unreadable;
        model->prepare(read.dataset);
        loaded.hasPicture = model->hasPicture();
    } else
        model->prepare(workspace.dataset());
    if (unreadable > 0)
        loaded.notices.push_back(
            fmt::format("{} pictures could not be read; their products count as having none.", unreadable));
    const auto missing = std::count(loaded.hasPicture.begin(), loaded.hasPicture.end(), false);
    if (missing > unreadable)
        loaded.notices.push_back(fmt::format("{} of {} products have no picture; {} reads them as unknown.", missing,
                                             workspace.itemCount(), loaded.info.name));
    if (unreadable == 0 && takeCachedRows(workspace, loaded.info, *model)) {
        loaded.opening.isWarm = true;
    } else {
        model->encodeItems(progress, stop);
        loaded.opening.itemsEncoded = workspace.itemCount();
        const auto& rows = model->rows();
        if (unreadable == 0)
            workspace.cache().putMatrix(rowsKey(workspace, loaded.info), rows.rows, rows.width, rows.values);
    }
    loaded.recommender = std::move(model);
}

} // namespace

const ModelKind vlmKind{vlmRecommender, describeVlm, loadVlm};

} // namespace core
