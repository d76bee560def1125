#pragma once
#include "core/dataset/split.h"
#include "core/evaluation/ranks.h"
#include <functional>
#include <map>
#include <string>

namespace core {

/// The distinct products of a history, where those are no candidates; else none.
std::vector<ItemIndex> excludedItems(std::span<const Event> history, bool historyItemsExcluded);

/// Fills B x V scores for a block of examples.
using ScoreExamples = std::function<void(std::span<const Example> examples, std::span<float> scoresBV)>;

/// Ranks the target of each example among `itemCount` products, a block at a time: enough examples to keep matrix
/// products busy, few enough that scores stay within 16 MB and a stop is quick; examples of like history length share
/// a block, the ranks are in the order of `examples`. `onDone` gets how many are done after
/// each block, and may throw.
std::vector<TieRank> rankExamples(std::span<const Example> examples, std::int64_t itemCount, bool historyItemsExcluded,
                                  const ScoreExamples& score, const std::function<void(std::int64_t)>& onDone);

/// Means of all metrics over the ranks; all zero where there are none.
std::map<std::string, double> meanMetrics(std::span<const TieRank> ranks, std::int64_t itemCount);

/// At most `most` of the examples, evenly spread; the same ones each time.
std::vector<Example> evenlySpread(const std::vector<Example>& examples, std::size_t most);

} // namespace core
