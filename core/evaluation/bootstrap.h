#pragma once
#include "core/engine/jobs.h"
#include "core/evaluation/ranks.h"

namespace core {

/// A generator that gives the same numbers with every compiler and library, unlike std's distributions: xoshiro256**
/// (Blackman and Vigna 2018), seeded through SplitMix64.
class PortableRandom {
public:
    explicit PortableRandom(std::uint64_t seed);
    std::uint64_t next();
    /// Uniform in [0, bound); bound below 2^32. The bias is below bound / 2^32.
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }

private:
    std::array<std::uint64_t, 4> state_;
};

struct BootstrapSettings {
    int resamples = 1000;
    std::uint64_t seed = 1;
};

struct PairedIntervals {
    std::vector<MetricTable> models; ///< as given
    /// By model, each minus (over) the first, paired; those of the first are empty. A metric whose ratio has no finite
    /// interval (the first model's metric is zero, or is in some resamples of the upper tail) is left out.
    std::vector<MetricTable> differences, ratios;
    MetricTable difference; ///< last minus first; empty for one model
    MetricTable ratio;      ///< last over first; empty for one model
};

/// Means over users with 95 % percentile intervals (methods.md 4.4). `rowsOfModels[m][user]`: all models have the same
/// users in the same order; each resample draws users with replacement and applies one draw to all models, so that
/// differences are paired. Same rows and settings, same result, on every machine. No users: all zero. Throws Error:
/// invalidInput (no model, unequal lengths, fewer than one resample, a value that is not finite), cancelled.
PairedIntervals pairedBootstrap(std::span<const std::vector<MetricRow>> rowsOfModels, const BootstrapSettings& settings,
                                std::stop_token stop);

} // namespace core
