#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace core {

/// A dense position, 0-based, that cannot be mixed up with one of another kind. -1 means none.
/// The user's own ids are strings and stay in the catalog; everything that computes uses positions.
template <class Tag>
struct Index {
    std::int32_t value = -1;

    constexpr bool isValid() const noexcept { return value >= 0; }
    /// Use as a container subscript; call only on a valid index.
    constexpr std::size_t slot() const noexcept { return static_cast<std::size_t>(value); }
    friend constexpr auto operator<=>(Index, Index) = default;
};

/// Position of a product in the catalog of the open workspace: its row number, minus one.
using ItemIndex = Index<struct ItemTag>;
/// Position of a shopper in the open workspace, likewise.
using UserIndex = Index<struct UserTag>;

} // namespace core

template <class Tag>
struct std::hash<core::Index<Tag>> {
    std::size_t operator()(core::Index<Tag> index) const noexcept { return std::hash<std::int32_t>{}(index.value); }
};
