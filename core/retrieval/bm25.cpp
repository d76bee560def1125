#include "core/retrieval/bm25.h"
#include <algorithm>
#include <cmath>
#include <map>

namespace core {

namespace {

constexpr double epsilonOfOkapi = 0.25;
constexpr double patience = 1.0 / 5000; // the method's epsilon: how much likelihood counts beside the match

bool isOfWord(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value > 127 || (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') ||
           (value >= '0' && value <= '9');
}

} // namespace

std::vector<std::string> bm25Words(std::string_view text) {
    std::vector<std::string> words;
    bool isInside = false;
    for (const char byte : text) {
        if (!isOfWord(byte)) {
            isInside = false;
            continue;
        }
        if (!isInside) words.emplace_back();
        isInside = true;
        words.back() += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    }
    return words;
}

Bm25::Bm25(std::span<const std::string> texts, const Bm25Settings& settings) : textCount_(texts.size()) {
    std::vector<double> lengths;
    double total = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::map<std::string, int> counts;
        const auto words = bm25Words(texts[i]);
        for (const auto& word : words) ++counts[word];
        for (const auto& [word, count] : counts)
            postings_[word].emplace_back(static_cast<std::uint32_t>(i), static_cast<float>(count));
        lengths.push_back(static_cast<double>(words.size()));
        total += lengths.back();
    }
    const double meanLength = std::max(1e-9, total / std::max(1.0, static_cast<double>(texts.size())));
    const bool isOkapi = settings.variant == Bm25Settings::Variant::okapi;
    const auto odds = [&](std::size_t holders) {
        const auto with = static_cast<double>(holders);
        return (static_cast<double>(texts.size()) - with + 0.5) / (with + 0.5);
    };
    double meanWeight = 0; // summed over sorted words, so that it is the same for every table
    if (isOkapi) {
        std::vector<std::size_t> holders;
        for (const auto& [word, list] : postings_) holders.push_back(list.size());
        std::sort(holders.begin(), holders.end());
        for (const auto count : holders) meanWeight += std::log(odds(count));
        meanWeight /= std::max(1.0, static_cast<double>(postings_.size()));
    }
    for (auto& [word, list] : postings_) {
        double weight = isOkapi ? std::log(odds(list.size())) : std::log1p(odds(list.size()));
        if (isOkapi && weight < 0) weight = epsilonOfOkapi * meanWeight;
        for (auto& [text, value] : list) {
            const double count = value;
            const double damped = count + settings.k1 * (1 - settings.b + settings.b * lengths[text] / meanLength);
            value = static_cast<float>(weight * count * (isOkapi ? settings.k1 + 1 : 1) / damped);
        }
    }
}

std::vector<float> Bm25::scores(std::string_view query) const {
    std::vector<float> scores(textCount_, 0.0F);
    for (const auto& word : bm25Words(query)) {
        const auto found = postings_.find(word);
        if (found == postings_.end()) continue;
        for (const auto& [text, value] : found->second) scores[text] += value;
    }
    return scores;
}

std::vector<float> quasiRoundRobin(const Bm25& corpus, std::span<const WrittenText> written, std::size_t most) {
    std::map<std::string_view, double> distinct;
    for (const auto& one : written) {
        const auto [entry, isNew] = distinct.try_emplace(one.text, one.score);
        if (!isNew) entry->second = std::max(entry->second, one.score);
    }
    std::vector<std::pair<std::string_view, double>> best(distinct.begin(), distinct.end());
    std::stable_sort(best.begin(), best.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    best.resize(std::min(best.size(), most));
    std::vector<float> result(corpus.textCount(), 0.0F);
    for (const auto& [text, score] : best) {
        const auto matches = corpus.scores(text);
        const float largest = matches.empty() ? 0.0F : *std::max_element(matches.begin(), matches.end());
        if (!(largest > 0)) continue;
        const auto scale = static_cast<float>(std::exp(patience * score)) / largest;
        for (std::size_t i = 0; i < matches.size(); ++i) result[i] = std::max(result[i], matches[i] * scale);
    }
    return result;
}

} // namespace core
