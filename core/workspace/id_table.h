#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Ids and their positions, in order of insertion. Takes the bytes of the ids and about 24 bytes for each: a million
/// ids fit where a map of strings would need five times as much.
class IdTable {
public:
    std::optional<std::int32_t> find(std::string_view id) const;
    /// The position of `id`, inserted at the end where it is new.
    std::int32_t insert(std::string_view id, bool& isNew);
    std::string_view id(std::int32_t position) const;
    std::int32_t size() const { return static_cast<std::int32_t>(ends_.size()); }

private:
    struct Slot {
        std::uint32_t tag = 0;      ///< the upper half of the hash
        std::int32_t position = -1; ///< -1: free
    };
    std::size_t slotOf(std::string_view id, std::uint64_t hash) const;
    void grow();

    std::string bytes_;
    std::vector<std::uint64_t> ends_;
    std::vector<Slot> slots_ = std::vector<Slot>(64); ///< open addressing; a power of two
};

} // namespace core
