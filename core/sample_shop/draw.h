#pragma once
#include "core/sample_shop/attributes.h"
#include <array>
#include <cstdint>
#include <vector>

namespace core {

/// A product's studio picture and, for each attribute, which of its pixels that attribute decides.
struct DrawnProduct {
    int side = 0;
    std::vector<std::uint8_t> pixels; ///< side x side x RGB, row-major
    /// side x side coverages, 0 to 255, in order of Attribute; empty for attributes that no pixel shows (department,
    /// brand, price band).
    std::array<std::vector<std::uint8_t>, attributeCount> masks;
};

/// 256 x 256, the same for the same arguments on one kind of processor. `seed` decides small accidents such as folds.
DrawnProduct drawProduct(const ProductAttributes& attributes, std::uint64_t seed);

/// `drawn.pixels` as a PNG file's bytes, fast rather than small.
std::vector<std::uint8_t> encodePng(const DrawnProduct& drawn);
/// One attribute's mask likewise.
std::vector<std::uint8_t> encodeMaskPng(const DrawnProduct& drawn, Attribute attribute);

} // namespace core
