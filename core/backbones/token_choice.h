#pragma once
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace core {

/// How a language network goes on.
struct GenerateOptions {
    int mostTokens = 20;  ///< new ones
    bool samples = false; ///< false: always the most likely token
    double temperature = 1;
    int topK = 0;    ///< only the K most likely; 0: all
    double topP = 1; ///< only the most likely that reach this probability together
    /// Above 1: tokens that were read or written become less likely (Keskar et al. 2019, CTRL, section 4.1).
    double repetitionPenalty = 1;
    bool penalisesRead = true; ///< false: written tokens alone are repetition, for texts like those that were read
    int beams = 1;             ///< texts that are followed at once; penalties then act on log-probabilities
    double lengthPenalty = 1;  ///< ended beams are ordered by log-probability / length to this power
    std::uint64_t seed = 0;
};

/// Positive scores of `seen` tokens are divided by `penalty`, negative ones multiplied; each token once.
void penaliseRepetition(std::span<float> logits, std::span<const std::int32_t> seen, double penalty);
/// By `options`, of what was written and, if they say so, of what was read.
void penaliseRepetition(std::span<float> logits, std::span<const std::int32_t> read,
                        std::span<const std::int32_t> written, const GenerateOptions& options);
/// The first of the highest.
std::int32_t mostLikely(std::span<const float> logits);
/// Drawn by temperature, top-k, top-p. The same generator state gives the same token on every machine.
std::int32_t drawToken(std::span<const float> logits, const GenerateOptions& options, std::mt19937_64& random);
/// log(softmax(logits))[token]
double logProbability(std::span<const float> logits, std::int32_t token);

} // namespace core
