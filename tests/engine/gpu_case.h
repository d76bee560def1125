#pragma once
#include "core/tensors/device.h"
#include "tests/support/cases.h"
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <span>
#include <vector>

/// What tests share that only a graphics processor can pass.
namespace test {

inline const char* const gpu = "cuda:0";

/// Without a GPU the case has nothing to show, and ctest calls the program skipped.
inline bool isThereAGpu() {
    if (core::availableDevices().size() > 1) return true;
    std::puts("SKIPPED: there is no GPU that this LibTorch can use");
    return false;
}

inline std::vector<std::size_t> orderOf(std::span<const float> scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [scores](auto one, auto other) { return scores[one] > scores[other]; });
    return order;
}

/// The best 100 of every `items` scores stand in the same order, up to scores that are as good as equal.
inline void expectEqualLists(std::span<const float> first, std::span<const float> second, std::size_t items) {
    for (std::size_t at = 0; at < first.size(); at += items) {
        const auto one = first.subspan(at, items), other = second.subspan(at, items);
        const auto orderOne = orderOf(one), orderOther = orderOf(other);
        for (std::size_t i = 0; i < std::min<std::size_t>(100, items); ++i)
            COMPARE_NEAR(one[orderOne[i]], one[orderOther[i]], 1e-4);
    }
}

} // namespace test
