#pragma once
#include "core/base/index.h"
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// Ranks and their metrics over ids and numbers (methods.md 4.3): ties count as their expectation under random order,
/// because text twins tie by design and no order among them is the right one.
namespace core {

/// Where a target stands among its candidates.
struct TieRank {
    std::int64_t better = 0; ///< candidates of a strictly higher score
    std::int64_t tied = 0;   ///< candidates of the target's score, itself included; 0: the target is no candidate

    bool isCandidate() const { return tied > 0; }
    /// 1-based, mean over the tie's positions.
    double expected() const { return static_cast<double>(better) + static_cast<double>(tied + 1) / 2.0; }
};

/// `excluded`: distinct items that are not candidates; the target may be among them and is then a miss. Throws
/// Error(internal) where a score is not finite.
TieRank rankOf(std::span<const float> scoresV, ItemIndex target, std::span<const ItemIndex> excluded);

inline constexpr std::array<std::string_view, 8> metricNames{"recall@1", "recall@5", "recall@10", "recall@20",
                                                             "ndcg@5",   "ndcg@10",  "ndcg@20",   "mrr"};
inline constexpr std::size_t recallAt10Slot = 2, ndcgAt10Slot = 5;
/// One value for each of metricNames, each in [0, 1].
using MetricRow = std::array<float, metricNames.size()>;

/// All metrics of one rank. With m better and t tied: R@k = clamp(k - m, 0, t) / t; NDCG@k (one relevant product, gain
/// 1 / log2(rank + 1)) and MRR (1 / rank, no cut-off) are averaged over the t positions m + 1 .. m + t.
class RankMetrics {
public:
    /// `candidates`: the largest number of candidates of any rank to come.
    explicit RankMetrics(std::int64_t candidates);
    /// All zero where the target is no candidate.
    MetricRow of(TieRank rank) const;

private:
    double meanGain(TieRank rank, std::int64_t cutOff) const;

    std::vector<double> harmonic_; ///< harmonic_[n] = 1 + 1/2 + .. + 1/n
    std::vector<double> gain_;     ///< gain_[n] = sum over ranks 1..n of 1 / log2(rank + 1)
};

} // namespace core
