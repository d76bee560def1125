#pragma once
#include "core/dataset/dataset.h"
#include "core/sample_shop/attributes.h"
#include "core/sample_shop/parameters.h"
#include <vector>

namespace core {

/// One product before it is drawn.
struct Product {
    ItemText text{};
    ProductAttributes attributes{};
    int line = 0;           ///< products of equal text share one
    float appeal = 0;       ///< log odds, the same for the whole text group
    bool isNew = false;     ///< launched in the closing weeks
    std::uint64_t seed = 0; ///< of its picture's small accidents: folds, grain, where a flower sits
};

/// The whole catalog: text-twin groups with equal text and different looks, and single products, in mixed order.
std::vector<Product> makeProducts(const SampleShopParameters& parameters);

} // namespace core
