#include "core/backbones/beam_search.h"
#include <algorithm>
#include <cmath>

namespace core {

BeamSearch::BeamSearch(const GenerateOptions& options, std::vector<std::int32_t> endTokens, int room)
    : options_(options), endTokens_(std::move(endTokens)), room_(room), isDone_(room <= 0), running_(1) {}

std::vector<BeamSearch::Continuation> BeamSearch::best(std::span<const float> chosen, std::mt19937_64& random) const {
    const std::size_t vocabulary = chosen.size() / running_.size();
    const double temperature = options_.samples ? std::max(options_.temperature, 1e-6) : 1;
    std::vector<Continuation> all;
    all.reserve(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const std::size_t text = i / vocabulary;
        const double score = running_[text].score + static_cast<double>(chosen[i]) / temperature;
        double key = score;
        if (options_.samples) { // The largest of scores with Gumbel noise are a draw without replacement (Kool et al.
                                // 2019).
            const double uniform = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
            key -= std::log(-std::log(uniform));
        }
        all.push_back({text, static_cast<std::int32_t>(i % vocabulary), score, key});
    }
    const std::size_t count = std::min(all.size(), static_cast<std::size_t>(options_.beams) *
                                                       std::max<std::size_t>(2, 1 + endTokens_.size()));
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(all.begin(), end, all.end(), [](const Continuation& a, const Continuation& b) {
        return a.key != b.key ? a.key > b.key : std::pair(a.text, a.token) < std::pair(b.text, b.token);
    });
    all.erase(end, all.end());
    return all;
}

void BeamSearch::advance(std::span<const float> own, std::span<const float> chosen, std::mt19937_64& random) {
    const std::size_t vocabulary = chosen.size() / running_.size(), beams = static_cast<std::size_t>(options_.beams);
    const auto length = static_cast<double>(running_[0].ids.size() + 1);
    const bool isLast = running_[0].ids.size() + 1 >= static_cast<std::size_t>(room_);
    const auto continuations = best(chosen, random);
    std::vector<Text> next;
    for (std::size_t i = 0; i < continuations.size(); ++i) {
        const auto& one = continuations[i];
        const bool ends = isLast || std::find(endTokens_.begin(), endTokens_.end(), one.token) != endTokens_.end();
        if (ends ? i >= beams : next.size() >= beams) continue;
        Text text = running_[one.text];
        text.ids.push_back(one.token);
        text.logProbabilities.push_back(
            static_cast<double>(own[one.text * vocabulary + static_cast<std::size_t>(one.token)]));
        text.score = ends ? one.score / std::pow(length, options_.lengthPenalty) : one.score;
        text.from = one.text;
        (ends ? finished_ : next).push_back(std::move(text));
    }
    std::stable_sort(finished_.begin(), finished_.end(),
                     [](const Text& a, const Text& b) { return a.score > b.score; });
    if (finished_.size() > beams) finished_.resize(beams);
    // Drawn ones come in the order of their keys.
    std::stable_sort(next.begin(), next.end(), [](const Text& a, const Text& b) { return a.score > b.score; });
    running_ = std::move(next);
    isDone_ =
        running_.empty() || (finished_.size() == beams &&
                             running_[0].score / std::pow(length, options_.lengthPenalty) <= finished_.back().score);
}

} // namespace core
