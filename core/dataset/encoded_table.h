#pragma once
#include <cstdint>
#include <memory>
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

    std::int64_t rowCount() const { return width ? static_cast<std::int64_t>(values.size()) / width : 0; }
};

/// Of a whole catalog; null: nothing was encoded.
struct EncodedCatalog {
    std::shared_ptr<const EncodedTable> texts, pictures;
};

} // namespace core
