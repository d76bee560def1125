#include "core/text/byte_pair_vocabulary.h"
#include "core/base/error.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace core {

namespace {

enum class ByteClass { letter, digit, other };

ByteClass classOf(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || value > 127) return ByteClass::letter;
    return value >= '0' && value <= '9' ? ByteClass::digit : ByteClass::other;
}

char lowered(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; }

using Word = std::vector<std::int32_t>;

/// Calls `visit(word)` for each word of `text`, as byte ids.
template <class Visit>
void forEachWord(std::string_view text, Visit visit) {
    Word word;
    for (std::size_t at = 0; at < text.size();) {
        word.clear();
        const std::size_t start = at;
        if (text[at] == ' ' && at + 1 < text.size() && text[at + 1] != ' ') ++at;
        const ByteClass kind = classOf(text[at]);
        do ++at;
        while (kind != ByteClass::other && at < text.size() && classOf(text[at]) == kind);
        for (std::size_t i = start; i < at; ++i) word.push_back(static_cast<unsigned char>(lowered(text[i])) + 1);
        visit(word);
    }
}

std::uint64_t keyOf(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

/// Replaces each neighbouring `left`, `right` by `joined`, from the left.
void joinPairs(Word& word, std::int32_t left, std::int32_t right, std::int32_t joined) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const bool isPair = i + 1 < word.size() && word[i] == left && word[i + 1] == right;
        word[kept++] = isPair ? joined : word[i];
        if (isPair) ++i;
    }
    word.resize(kept);
}

/// How often each pair stands in the corpus, and in which words; kept up to date while pairs are joined.
struct PairCounts {
    std::map<BytePairVocabulary::Merge, std::int64_t> counts;
    std::map<BytePairVocabulary::Merge, std::set<std::size_t>> words;

    void add(const Word& word, std::size_t index, std::int64_t times) {
        for (std::size_t i = 0; i + 1 < word.size(); ++i) {
            const BytePairVocabulary::Merge pair{word[i], word[i + 1]};
            counts[pair] += times;
            if (times > 0) words[pair].insert(index);
        }
    }
};

} // namespace

BytePairVocabulary BytePairVocabulary::train(std::span<const std::string> texts, std::int32_t size) {
    std::map<Word, std::int64_t> countOfWord;
    for (const auto& text : texts) forEachWord(text, [&](const Word& word) { ++countOfWord[word]; });
    std::vector<std::pair<Word, std::int64_t>> words(countOfWord.begin(), countOfWord.end());
    PairCounts pairs;
    for (std::size_t i = 0; i < words.size(); ++i) pairs.add(words[i].first, i, words[i].second);

    std::vector<Merge> merges;
    while (firstMergedId + static_cast<std::int32_t>(merges.size()) < size) {
        const auto best = std::max_element(pairs.counts.begin(), pairs.counts.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        if (best == pairs.counts.end() || best->second < 2) break;
        const Merge pair = best->first;
        const std::int32_t joined = firstMergedId + static_cast<std::int32_t>(merges.size());
        merges.push_back(pair);
        for (const std::size_t i : std::set(pairs.words[pair])) {
            pairs.add(words[i].first, i, -words[i].second);
            joinPairs(words[i].first, pair.first, pair.second, joined);
            pairs.add(words[i].first, i, words[i].second);
        }
        pairs.counts.erase(pair);
        pairs.words.erase(pair);
    }
    return BytePairVocabulary(std::move(merges));
}

BytePairVocabulary::BytePairVocabulary(std::vector<Merge> merges) : merges_(std::move(merges)) {
    std::int32_t joined = firstMergedId;
    for (const auto& [left, right] : merges_) {
        if (left < 1 || right < 1 || left >= joined || right >= joined)
            throw Error(ErrorKind::corrupt,
                        fmt::format("vocabulary: merge {} joins ids that do not exist yet", joined - firstMergedId));
        idOfPair_.emplace(keyOf(left, right), joined++);
    }
}

std::vector<std::int32_t> BytePairVocabulary::encode(std::string_view text) const {
    std::vector<std::int32_t> ids;
    forEachWord(text, [&](Word& word) {
        // Earlier merges go first, as in training; the id of a merge is its rank.
        while (true) {
            std::int32_t best = size(), left = 0, right = 0;
            for (std::size_t i = 0; i + 1 < word.size(); ++i) {
                const auto found = idOfPair_.find(keyOf(word[i], word[i + 1]));
                if (found == idOfPair_.end() || found->second >= best) continue;
                best = found->second;
                left = word[i];
                right = word[i + 1];
            }
            if (best == size()) break;
            joinPairs(word, left, right, best);
        }
        ids.insert(ids.end(), word.begin(), word.end());
    });
    return ids;
}

BytePairVocabulary BytePairVocabulary::load(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read vocabulary {}: no such file", file.string()));
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || json.value("type", "") != "byte-pair" || !json.contains("merges"))
        throw Error(ErrorKind::corrupt, fmt::format("read vocabulary {}: not a byte-pair vocabulary", file.string()));
    try {
        return BytePairVocabulary(json.at("merges").get<std::vector<Merge>>());
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("read vocabulary {}: {}", file.string(), error.what()));
    }
}

void BytePairVocabulary::save(const std::filesystem::path& file) const {
    std::ofstream stream(file, std::ios::binary);
    stream << nlohmann::json{{"type", "byte-pair"}, {"merges", merges_}}.dump() << '\n';
    if (!stream.flush()) throw Error(ErrorKind::unavailable, fmt::format("write vocabulary {}: failed", file.string()));
}

} // namespace core
