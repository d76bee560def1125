#include "core/dataset/dataset.h"
#include <fmt/format.h>
#include <unordered_map>

namespace core {

std::string ItemText::modelText() const {
    const auto orUnknown = [](const std::string& text) {
        return text.empty() ? std::string_view("Unknown") : std::string_view(text);
    };
    return fmt::format("Title: {}. Category: {}. Brand: {}. Price: {}. ", orUnknown(title), orUnknown(category),
                       orUnknown(brand), price ? fmt::format("{:.2f}", *price) : std::string("Unknown"));
}

void Histories::append(std::span<const Event> history) {
    events.insert(events.end(), history.begin(), history.end());
    begin.push_back(static_cast<std::int64_t>(events.size()));
}

std::vector<std::int32_t> textTwinGroups(std::span<const ItemText> items) {
    std::unordered_map<std::string, std::int32_t> groupOfText;
    std::vector<std::int32_t> groups;
    groups.reserve(items.size());
    for (const auto& item : items)
        groups.push_back(
            groupOfText.try_emplace(item.modelText(), static_cast<std::int32_t>(groupOfText.size())).first->second);
    return groups;
}

} // namespace core
