#include "core/workspace/id_table.h"
#include <functional>

namespace core {

std::string_view IdTable::id(std::int32_t position) const {
    const auto at = static_cast<std::size_t>(position);
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    return std::string_view(bytes_).substr(begin, ends_[at] - begin);
}

std::size_t IdTable::slotOf(std::string_view id) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = std::hash<std::string_view>{}(id)&mask;
    while (slots_[slot] >= 0 && this->id(slots_[slot]) != id) slot = (slot + 1) & mask;
    return slot;
}

std::optional<std::int32_t> IdTable::find(std::string_view id) const {
    const std::int32_t position = slots_[slotOf(id)];
    return position < 0 ? std::nullopt : std::optional(position);
}

std::int32_t IdTable::insert(std::string_view id, bool& isNew) {
    std::size_t slot = slotOf(id);
    isNew = slots_[slot] < 0;
    if (!isNew) return slots_[slot];
    if (2 * (ends_.size() + 1) > slots_.size()) {
        grow();
        slot = slotOf(id);
    }
    bytes_ += id;
    ends_.push_back(bytes_.size());
    return slots_[slot] = size() - 1;
}

void IdTable::grow() {
    slots_.assign(slots_.size() * 2, -1);
    for (std::int32_t position = 0; position < size(); ++position) slots_[slotOf(id(position))] = position;
}

} // namespace core
