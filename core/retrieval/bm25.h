#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace core {

struct Bm25Settings {
    /// Okapi: idf = ln((N - n + .5) / (n + .5)), and where that is negative a quarter of all terms' mean; Lucene:
    /// idf = ln(1 + (N - n + .5) / (n + .5)), and no factor (k1 + 1).
    enum class Variant { okapi, lucene };
    Variant variant = Variant::okapi;
    double k1 = 1.5, b = 0.75;
};

/// Runs of letters and digits, ASCII letters lowered; bytes above 127 count as letters.
std::vector<std::string> bm25Words(std::string_view text);

/// How well texts answer a query by the words they share (Robertson and Zaragoza 2009, section 3.4).
class Bm25 {
public:
    explicit Bm25(std::span<const std::string> texts, const Bm25Settings& settings = {});
    /// One score a text, in their order; a word that the query repeats counts as often.
    std::vector<float> scores(std::string_view query) const;
    std::size_t textCount() const { return textCount_; }

private:
    std::size_t textCount_ = 0;
    /// Word -> the texts that hold it, and what it adds to their score.
    std::unordered_map<std::string, std::vector<std::pair<std::uint32_t, float>>> postings_;
};

/// A text that a network wrote for a shopper, and its log-probability by token.
struct WrittenText {
    std::string text;
    double score = 0;
};

/// Scores of all texts of `corpus` by what was written (methods.md 1, quasi-round-robin): of the distinct written texts
/// the `most` of highest score; b_g(i) = BM25(g, i) over its largest value; score(i) = max_g exp(score_g / 5000)
/// b_g(i). So every written text puts its best match near 1, the likeliest first. 0 where no word is shared.
std::vector<float> quasiRoundRobin(const Bm25& corpus, std::span<const WrittenText> written, std::size_t most = 20);

} // namespace core
