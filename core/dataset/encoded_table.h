#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace core {

/// What an encoder from elsewhere made of texts or pictures: one row for each distinct one. Items without one have row
/// -1.
struct EncodedTable {
    std::string encoder; ///< its hash
    int width = 0;
    std::vector<float> values; ///< rows * width
    std::vector<std::int32_t> rowOfItem;
};

} // namespace core
