#include "core/evaluation/ranks.h"
#include "core/base/error.h"
#include <algorithm>
#include <cmath>

namespace core {

namespace {
constexpr std::int64_t largestCutOff = 20;

double recall(TieRank rank, std::int64_t cutOff) {
    return static_cast<double>(std::clamp<std::int64_t>(cutOff - rank.better, 0, rank.tied)) /
           static_cast<double>(rank.tied);
}
} // namespace

TieRank rankOf(std::span<const float> scoresV, ItemIndex target, std::span<const ItemIndex> excluded) {
    if (!target.isValid() || target.slot() >= scoresV.size())
        throw Error(ErrorKind::internal, "rank a product: it is outside the scored catalog");
    const float wanted = scoresV[target.slot()];
    TieRank rank;
    // Plain counting loops: compilers turn them into vector code, and they run once a shopper over the whole catalog.
    std::int64_t finite = 0;
    for (const float score : scoresV) {
        rank.better += score > wanted ? 1 : 0;
        rank.tied += score == wanted ? 1 : 0;
        finite += std::abs(score) <= 3.4e38F ? 1 : 0;
    }
    if (finite != static_cast<std::int64_t>(scoresV.size()))
        throw Error(ErrorKind::internal, "rank a product: a score is not a finite number");
    for (const auto item : excluded) {
        if (item == target) return {0, 0};
        const float score = scoresV[item.slot()];
        rank.better -= score > wanted ? 1 : 0;
        rank.tied -= score == wanted ? 1 : 0;
    }
    return rank;
}

RankMetrics::RankMetrics(std::int64_t candidates) : harmonic_(static_cast<std::size_t>(candidates) + 1, 0.0) {
    for (std::size_t n = 1; n < harmonic_.size(); ++n) harmonic_[n] = harmonic_[n - 1] + 1.0 / static_cast<double>(n);
    gain_.assign(largestCutOff + 1, 0.0);
    for (std::size_t n = 1; n < gain_.size(); ++n)
        gain_[n] = gain_[n - 1] + 1.0 / std::log2(static_cast<double>(n) + 1.0);
}

double RankMetrics::meanGain(TieRank rank, std::int64_t cutOff) const {
    const auto from = static_cast<std::size_t>(std::min(rank.better, cutOff));
    const auto to = static_cast<std::size_t>(std::min(rank.better + rank.tied, cutOff));
    return (gain_[to] - gain_[from]) / static_cast<double>(rank.tied);
}

MetricRow RankMetrics::of(TieRank rank) const {
    if (!rank.isCandidate()) return {};
    const auto from = static_cast<std::size_t>(rank.better);
    const auto to = static_cast<std::size_t>(rank.better + rank.tied);
    if (to >= harmonic_.size()) throw Error(ErrorKind::internal, "compute metrics: more candidates than announced");
    const double reciprocal = (harmonic_[to] - harmonic_[from]) / static_cast<double>(rank.tied);
    const std::array<double, metricNames.size()> values{recall(rank, 1),    recall(rank, 5),   recall(rank, 10),
                                                        recall(rank, 20),   meanGain(rank, 5), meanGain(rank, 10),
                                                        meanGain(rank, 20), reciprocal};
    MetricRow row;
    std::transform(values.begin(), values.end(), row.begin(), [](double value) { return static_cast<float>(value); });
    return row;
}

} // namespace core
