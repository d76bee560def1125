#include "core/backbones/token_choice.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace core {

void penaliseRepetition(std::span<float> logits, std::span<const std::int32_t> seen, double penalty) {
    if (penalty == 1) return;
    const auto factor = static_cast<float>(penalty);
    for (const auto token : std::set(seen.begin(), seen.end())) {
        float& logit = logits[static_cast<std::size_t>(token)];
        logit = logit < 0 ? logit * factor : logit / factor;
    }
}

void penaliseRepetition(std::span<float> logits, std::span<const std::int32_t> read,
                        std::span<const std::int32_t> written, const GenerateOptions& options) {
    if (options.repetitionPenalty == 1) return;
    std::vector<std::int32_t> seen;
    if (options.penalisesRead) seen.assign(read.begin(), read.end());
    seen.insert(seen.end(), written.begin(), written.end());
    penaliseRepetition(logits, seen, options.repetitionPenalty);
}

std::int32_t mostLikely(std::span<const float> logits) {
    return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

double logProbability(std::span<const float> logits, std::int32_t token) {
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - most);
    return static_cast<double>(logits[static_cast<std::size_t>(token)]) - most - std::log(sum);
}

std::int32_t drawToken(std::span<const float> logits, const GenerateOptions& options, std::mt19937_64& random) {
    std::vector<std::int32_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    const auto logitOf = [&](std::int32_t token) {
        return static_cast<double>(logits[static_cast<std::size_t>(token)]);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return logitOf(a) > logitOf(b); });
    if (options.topK > 0 && static_cast<std::size_t>(options.topK) < order.size())
        order.resize(static_cast<std::size_t>(options.topK));
    const double temperature = std::max(options.temperature, 1e-6);
    std::vector<double> weights;
    for (const auto token : order) weights.push_back(std::exp((logitOf(token) - logitOf(order[0])) / temperature));
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    double kept = 0;
    std::size_t count = 0;
    while (count < weights.size() && (count == 0 || kept < options.topP * all)) kept += weights[count++];
    // 53 random bits, so that no library's distribution has a say.
    double left = static_cast<double>(random() >> 11) * 0x1p-53 * kept;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        left -= weights[i];
        if (left < 0) return order[i];
    }
    return order[count - 1];
}

} // namespace core
