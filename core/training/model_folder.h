#pragma once
#include "core/array_files/safetensors.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/text/byte_pair_vocabulary.h"
#include "core/training/train_pixrec.h"
#include "core/training/train_recipe.h"
#include <map>

namespace core {

/// What a finished training leaves behind.
struct TrainedModel {
    const TrainSettings& chosen;
    const PixRecSettings& settings;
    const TrainRecipe& recipe;
    const BytePairVocabulary& vocabulary;
    const TensorFile& weights;
    std::map<std::string, double> metrics; ///< validation, best epoch
    int bestEpoch = 0, epochsRun = 0;
    double seconds = 0;
    std::string catalogHash, holdOut, device;
    std::int64_t items = 0, users = 0, trainingEvents = 0, pictures = 0;
};

/// Writes model.json, weights, vocabulary and the card (README.md) beside `folder` and swaps them in. Throws
/// Error(unavailable).
void writeModelFolder(const std::filesystem::path& folder, const TrainedModel& model);

} // namespace core
