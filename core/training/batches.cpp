#include "core/training/batches.h"
#include <algorithm>
#include <numeric>

namespace core {

namespace {

/// Batches that are sorted by length together: enough to pad little, few enough to leave batches different in every
/// epoch.
constexpr std::size_t batchesASort = 16;

std::vector<Segment> epochSegments(const LeaveOneOut& split, std::int64_t users, std::int64_t window,
                                   std::mt19937_64& random) {
    std::vector<Segment> segments;
    for (std::int32_t user = 0; user < users; ++user) {
        const auto events = static_cast<std::int64_t>(split.training({user}).size());
        if (events == 0) continue;
        std::int64_t to = events <= window
                              ? events
                              : 1 + static_cast<std::int64_t>(drawBelow(static_cast<std::uint64_t>(window), random));
        for (std::int64_t from = 0; from < events; from = to, to = std::min(events, to + window))
            segments.push_back({{user}, from, to - from});
    }
    return segments;
}

} // namespace

std::uint64_t drawBelow(std::uint64_t limit, std::mt19937_64& random) {
    return random() % limit; // the bias is below 2^-40 for any limit here
}

void shuffle(std::span<std::int64_t> values, std::mt19937_64& random) {
    for (std::size_t left = values.size(); left > 1; --left)
        std::swap(values[left - 1], values[drawBelow(left, random)]);
}

std::vector<std::vector<Segment>> epochBatches(const LeaveOneOut& split, std::int64_t users, int window, int batchSize,
                                               std::mt19937_64& random) {
    const auto segments = epochSegments(split, users, window, random);
    std::vector<std::int64_t> order(segments.size());
    std::iota(order.begin(), order.end(), 0);
    shuffle(order, random);
    const auto size = static_cast<std::size_t>(batchSize), pool = size * batchesASort;
    for (std::size_t from = 0; from < order.size(); from += pool) {
        const auto first = order.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last = order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), from + pool));
        std::stable_sort(first, last, [&](auto a, auto b) {
            return segments[static_cast<std::size_t>(a)].count < segments[static_cast<std::size_t>(b)].count;
        });
    }
    std::vector<std::int64_t> starts;
    for (std::size_t from = 0; from < order.size(); from += size) starts.push_back(static_cast<std::int64_t>(from));
    shuffle(starts, random);
    std::vector<std::vector<Segment>> batches;
    for (const auto start : starts) {
        auto& batch = batches.emplace_back();
        for (auto i = static_cast<std::size_t>(start);
             i < std::min(order.size(), static_cast<std::size_t>(start) + size); ++i)
            batch.push_back(segments[static_cast<std::size_t>(order[i])]);
    }
    return batches;
}

} // namespace core
