#pragma once
#include "core/checkpoints/tiny_backbone.h"
#include "core/dataset/dataset.h"
#include "core/engine/jobs.h"
#include "core/recommenders/vlm_settings.h"
#include "core/training/vlm_recipe.h"
#include <filesystem>
#include <functional>

namespace core {

struct VlmTraining {
    std::string name = "pixrec-vlm"; ///< as it appears in the model list
    std::uint64_t seed = 1;
    bool resume = false;
    std::string device = "auto"; ///< as pickDevice() takes it
    /// The changes of LoRA are added to the layers in the end, and the model keeps its own checkpoint.
    bool merges = false;
    std::string command;  ///< as typed, for the model card
    VlmSettings settings; ///< `backbone`: "tiny", or a checkpoint's folder
    TinyBackbone tiny;
    /// Where `settings` have an item tower: the folder of the trained PixRec model that it is taken from.
    std::filesystem::path itemTower;
    VlmRecipe recipe;
};

/// Trains PixRec as published on the training part of the histories (HeldOut) and writes `modelFolder`, complete or not
/// at all. Selects the epoch by validation NDCG@10 and stops early. After each epoch a checkpoint stands beside the
/// folder; with `resume` it goes on from there and ends, on the same machine, with the same bits. Throws
/// Error(cancelled) after a stop, leaving that checkpoint; Error(invalidInput) where there is nothing to learn from,
/// no picture for a modality that needs them, or `resume` finds other data or settings; Error(notFound) where `resume`
/// finds nothing; and what reading a checkpoint throws.
TrainResult trainVlm(const Dataset& dataset, const VlmTraining& chosen, const std::filesystem::path& modelFolder,
                     const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context);

/// The side in pixels at which a training with this checkpoint wants pictures; 0 for modality "text". Throws what
/// reading a checkpoint throws.
int vlmPictureSide(const std::string& backbone, const std::string& modality);

} // namespace core
