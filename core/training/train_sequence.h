#pragma once
#include "core/dataset/dataset.h"
#include "core/engine/jobs.h"
#include "core/recommenders/sequence_settings.h"
#include <filesystem>
#include <functional>

namespace core {

/// How SASRec and BSARec are trained: cross entropy over the catalog, or over sampled products where it is large
/// (methods.md 3: loss choice matters more than architecture). Written to model.json.
struct SequenceRecipe {
    int epochs = 12;
    int patience = 6;           ///< epochs without a better validation NDCG@10 before it stops
    int batch = 64;             ///< segments
    double learningRate = 2e-3; ///< at first; falls in a straight line to `finalRate` of it in the last epoch
    double finalRate = 0.05;
    double weightDecay = 0;
    int fullSoftmax = 8192;       ///< catalogs up to so many products are scored whole in each step
    int negatives = 4096;         ///< larger ones: uniform, shared by a batch, beside the batch's own products
    int validationUsers = 10'000; ///< at most, evenly spread
};

struct SequenceTraining {
    std::string name = "sasrec"; ///< as it appears in the model list
    std::uint64_t seed = 1;
    std::string device = "auto";
    bool resume = false;
    std::string command; ///< as typed, for the model card
    SequenceSettings sizes;
    SequenceRecipe recipe;
};

/// Trains on the training part of the histories and writes `modelFolder`, complete or not at all; selection by
/// validation NDCG@10, checkpoints, resume, stop and errors as trainPixRec() (train_pixrec.h).
TrainResult trainSequence(const Dataset& dataset, const SequenceTraining& chosen,
                          const std::filesystem::path& modelFolder,
                          const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context);

} // namespace core
