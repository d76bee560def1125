#pragma once
#include "core/engine/engine.h"
#include <span>

namespace core {

/// How one item of the second list stands to the first.
enum class Movement { entered, up, down, same };

struct MovedItem {
    ItemIndex item;
    int rankA = 0, rankB = 0; ///< 1-based; 0: not in that list
    Movement movement = Movement::same;
};

/// Two top-k lists told apart: what entered, left and moved from A to B, and one sentence about it.
struct ListDifference {
    std::vector<MovedItem> inB;  ///< every item of B, in B's order
    std::vector<ItemIndex> left; ///< in A and not in B, in A's order
    int enteredCount() const;
    int movedCount() const;
    /// "4 new, 3 up, 2 down" or "same 10 products in the same order"; with both true ranks: "; true next 17 -> 3".
    /// True ranks are among eligible products, as ProbedRank::rank: 0 says that rules take the product out.
    std::string sentence(std::optional<std::int64_t> trueRankA = {}, std::optional<std::int64_t> trueRankB = {}) const;
};

ListDifference listDifference(std::span<const Recommendation> listA, std::span<const Recommendation> listB);

} // namespace core
