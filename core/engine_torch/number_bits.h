#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

/// Whole numbers in the cache's matrices of floats, bit for bit.
namespace core {

inline std::vector<float> asBits(std::span<const std::int32_t> numbers) {
    std::vector<float> bits(numbers.size());
    std::transform(numbers.begin(), numbers.end(), bits.begin(),
                   [](auto number) { return std::bit_cast<float>(number); });
    return bits;
}

inline std::vector<std::int32_t> fromBits(std::span<const float> bits) {
    std::vector<std::int32_t> numbers(bits.size());
    std::transform(bits.begin(), bits.end(), numbers.begin(),
                   [](auto bit) { return std::bit_cast<std::int32_t>(bit); });
    return numbers;
}

} // namespace core
