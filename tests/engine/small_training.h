#pragma once
#include "core/training/train_pixrec.h"
#include "tests/support/toy_dataset.h"

namespace test {

/// Six types in three colours, so 18 products of which three share each text; 60 shoppers.
inline core::Dataset smallToy(std::uint64_t seed = 1) {
    return toyDataset({.types = 6, .colours = 3, .shoppers = 60, .events = 6, .seed = seed});
}

/// A training of a second or two: a small network, few epochs.
inline core::TrainSettings smallTraining(const std::string& modality, int epochs) {
    core::TrainSettings settings;
    settings.name = modality;
    settings.modality = modality;
    settings.epochs = epochs;
    settings.device = "cpu";
    settings.command = "pixrec train somewhere";
    settings.sizes.width = 32;
    settings.sizes.window = 8;
    settings.sizes.innerWidth = 64;
    settings.sizes.vocabulary = 400;
    settings.sizes.tokens = 32;
    settings.sizes.tokenWidth = 16;
    settings.recipe.patience = 1000;
    return settings;
}

inline core::TrainResult train(const core::Dataset& dataset, const core::TrainSettings& settings,
                               const std::filesystem::path& folder, std::stop_token stop = {}) {
    core::JobContext context;
    context.threads = 1;
    context.stop = std::move(stop);
    return core::trainPixRec(
        dataset, settings, folder, [](const core::TrainPoint&) {}, context);
}

} // namespace test
