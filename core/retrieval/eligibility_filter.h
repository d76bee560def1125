#pragma once
#include "core/engine/engine.h"
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace core {

/// Which products each category holds, for rules that exclude whole categories. Made once a catalog.
class CategoryIndex {
public:
    explicit CategoryIndex(std::span<const ItemText> items);
    /// Products of `category` and of its children: "Gear" stands for "Gear" and "Gear > Bags". Empty for an unknown
    /// one.
    std::vector<ItemIndex> itemsOf(std::string_view category) const;

private:
    std::unordered_map<std::string, std::vector<ItemIndex>> itemsByCategory_;
};

/// The rules of one request as a mask over the catalog. Where several rules name a product, the one that a user set by
/// hand is the reason given: excluded by you, then a category, then the history.
class EligibilityFilter {
public:
    /// `historyItemsExcluded`: what rules.historyItems comes to, `automatic` decided. All items are inside the catalog.
    EligibilityFilter(std::int64_t itemCount, const Eligibility& rules, bool historyItemsExcluded,
                      std::span<const Event> history, const CategoryIndex& categories);

    bool isEligible(ItemIndex item) const { return reasonV_[item.slot()] == eligible; }
    std::int64_t itemCount() const { return static_cast<std::int64_t>(reasonV_.size()); }
    std::int64_t excludedCount() const { return excludedCount_; }
    /// "in the history", "excluded by you", "category Bags"; empty where the product is eligible.
    std::string reason(ItemIndex item) const;

private:
    static constexpr std::int32_t eligible = 0, byHistory = 1, byHand = 2, byCategory = 3; ///< byCategory + its number

    void exclude(ItemIndex item, std::int32_t reason);

    std::vector<std::int32_t> reasonV_;
    std::vector<std::string> categories_;
    std::int64_t excludedCount_ = 0;
};

} // namespace core
