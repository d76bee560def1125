#include "core/sample_shop/parameters.h"
#include "core/base/hash.h"
#include <fmt/format.h>

namespace core {

double SampleShopParameters::textualShare() const {
    double textual = 0, all = 0;
    for (std::size_t a = 0; a < attributeCount; ++a) {
        all += tastes[a].weight;
        if (a < textualAttributeCount) textual += tastes[a].weight;
    }
    return textual / all;
}

std::string SampleShopParameters::hash() const {
    Hasher hasher;
    const auto add = [&](double number) { hasher.add(fmt::format("{}", number)); }; // shortest form: exact and portable
    hasher.add("sample shop");
    for (const std::int64_t number :
         {static_cast<std::int64_t>(version), items, users, static_cast<std::int64_t>(seed),
          static_cast<std::int64_t>(fewestEvents), static_cast<std::int64_t>(mostEvents), firstDay,
          static_cast<std::int64_t>(days), static_cast<std::int64_t>(closingDays)})
        hasher.add(number);
    for (const double number : {twinShare, newShare, appealSpread, singleAppeal, noise, lookAcrossLines}) add(number);
    for (const double number : groupSizeWeights) add(number);
    for (const double number : basketSizeWeights) add(number);
    for (const TasteParameters& taste : tastes)
        for (const double number : {taste.weight, taste.second, taste.third, taste.drift}) add(number);
    return hasher.hex();
}

} // namespace core
