#pragma once
#include "core/dataset/dataset.h"
#include "core/sample_shop/choice_model.h"

namespace core {

/// One simulated shopper. The tastes are those at the last two events: truth, which no model reads.
struct Shopper {
    std::vector<Event> history; ///< oldest first, real milliseconds
    Taste validationTaste, testTaste;
};

/// Shopper number `index`; depends on nothing but the parameters, the products and the index.
Shopper simulateShopper(const SampleShopParameters& parameters, ChoiceModel& model, std::int64_t index);

} // namespace core
