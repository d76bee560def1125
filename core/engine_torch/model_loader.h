#pragma once
#include "core/engine_torch/loaded_workspace.h"
#include "core/tensors/device.h"

namespace core {

/// A recommender that is ready to score, and what was found out while it was made ready.
struct LoadedModel {
    ModelInfo info;
    std::unique_ptr<Recommender> recommender;
    OpenInfo opening;
    std::vector<bool> hasPicture;     ///< by item; empty where the model reads no pictures
    std::vector<std::string> notices; ///< about the whole catalog, shown beside every list
};

/// Makes a model ready: counts a baseline, or loads a network and takes its item vectors from the cache, else encodes
/// the catalog and stores them there. `info` is one of workspace.models(). Throws Error: what info.problem says
/// (corrupt), whatever the recommender's load throws, cancelled.
LoadedModel loadModel(LoadedWorkspace& workspace, const ModelInfo& info, const Computing& computing,
                      const ProgressSink& progress, std::stop_token stop);

} // namespace core
