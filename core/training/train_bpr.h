#pragma once
#include "core/engine/jobs.h"
#include "core/recommenders/matrix_factors.h"
#include <filesystem>
#include <functional>
#include <random>

namespace core {

struct BprTraining {
    std::string name = "bpr-mf"; ///< as it appears in the model list
    std::uint64_t seed = 1;
    int epochs = 100;
    int patience = 5;             ///< measured epochs without a better validation NDCG@10 before it stops
    int epochsAMeasurement = 5;   ///< validation costs more than an epoch
    int validationUsers = 10'000; ///< at most, evenly spread
    std::string command;          ///< as typed, for the model card
    MatrixFactorSettings sizes;
};

/// One update of BPR (Rendle et al. 2009, figure 4) for a user who bought i and not j: p, q_i, q_j, b_i and b_j take a
/// step up the gradient of ln sigma(p . (q_i - q_j) + b_i - b_j) - regularization.
void bprStep(MatrixFactors& factors, std::span<float> userD, std::int64_t i, std::int64_t j);

/// Trains on the training part of the histories and writes `modelFolder`, complete or not at all; the best measured
/// epoch by validation NDCG@10 counts. It takes seconds to minutes and keeps no checkpoint: a stopped training starts
/// anew. Throws Error: cancelled, invalidInput (nothing to learn from).
TrainResult trainBpr(const Dataset& dataset, const BprTraining& chosen, const std::filesystem::path& modelFolder,
                     const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context);

} // namespace core
