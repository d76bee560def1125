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

/// As long as it can be, for networks that learn from each of its events.
VlmWindow drawStretch(UserIndex user, std::int64_t events, int largest, std::mt19937_64& random);

/// How an epoch is cut into batches.
struct VlmBatching {
    int largest = 5; ///< events of a history
    int visits = 1;  ///< windows of each shopper
    int size = 32;   ///< windows of a batch
    bool wantsStretches = false;
};
/// One epoch: windows of each shopper with two training events or more, in random order. The last batch may be
/// smaller.
std::vector<std::vector<VlmWindow>> vlmBatches(const HeldOut& split, std::int64_t users, const VlmBatching& how,
                                               std::mt19937_64& random);

} // namespace core
