#pragma once
#include "core/array_files/safetensors.h"
#include "core/dataset/dataset.h"
#include <filesystem>
#include <map>
#include <string>

namespace core {

/// What a finished training of a recommender over product ids leaves behind.
struct IdModel {
    std::string name, recommender, modality;
    std::string settings, recipe; ///< JSON texts
    TensorFile weights;
    std::map<std::string, double> metrics; ///< validation, best epoch
    std::uint64_t seed = 1;
    int bestEpoch = 0, epochsRun = 0;
    double seconds = 0;
    std::string device, command;
    std::string about; ///< for the card: what it reads and how it scores, a sentence or two
};

/// Writes model.json, weights, items.json and the card (README.md) beside `folder` and swaps them in. Throws
/// Error(unavailable).
void writeIdModelFolder(const std::filesystem::path& folder, const IdModel& model, const Dataset& dataset);

} // namespace core
