#pragma once
#include "core/array_files/safetensors.h"
#include "core/dataset/dataset.h"
#include "core/recommenders/vlm_settings.h"
#include "core/training/vlm_recipe.h"
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace core {

/// What a finished training of a vision-language network leaves behind.
struct TrainedVlm {
    std::string name, command;
    VlmSettings settings;
    VlmRecipe recipe;
    TensorFile weights;                    ///< projections, and LoRA's changes where they stay apart
    std::filesystem::path checkpoint;      ///< the folder that was trained from
    std::optional<TensorFile> backbone;    ///< the checkpoint's weights as they are now; nothing: as they were
    std::map<std::string, double> metrics; ///< validation, best epoch
    std::uint64_t seed = 1;
    std::string device; ///< "cpu" or "cuda:N"
    int bestEpoch = 0, epochsRun = 0;
    double seconds = 0;
    std::int64_t trainingEvents = 0, pictures = 0;
};

/// Writes the folder (vlm_folder.h) and its card beside `folder` and swaps them in. Throws Error(unavailable).
void writeVlmFolder(const std::filesystem::path& folder, const TrainedVlm& model, const Dataset& dataset);
std::string recipeJson(const VlmRecipe& recipe);

} // namespace core
