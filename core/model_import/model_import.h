#pragma once
#include "core/base/progress.h"
#include "core/engine/brought_models.h"
#include "core/recommenders/brought_folder.h"
#include <stop_token>

namespace core {

class Workspace;

/// A model that was read and held against a workspace, ready to be written where `found.isFit`.
struct PreparedModel {
    AddModelResult found;
    BroughtSettings settings;
    std::optional<BroughtVectors> vectors;
    std::optional<BroughtLists> lists;
    std::filesystem::path script;       ///< a TorchScript
    std::vector<std::string> scriptIds; ///< product ids by the numbers that it knows them by
    std::filesystem::path native;       ///< a folder that is taken as it is
};

/// Reads and checks; changes nothing and runs nothing. What is wrong with the files is among the findings. Throws
/// Error: cancelled, or whatever the workspace throws.
PreparedModel prepareModel(const AddModelRequest& request, Workspace& workspace, const ProgressSink& progress,
                           const std::stop_token& stop);

/// Writes the model's folder, with its card; gives back the model's hash. Throws Error(unavailable).
std::string writeModel(const PreparedModel& model, const AddModelRequest& request, const std::string& catalogHash,
                       const std::filesystem::path& folder);

} // namespace core
