#include "core/evaluation/ranks.h"
#include "core/base/error.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace core {

namespace {
constexpr std::int64_t largestCutOff = 20;
constexpr std::size_t scoresABlock = 1024; ///< counted in 32 bits

struct Counts {
    std::int32_t better = 0, tied = 0, finite = 0;
};

template <std::size_t Extent>
Counts countsOf(std::span<const float, Extent> scores, float wanted) {
    Counts counts;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        counts.better += scores[i] > wanted ? 1 : 0;
        counts.tied += scores[i] == wanted ? 1 : 0;
        counts.finite += std::abs(scores[i]) <= std::numeric_limits<float>::max() ? 1 : 0;
    }
    return counts;
}

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
    // Once a shopper over the whole catalog. Compilers turn a plain counting loop of known length into vector code.
    for (std::size_t from = 0; from < scoresV.size(); from += scoresABlock) {
        const auto left = scoresV.subspan(from);
        const auto counts =
            left.size() < scoresABlock ? countsOf(left, wanted) : countsOf(left.first<scoresABlock>(), wanted);
        if (counts.finite != static_cast<std::int32_t>(std::min(left.size(), scoresABlock)))
            throw Error(ErrorKind::internal, "rank a product: a score is not a finite number");
        rank.better += counts.better;
        rank.tied += counts.tied;
    }
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
