#include "core/retrieval/eligibility_filter.h"

namespace core {

CategoryIndex::CategoryIndex(std::span<const ItemText> items) {
    for (std::size_t item = 0; item < items.size(); ++item)
        if (!items[item].category.empty())
            itemsByCategory_[items[item].category].push_back({static_cast<std::int32_t>(item)});
}

std::vector<ItemIndex> CategoryIndex::itemsOf(std::string_view category) const {
    const std::string children = std::string(category) + " > ";
    std::vector<ItemIndex> found;
    for (const auto& [name, items] : itemsByCategory_)
        if (name == category || name.starts_with(children)) found.insert(found.end(), items.begin(), items.end());
    return found;
}

EligibilityFilter::EligibilityFilter(std::int64_t itemCount, const Eligibility& rules, bool historyItemsExcluded,
                                     std::span<const Event> history, const CategoryIndex& categories)
    : reasonV_(static_cast<std::size_t>(itemCount), eligible), categories_(rules.excludedCategories) {
    for (const auto item : rules.excludedItems) exclude(item, byHand);
    for (std::size_t rule = 0; rule < categories_.size(); ++rule)
        for (const auto item : categories.itemsOf(categories_[rule]))
            exclude(item, byCategory + static_cast<std::int32_t>(rule));
    if (historyItemsExcluded)
        for (const auto& event : history) exclude(event.item, byHistory);
}

void EligibilityFilter::exclude(ItemIndex item, std::int32_t reason) {
    if (!isEligible(item)) return;
    reasonV_[item.slot()] = reason;
    ++excludedCount_;
}

std::string EligibilityFilter::reason(ItemIndex item) const {
    const auto reason = reasonV_[item.slot()];
    if (reason == eligible) return {};
    if (reason == byHistory) return "in the history";
    if (reason == byHand) return "excluded by you";
    return "category " + categories_[static_cast<std::size_t>(reason - byCategory)];
}

} // namespace core
