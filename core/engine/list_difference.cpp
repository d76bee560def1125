#include "core/engine/list_difference.h"
#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace core {

namespace {
std::unordered_map<ItemIndex, int> ranksOf(std::span<const Recommendation> list) {
    std::unordered_map<ItemIndex, int> ranks;
    for (const auto& entry : list) ranks.emplace(entry.item, entry.rank);
    return ranks;
}
} // namespace

ListDifference listDifference(std::span<const Recommendation> listA, std::span<const Recommendation> listB) {
    const auto ranksA = ranksOf(listA);
    const auto ranksB = ranksOf(listB);
    ListDifference difference;
    for (const auto& entry : listB) {
        const auto found = ranksA.find(entry.item);
        const int rankA = found == ranksA.end() ? 0 : found->second;
        const auto movement = rankA == 0           ? Movement::entered
                              : entry.rank < rankA ? Movement::up
                              : entry.rank > rankA ? Movement::down
                                                   : Movement::same;
        difference.inB.push_back({entry.item, rankA, entry.rank, movement});
    }
    for (const auto& entry : listA)
        if (!ranksB.contains(entry.item)) difference.left.push_back(entry.item);
    return difference;
}

int ListDifference::enteredCount() const {
    return static_cast<int>(std::ranges::count(inB, Movement::entered, &MovedItem::movement));
}

int ListDifference::movedCount() const {
    return static_cast<int>(std::ranges::count_if(
        inB, [](const MovedItem& item) { return item.movement == Movement::up || item.movement == Movement::down; }));
}

std::string ListDifference::sentence(std::optional<std::int64_t> trueRankA,
                                     std::optional<std::int64_t> trueRankB) const {
    const auto up = std::ranges::count(inB, Movement::up, &MovedItem::movement);
    const auto down = std::ranges::count(inB, Movement::down, &MovedItem::movement);
    std::string text;
    if (enteredCount() == 0 && left.empty() && up == 0 && down == 0)
        text = fmt::format("same {} products in the same order", inB.size());
    else
        text = fmt::format("{} new, {} up, {} down", enteredCount(), up, down);
    const auto words = [](std::int64_t rank) { return rank > 0 ? std::to_string(rank) : std::string("excluded"); };
    if (trueRankA && trueRankB)
        text += *trueRankA == *trueRankB && *trueRankA == 0
                    ? "; true next excluded"
                    : fmt::format("; true next {} -> {}", words(*trueRankA), words(*trueRankB));
    return text;
}

} // namespace core
