#pragma once
#include "core/dataset/split.h"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Some of the examples of a split, by number, ascending.
struct Slice {
    std::string group, name;
    std::vector<std::uint32_t> examples;
};

/// "cold", "text-twin", "popularity", "history", "category", "price" (methods.md 4.7).
std::span<const std::string_view> sliceGroupNames();

/// The slices of a group, none of them empty, in an order that makes sense to read:
/// - cold: how often training saw the target: never, 1 to 5 times, more often;
/// - text-twin: does another product have the target's text?
/// - popularity: targets in the fewest products that make half of all training events, in the next that make 30 %, in
///   the rest;
/// - history: events before the target: 1 to 4, 5 to 9, 10 to 19, 20 and more;
/// - category: first level of the target's category ("A" of "A > B"), the twelve of most examples, then the others;
/// - price: quarters of the catalog by price, and targets without one.
/// `trainingCounts`: by product. Throws Error(invalidInput) for another group, naming those that there are.
std::vector<Slice> slicesOf(std::string_view group, const Dataset& dataset, std::span<const Example> examples,
                            std::span<const std::int64_t> trainingCounts);

} // namespace core
