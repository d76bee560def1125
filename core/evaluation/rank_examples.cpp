#include "core/evaluation/rank_examples.h"
#include <algorithm>
#include <numeric>

namespace core {

namespace {
std::size_t blockSize(std::int64_t itemCount) {
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>((std::int64_t{4} << 20) / std::max<std::int64_t>(itemCount, 1), 1, 128));
}
} // namespace

std::vector<ItemIndex> excludedItems(std::span<const Event> history, bool historyItemsExcluded) {
    std::vector<ItemIndex> items;
    if (!historyItemsExcluded) return items;
    for (const auto& event : history) items.push_back(event.item);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

std::vector<TieRank> rankExamples(std::span<const Example> examples, std::int64_t itemCount, bool historyItemsExcluded,
                                  const ScoreExamples& score, const std::function<void(std::int64_t)>& onDone) {
    const auto width = static_cast<std::size_t>(itemCount);
    const std::size_t block = blockSize(itemCount);
    // Like lengths together: models of sequences pad a block to its longest history.
    std::vector<std::size_t> order(examples.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return examples[a].input.size() < examples[b].input.size(); });
    std::vector<float> scoresBV(std::min(block, examples.size()) * width);
    std::vector<TieRank> ranks(examples.size());
    std::vector<Example> part;
    for (std::size_t from = 0; from < order.size(); from += block) {
        const auto places = std::span(order).subspan(from, std::min(block, order.size() - from));
        part.clear();
        for (const auto place : places) part.push_back(examples[place]);
        score(part, std::span(scoresBV).first(part.size() * width));
        for (std::size_t row = 0; row < part.size(); ++row)
            ranks[places[row]] = rankOf(std::span(scoresBV).subspan(row * width, width), part[row].target.item,
                                        excludedItems(part[row].input, historyItemsExcluded));
        onDone(static_cast<std::int64_t>(from + part.size()));
    }
    return ranks;
}

std::map<std::string, double> meanMetrics(std::span<const TieRank> ranks, std::int64_t itemCount) {
    const RankMetrics metrics(itemCount);
    std::array<double, metricNames.size()> sums{};
    for (const auto rank : ranks) {
        const auto row = metrics.of(rank);
        for (std::size_t m = 0; m < row.size(); ++m) sums[m] += static_cast<double>(row[m]);
    }
    std::map<std::string, double> means;
    for (std::size_t m = 0; m < sums.size(); ++m)
        means[std::string(metricNames[m])] = ranks.empty() ? 0.0 : sums[m] / static_cast<double>(ranks.size());
    return means;
}

std::vector<Example> evenlySpread(const std::vector<Example>& examples, std::size_t most) {
    const auto count = std::min(examples.size(), most);
    std::vector<Example> chosen;
    chosen.reserve(count);
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(examples[i * examples.size() / count]);
    return chosen;
}

} // namespace core
