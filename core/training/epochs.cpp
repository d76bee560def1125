#include "core/training/epochs.h"
#include "core/base/hash.h"
#include "core/tensors/weights.h"
#include <cmath>
#include <numbers>

namespace core {

std::uint64_t seedOf(std::uint64_t seed, int epoch) {
    return Hasher().add(static_cast<std::int64_t>(seed)).add(std::int64_t{epoch}).value();
}

double learningRateAt(double part, double highest, double warmUp) {
    constexpr double floor = 0.02;
    if (part < warmUp) return highest * std::max(floor, part / warmUp);
    const double fall = (part - warmUp) / (1 - warmUp);
    return highest * (floor + (1 - floor) * 0.5 * (1 + std::cos(std::numbers::pi * fall)));
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool runEpochs(const Epochs& epochs, TrainState& state, const torch::nn::Module& network, const AdamW& optimizer) {
    const auto isExhausted = [&] { return state.epoch - state.bestEpoch >= epochs.patience; };
    bool stoppedEarly = isExhausted();
    for (auto point : state.curve) {
        point.isEarlier = true;
        epochs.onPoint(point);
    }
    while (state.epoch < epochs.most && !stoppedEarly) {
        const auto start = std::chrono::steady_clock::now();
        TrainPoint point = epochs.train(state.epoch + 1);
        auto metrics = epochs.validate();
        state.epoch = point.epoch;
        state.seconds += secondsSince(start);
        point.validationNdcg10 = metrics.at("ndcg@10");
        point.secondsLeft = state.seconds / state.epoch * (epochs.most - state.epoch);
        state.curve.push_back(point);
        if (state.bestEpoch == 0 || metrics.at("ndcg@10") > state.bestMetrics.at("ndcg@10")) {
            state.bestEpoch = state.epoch;
            state.bestMetrics = std::move(metrics);
            state.bestWeights = {};
            storeWeights(network, "", state.bestWeights);
            if (epochs.keepMore) epochs.keepMore(state.bestWeights);
        }
        saveCheckpoint(epochs.folder, state, network, optimizer);
        epochs.onPoint(point);
        stoppedEarly = isExhausted();
    }
    return stoppedEarly && state.epoch < epochs.most;
}

} // namespace core
