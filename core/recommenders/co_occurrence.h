#pragma once
#include "core/dataset/dataset.h"
#include <array>
#include <stop_token>

namespace core {

/// How often each product was bought in training, by catalog position.
std::vector<std::int64_t> trainingCounts(const Dataset& dataset);

/// Item co-occurrence (methods.md 3). Over ordered pairs of training events of a user at most 50 places apart,
/// M[a, b] += distance^-0.5 for a before b and half of that for M[b, a]; then M[a, b] /= (count_a count_b)^0.3.
/// A history scores product b with the sum over its newest events, the k-th most recent one a_k weighted: M[a_k, b] /
/// k. How many events: 5 or 50, whichever has the better NDCG@10 on the validation split.
class CoOccurrenceTable {
public:
    static constexpr int pairDistance = 50;
    static constexpr std::array<int, 2> windows{5, 50};

    /// Time and memory grow with events x 100 at most, never with the square of the catalog. Throws Error(cancelled).
    CoOccurrenceTable(const Dataset& dataset, std::stop_token stop);

    void score(std::span<const Event> history, std::span<float> scoresV) const { score(history, window_, scoresV); }
    /// One of `windows`: the newest events that count.
    int window() const { return window_; }
    /// M[a, b]; for tests.
    float weight(ItemIndex a, ItemIndex b) const;

private:
    struct Entry {
        std::int32_t item;
        float weight;
    };
    std::span<const Entry> row(ItemIndex a) const;
    void score(std::span<const Event> history, int window, std::span<float> scoresV) const;
    int betterWindow(const Dataset& dataset, const std::stop_token& stop) const;

    int window_ = windows.back();
    std::vector<std::size_t> begin_{0}; ///< items + 1 offsets into entries_
    std::vector<Entry> entries_;        ///< a row's entries in catalog order
};

} // namespace core
