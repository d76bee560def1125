#include "tests/support/toy_dataset.h"
#include <array>
#include <random>

namespace test {

namespace {

constexpr int side = 64;

/// A disc of the product's colour on a light ground, a little larger or smaller from type to type.
void addPicture(std::vector<std::uint8_t>& pixels, int type, int colour) {
    const std::array<int, 3> paint{40 + 70 * (colour % 3), 40 + 70 * (colour / 3 % 3), 200 - 40 * (colour % 4)};
    const int radius = 14 + type % 8;
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (const int value : paint) {
                const int dx = x - side / 2, dy = y - side / 2;
                pixels.push_back(static_cast<std::uint8_t>(dx * dx + dy * dy < radius * radius ? value : 240));
            }
}

} // namespace

core::Dataset toyDataset(const ToyShape& shape) {
    core::Dataset dataset;
    dataset.hasTimes = true;
    dataset.catalogHash = "toy-" + std::to_string(shape.seed);
    dataset.pictures.side = side;
    for (int type = 0; type < shape.types; ++type)
        for (int colour = 0; colour < shape.colours; ++colour) {
            const auto item = static_cast<int>(dataset.items.size());
            dataset.items.push_back({.id = "item" + std::to_string(item),
                                     .title = "Thing of type " + std::string(1, static_cast<char>('a' + type % 26)),
                                     .category = "Category " + std::to_string(type % 4),
                                     .brand = {},
                                     .description = {},
                                     .price = 10.0 + type});
            addPicture(dataset.pictures.pixels, type, colour);
            dataset.pictures.rowOfItem.push_back(item);
        }

    std::mt19937_64 random(shape.seed);
    const auto below = [&random](int limit) { return static_cast<int>(random() % static_cast<std::uint64_t>(limit)); };
    for (int shopper = 0; shopper < shape.shoppers; ++shopper) {
        const std::array<int, 2> types{below(shape.types), below(shape.types)};
        const int colour = below(shape.colours);
        std::vector<bool> bought(dataset.itemCount());
        std::vector<core::Event> history;
        std::int64_t time = 1'600'000'000'000;
        while (static_cast<int>(history.size()) < shape.events) {
            const int type = below(10) < 7 ? types[static_cast<std::size_t>(below(2))] : below(shape.types);
            const int item = type * shape.colours + (below(10) < 7 ? colour : below(shape.colours));
            if (bought[static_cast<std::size_t>(item)]) continue;
            bought[static_cast<std::size_t>(item)] = true;
            time += 3'600'000LL * (1 + below(72));
            history.push_back({{item}, time});
        }
        dataset.histories.append(history);
    }
    return dataset;
}

} // namespace test
