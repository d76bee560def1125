#include "core/sample_shop/shoppers.h"
#include "core/sample_shop/random.h"
#include <algorithm>

namespace core {

namespace {

constexpr std::int64_t dayMs = 24LL * 60 * 60 * 1000;
constexpr std::uint64_t shopperStreams = 1ULL << 40; // apart from the products' streams

/// A value that is not yet among the favourites. A shopper's own department is women or men: the third, home, suits
/// everyone and is always the second favourite.
std::int8_t freshFavourite(Attribute attribute, const std::array<std::int8_t, 3>& favourites, Random& random) {
    if (attribute == Attribute::department && favourites[0] >= 0) return 2;
    const int choices = attribute == Attribute::department ? 2 : valueCounts[static_cast<std::size_t>(attribute)];
    while (true) {
        const auto value = static_cast<std::int8_t>(random.below(choices));
        if (std::find(favourites.begin(), favourites.end(), value) == favourites.end()) return value;
    }
}

int favouriteCount(const TasteParameters& parameters) {
    return parameters.weight == 0 ? 0 : 1 + (parameters.second > 0) + (parameters.third > 0);
}

Taste drawTaste(const SampleShopParameters& parameters, Random& random) {
    Taste taste;
    for (int a = 0; a < attributeCount; ++a) {
        auto& favourites = taste.favourites[static_cast<std::size_t>(a)];
        favourites.fill(-1);
        for (int rank = 0; rank < favouriteCount(parameters.tastes[static_cast<std::size_t>(a)]); ++rank)
            favourites[static_cast<std::size_t>(rank)] = freshFavourite(static_cast<Attribute>(a), favourites, random);
    }
    return taste;
}

void drift(const SampleShopParameters& parameters, Taste& taste, Random& random) {
    for (int a = 0; a < attributeCount; ++a) {
        const TasteParameters& one = parameters.tastes[static_cast<std::size_t>(a)];
        const int count = favouriteCount(one);
        if (count == 0 || !random.chance(one.drift)) continue;
        auto& favourites = taste.favourites[static_cast<std::size_t>(a)];
        favourites[static_cast<std::size_t>(random.below(count))] =
            freshFavourite(static_cast<Attribute>(a), favourites, random);
    }
}

ItemIndex drawFrom(std::span<const float> probabilitiesV, Random& random) {
    double left = random.uniform();
    std::int32_t last = -1;
    for (std::size_t i = 0; i < probabilitiesV.size(); ++i) {
        if (probabilitiesV[i] <= 0) continue;
        last = static_cast<std::int32_t>(i);
        if ((left -= probabilitiesV[i]) < 0) break;
    }
    return {last};
}

/// Sizes of the baskets before the last visit, `events` products in all.
std::vector<int> drawBaskets(const SampleShopParameters& parameters, int events, Random& random) {
    std::vector<int> sizes;
    while (events > 0) {
        sizes.push_back(std::min(events, 1 + random.pick(parameters.basketSizeWeights)));
        events -= sizes.back();
    }
    return sizes;
}

} // namespace

Shopper simulateShopper(const SampleShopParameters& parameters, ChoiceModel& model, std::int64_t index) {
    Random random(parameters.seed, shopperStreams + static_cast<std::uint64_t>(index));
    const int wanted = parameters.fewestEvents + random.below(parameters.mostEvents - parameters.fewestEvents + 1);
    const int events = std::min(wanted, static_cast<int>(model.itemCount()) / 2); // a tiny shop is never bought empty
    const std::vector<int> baskets = drawBaskets(parameters, events - 1, random);
    const std::int64_t closing = parameters.firstDay + (parameters.days - parameters.closingDays) * dayMs;
    const auto drawTime = [&](std::int64_t from, std::int64_t to) {
        const auto span = static_cast<double>(to - from) / 1000;
        return from + static_cast<std::int64_t>(random.uniform() * span) * 1000; // whole seconds, as shop logs have
    };
    std::vector<std::int64_t> times(baskets.size());
    for (auto& time : times) time = drawTime(parameters.firstDay, closing);
    std::sort(times.begin(), times.end());

    Shopper shopper;
    Taste taste = drawTaste(parameters, random);
    std::vector<ItemIndex> bought;
    std::vector<float> probabilitiesV(model.itemCount());
    const auto buy = [&](std::int64_t time, bool isClosing) {
        model.probabilities(taste, bought, isClosing, probabilitiesV);
        bought.push_back(drawFrom(probabilitiesV, random));
        shopper.history.push_back({bought.back(), time});
    };
    for (std::size_t basket = 0; basket < baskets.size(); ++basket) {
        if (basket > 0) drift(parameters, taste, random);
        for (int i = 0; i < baskets[basket]; ++i) buy(times[basket], /*isClosing=*/false);
    }
    shopper.validationTaste = taste;
    drift(parameters, taste, random);
    shopper.testTaste = taste;
    buy(drawTime(closing, parameters.firstDay + parameters.days * dayMs), /*isClosing=*/true);
    return shopper;
}

} // namespace core
