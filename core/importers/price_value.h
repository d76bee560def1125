#pragma once
#include <optional>
#include <string_view>

namespace core {

/// A price as shops write it.
struct PriceValue {
    double value = 0;     ///< not negative; the lower end of a range
    bool isRange = false; ///< "$5.99 - $12.50"
};

/// "$12.34", "12.34 USD", "EUR 1.299,00", "1,299", "from 5.99", "$5.99 - $12.50". A comma is a decimal point where
/// exactly one or two digits follow it, else it separates thousands. Nothing where it is no price.
std::optional<PriceValue> parsePrice(std::string_view text);

} // namespace core
