#pragma once
#include "core/dataset/dataset.h"
#include "core/training/train_sequence.h"
#include <random>

namespace test {

inline core::Dataset datasetOfIds(int items, const std::vector<std::vector<int>>& histories) {
    core::Dataset dataset;
    for (int item = 0; item < items; ++item) {
        dataset.items.emplace_back().id = "i" + std::to_string(item);
        dataset.items.back().title = "thing number" + std::to_string(item);
    }
    for (const auto& history : histories) {
        std::vector<core::Event> events;
        for (const int item : history) events.push_back({{item}, static_cast<std::int64_t>(events.size())});
        dataset.histories.append(events);
    }
    dataset.catalogHash = "ids";
    return dataset;
}

/// Shoppers walk round a ring of products from anywhere: the next one follows from the last, and all are equally
/// popular, so that counts of single products tell nothing.
inline core::Dataset ring(int items = 12, int shoppers = 60, int events = 8) {
    std::mt19937_64 random(7);
    std::vector<std::vector<int>> histories;
    for (int shopper = 0; shopper < shoppers; ++shopper) {
        const auto start = static_cast<int>(random() % static_cast<std::uint64_t>(items));
        auto& history = histories.emplace_back();
        for (int event = 0; event < events; ++event) history.push_back((start + event) % items);
    }
    return datasetOfIds(items, histories);
}

/// A training of about a second.
inline core::SequenceTraining smallSequence(const std::string& recommender, int epochs = 12) {
    core::SequenceTraining training;
    training.name = recommender;
    training.device = "cpu";
    training.command = "pixrec train somewhere";
    training.sizes.recommender = recommender;
    training.sizes.width = 16;
    training.sizes.window = 10;
    training.sizes.innerWidth = 16;
    training.sizes.dropout = 0.1;
    training.sizes.wordRows = 64;
    training.sizes.words = 4;
    training.recipe.epochs = epochs;
    training.recipe.patience = 1000;
    training.recipe.batch = 8;
    training.recipe.learningRate = 1e-2;
    return training;
}

inline core::TrainResult train(
    const core::Dataset& dataset, const core::SequenceTraining& training, const std::filesystem::path& folder,
    std::stop_token stop = {}, const std::function<void(const core::TrainPoint&)>& onPoint = [](const auto&) {}) {
    core::JobContext context;
    context.threads = 1;
    context.stop = std::move(stop);
    return core::trainSequence(dataset, training, folder, onPoint, context);
}

} // namespace test
