#pragma once
#include "core/engine/jobs.h"
#include "core/recommenders/mix.h"
#include <filesystem>
#include <functional>
#include <vector>

namespace core {

struct MixTraining {
    std::string name = "mix";                                   ///< as it appears in the model list
    int validationUsers = 5'000;                                ///< at most, evenly spread
    std::vector<Fusion> fusions{Fusion::scores, Fusion::ranks}; ///< which are tried; the better one is taken
    int coarseSteps = 10; ///< weights are multiples of 1 / coarseSteps first, then of half and a quarter of it nearby
    std::string command;  ///< as typed, for the model card
};

/// All weights of `parts` models that are multiples of 1 / steps and sum to 1.
std::vector<std::vector<double>> weightGrid(std::size_t parts, int steps);

/// Of weightGrid(parts.size(), steps), the weights of best NDCG@10 on at most `validationUsers` examples of the
/// validation split, in one pass over the parts' scores. Throws as trainMix().
std::vector<double> bestWeights(const Dataset& dataset, int validationUsers, int steps,
                                std::vector<std::unique_ptr<Recommender>>& parts, const JobContext& context);

/// Chooses fusion and weights of a mix by NDCG@10 on the validation split of `dataset` and writes `modelFolder`
/// (model.json and a card), complete or not at all. The parts must have been trained with the same events held out. One
/// point a round. Throws Error: cancelled, invalidInput (fewer than two parts, no validation events).
TrainResult trainMix(const Dataset& dataset, const MixTraining& chosen, std::vector<std::unique_ptr<Recommender>> parts,
                     const std::filesystem::path& modelFolder, const std::function<void(const TrainPoint&)>& onPoint,
                     const JobContext& context);

} // namespace core
