#include "core/training/vlm_batches.h"
#include "core/training/batches.h"
#include <algorithm>
#include <numeric>

namespace core {

VlmWindow drawWindow(UserIndex user, std::int64_t events, int largest, std::mt19937_64& random) {
    const auto history = events - 1;
    const auto longest = std::min<std::int64_t>(largest, history);
    const auto count = 1 + static_cast<std::int64_t>(drawBelow(static_cast<std::uint64_t>(longest), random));
    const auto from = static_cast<std::int64_t>(drawBelow(static_cast<std::uint64_t>(history - count + 1), random));
    return {user, from, count};
}

VlmWindow drawStretch(UserIndex user, std::int64_t events, int largest, std::mt19937_64& random) {
    const auto count = std::min<std::int64_t>(largest, events - 1);
    const auto from = static_cast<std::int64_t>(drawBelow(static_cast<std::uint64_t>(events - count), random));
    return {user, from, count};
}

std::vector<std::vector<VlmWindow>> vlmBatches(const HeldOut& split, std::int64_t users, const VlmBatching& how,
                                               std::mt19937_64& random) {
    std::vector<VlmWindow> windows;
    for (std::int32_t user = 0; user < users; ++user) {
        const auto events = std::ssize(split.training({user}));
        for (int visit = 0; events > 1 && visit < how.visits; ++visit)
            windows.push_back(how.wantsStretches ? drawStretch({user}, events, how.largest, random)
                                                 : drawWindow({user}, events, how.largest, random));
    }
    std::vector<std::int64_t> order(windows.size());
    std::iota(order.begin(), order.end(), 0);
    shuffle(order, random);
    std::vector<std::vector<VlmWindow>> batches;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % static_cast<std::size_t>(how.size) == 0) batches.emplace_back();
        batches.back().push_back(windows[static_cast<std::size_t>(order[i])]);
    }
    return batches;
}

} // namespace core
