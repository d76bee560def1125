#pragma once
#include "core/training/checkpoint.h"
#include <chrono>
#include <functional>

namespace core {

/// Every epoch has its own random numbers, so that a resumed training draws the same ones. Epoch 0: the first weights.
std::uint64_t seedOf(std::uint64_t seed, int epoch);
/// Warm-up to `highest`, then half a cosine to a fiftieth; `part` of the whole training is done, in [0, 1], and
/// `warmUp` of it is the warm-up.
double learningRateAt(double part, double highest, double warmUp);
/// Seconds on the clock.
double secondsSince(std::chrono::steady_clock::time_point start);

/// What a training does in each epoch, and how many there are.
struct Epochs {
    std::filesystem::path folder; ///< of checkpoints
    int most = 1;
    int patience = 1;                                        ///< epochs without a better validation NDCG@10
    std::function<TrainPoint(int epoch)> train;              ///< fills epoch, epochs, loss and rate
    std::function<std::map<std::string, double>()> validate; ///< metrics by name, with "ndcg@10"
    std::function<void(TensorFile& bestWeights)> keepMore;   ///< beside the network's weights; empty: nothing
    const std::function<void(const TrainPoint&)>& onPoint;   ///< first of the epochs that were done before
};

/// Trains on from `state` until the epochs or the patience end; a checkpoint after each epoch, the best weights in
/// `state`. True where it stopped early. Throws what its parts throw; the last checkpoint then stands.
bool runEpochs(const Epochs& epochs, TrainState& state, const torch::nn::Module& network, const AdamW& optimizer);

} // namespace core
