#pragma once
#include "core/dataset/split.h"
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace core {

/// A stretch of one shopper's training events, and the event after it, which is the target.
struct VlmWindow {
    UserIndex user;
    std::int64_t from = 0, count = 0; ///< the history, within HeldOut::training(user)
};

/// A history of n events and a target: length uniform in 1 .. min(largest, n), start uniform (methods.md 1).
/// `events`: the training events of the shopper, two at least.
VlmWindow drawWindow(UserIndex user, std::int64_t events, int largest, std::mt19937_64& random);

/// One epoch: `visits` windows of each shopper with two training events or more, in random order. The last batch may
/// be smaller.
std::vector<std::vector<VlmWindow>> vlmBatches(const HeldOut& split, std::int64_t users, int largest, int visits,
                                               int batchSize, std::mt19937_64& random);

} // namespace core
