#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace core {

/// SplitMix64: a small generator that gives the same numbers on every machine, which std:: distributions do not.
/// Independent streams come from `stream`: one for each product and shopper, so that a larger shop starts like a
/// smaller.
class Random {
public:
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0)
        : state_(mix(seed + 0x9e3779b97f4a7c15ULL) ^ mix(stream * 0xd1342543de82ef95ULL + 1)) {}

    std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ULL); }
    /// In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double from, double to) { return from + (to - from) * uniform(); }
    /// In [0, count); count > 0. The bias of the multiplication is below 2^-40 here.
    int below(int count) { return static_cast<int>(uniform() * count); }
    bool chance(double probability) { return uniform() < probability; }
    /// About normal with mean 0 and deviation 1: twelve uniforms summed, so no libm is involved.
    double bell() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }
    /// A slot with probability proportional to its weight; the weights need not sum to 1.
    int pick(std::span<const double> weights) {
        double total = 0;
        for (const double weight : weights) total += weight;
        double left = uniform() * total;
        for (std::size_t i = 0; i + 1 < weights.size(); ++i)
            if ((left -= weights[i]) < 0) return static_cast<int>(i);
        return static_cast<int>(weights.size()) - 1;
    }
    template <class T>
    void shuffle(std::span<T> values) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[static_cast<std::size_t>(below(static_cast<int>(i)))]);
    }

private:
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

} // namespace core
