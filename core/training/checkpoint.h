#pragma once
#include "core/engine/jobs.h"
#include "core/training/adamw.h"

namespace core {

/// Where a training stands after an epoch. Everything random in an epoch follows from seed and epoch, so this is all.
struct TrainState {
    std::string dataHash, settingsText; ///< must be equal for a resume
    int epoch = 0;                      ///< epochs done
    int bestEpoch = 0;
    std::map<std::string, double> bestMetrics;
    std::vector<TrainPoint> curve;
    double seconds = 0;
    TensorFile bestWeights; ///< of the best epoch
};

/// Complete or not at all.
void saveCheckpoint(const std::filesystem::path& folder, const TrainState& state, const torch::nn::Module& network,
                    const AdamW& optimizer);
/// Throws Error(notFound) where there is none, Error(corrupt), Error(invalidInput) where it was made from other data or
/// settings.
TrainState loadCheckpoint(const std::filesystem::path& folder, const std::string& dataHash,
                          const std::string& settingsText, torch::nn::Module& network, AdamW& optimizer);

} // namespace core
