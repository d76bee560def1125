#pragma once
#include "core/dataset/dataset.h"
#include <cstdint>

namespace test {

/// A small catalog for tests of recommenders. Products come in `types` x `colours`: the text names the type alone, so
/// that a type's products are text twins, and the picture (side 64) shows the colour as a disc. Each shopper likes one
/// or two types and one colour, and buys `events` different products, mostly of them, hours to days apart. Everything
/// follows from `seed`.
struct ToyShape {
    int types = 12, colours = 6, shoppers = 300, events = 10;
    std::uint64_t seed = 1;
};

core::Dataset toyDataset(const ToyShape& shape = {});

} // namespace test
