#pragma once
#include "core/dataset/encoded_table.h"
#include "core/engine/jobs.h"
#include "core/recommenders/recommender.h"
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace core {

/// What a trainer may need. All references outlive the training.
struct TrainInput {
    const TrainRequest& request;
    std::filesystem::path folder; ///< what to write: models/<name>
    const Dataset& dataset;       ///< with pictures where the trainer asked for them
    EncodedCatalog encoded;       ///< by the encoders that it asked for
    /// Another model of the workspace, ready to score. Throws Error(notFound) and what loading it throws.
    std::function<std::unique_ptr<Recommender>(const std::string& name)> loadModel;
    const std::function<void(const TrainPoint&)>& onPoint;
    const JobContext& context;
};

/// Folders of encoders from elsewhere whose vectors of the catalog a training reads; empty: none.
struct WantedEncoders {
    std::filesystem::path text, picture;
};

/// How one recommender kind (core/engine/recommender_kinds.h) is trained. To add one: a row in the table of
/// trainers.cpp.
struct Trainer {
    std::string_view recommender;
    /// The side in pixels at which it wants the catalog's pictures; 0: none.
    int (*pictureSide)(const TrainRequest& request);
    /// Whose vectors it wants in TrainInput::encoded.
    WantedEncoders (*encoders)(const TrainRequest& request);
    TrainResult (*train)(const TrainInput& input);
};

/// Throws Error(invalidInput) where the request's recommender, modality, epochs or parts make no sense; names what
/// would.
const Trainer& trainerFor(const TrainRequest& request);

} // namespace core
