#include "core/workspace/id_table.h"
#include <functional>

namespace core {

namespace {
std::uint64_t hashOf(std::string_view id) { return std::hash<std::string_view>{}(id); }
} // namespace

std::string_view IdTable::id(std::int32_t position) const {
    const auto at = static_cast<std::size_t>(position);
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    return std::string_view(bytes_).substr(begin, ends_[at] - begin);
}

/// A slot knows half of the hash, so that another id is hardly ever looked at.
std::size_t IdTable::slotOf(std::string_view id, std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    std::size_t slot = hash & mask;
    while (slots_[slot].position >= 0 && (slots_[slot].tag != tag || this->id(slots_[slot].position) != id))
        slot = (slot + 1) & mask;
    return slot;
}

std::optional<std::int32_t> IdTable::find(std::string_view id) const {
    const std::int32_t position = slots_[slotOf(id, hashOf(id))].position;
    return position < 0 ? std::nullopt : std::optional(position);
}

std::int32_t IdTable::insert(std::string_view id, bool& isNew) {
    const std::uint64_t hash = hashOf(id);
    std::size_t slot = slotOf(id, hash);
    isNew = slots_[slot].position < 0;
    if (!isNew) return slots_[slot].position;
    if (2 * (ends_.size() + 1) > slots_.size()) {
        grow();
        slot = slotOf(id, hash);
    }
    bytes_ += id;
    ends_.push_back(bytes_.size());
    slots_[slot] = {static_cast<std::uint32_t>(hash >> 32), size() - 1};
    return size() - 1;
}

void IdTable::grow() {
    slots_.assign(slots_.size() * 2, Slot{});
    for (std::int32_t position = 0; position < size(); ++position) {
        const std::uint64_t hash = hashOf(id(position));
        slots_[slotOf(id(position), hash)] = {static_cast<std::uint32_t>(hash >> 32), position};
    }
}

} // namespace core
