#pragma once
#include "core/dataset/split.h"
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace core {

/// A stretch of one shopper's training events: every event in it is a target, read with the ones before it.
struct Segment {
    UserIndex user;
    std::int64_t from = 0, count = 0; ///< within LeaveOneOut::training(user)
};

/// One epoch of batches. Histories longer than `window` are cut anew each epoch, at a place drawn by `random`, so that
/// no event is always the first of its stretch. Segments of like length share a batch, so that little is padded. Every
/// training event is in exactly one segment.
std::vector<std::vector<Segment>> epochBatches(const LeaveOneOut& split, std::int64_t users, int window, int batchSize,
                                               std::mt19937_64& random);

/// A whole number in [0, limit), the same on every machine, unlike std::uniform_int_distribution.
std::uint64_t drawBelow(std::uint64_t limit, std::mt19937_64& random);
void shuffle(std::span<std::int64_t> values, std::mt19937_64& random);

} // namespace core
