#pragma once
#include "core/dataset/dataset.h"
#include "core/dataset/encoded_table.h"
#include "core/engine/jobs.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/training/train_recipe.h"
#include <filesystem>
#include <functional>
#include <string>

namespace core {

/// What a user may choose, and, for tests and benchmarks, the sizes and the recipe that are frozen for users. All of it
/// is written to model.json.
struct TrainSettings {
    std::string name = "pixrec";   ///< as it appears in the model list
    std::string modality = "both"; ///< "text", "image", "both"
    std::optional<int> epochs;     ///< nothing: as many as the recipe has
    std::uint64_t seed = 1;
    std::string device = "auto";
    bool resume = false;
    std::string command;    ///< as typed, for the model card
    EncodedCatalog encoded; ///< of the frozen encoders in `sizes`
    PixRecSettings sizes;   ///< its modality and vocabulary size are set by the training
    TrainRecipe recipe;
};

/// Trains PixRec, item level, on the training part of the histories (LeaveOneOut) and writes `modelFolder`, complete or
/// not at all, replacing an older one. Selects the epoch by validation NDCG@10 and stops early. After each epoch all
/// that is needed to go on is kept in `.<name>.training` beside the model folder; with `resume` a training goes on from
/// there and ends bit for bit as if it had never stopped (same machine, same thread count). Throws Error(cancelled) on
/// a stop, leaving that checkpoint; Error(invalidInput) where the data cannot be learnt from (no user with three
/// events, no pictures for a picture model) or `resume` finds other data or settings; Error(notFound) where `resume`
/// finds nothing.
TrainResult trainPixRec(const Dataset& dataset, const TrainSettings& settings, const std::filesystem::path& modelFolder,
                        const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context);

/// Where a training of `modelFolder` keeps its checkpoint: a hidden folder beside it.
std::filesystem::path trainingFolder(const std::filesystem::path& modelFolder);

} // namespace core
