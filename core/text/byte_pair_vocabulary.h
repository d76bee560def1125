#pragma once
#include "core/text/tokenizer.h"
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace core {

/// Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909, section 3.2) over bytes, so that no text is unknown: id
/// 0 pads, 1 to 256 are the bytes, each later id joins two earlier ones. ASCII letters are lowered first. Merges never
/// cross a word: a run of letters (bytes above 127 count as letters), a run of digits, or one other byte; a space
/// before a word belongs to it.
class BytePairVocabulary final : public TextTokenizer {
public:
    using Merge = std::pair<std::int32_t, std::int32_t>;
    static constexpr std::int32_t firstMergedId = 257;

    /// Joins what stands together most often until there are `size` ids or nothing stands together twice.
    /// Deterministic: of equally frequent pairs the smaller ids win. Some 20,000 distinct words take a second.
    static BytePairVocabulary train(std::span<const std::string> texts, std::int32_t size);
    /// Throws Error(notFound) or Error(corrupt), naming the file.
    static BytePairVocabulary load(const std::filesystem::path& file);
    void save(const std::filesystem::path& file) const;

    /// Throws Error(corrupt) where a merge names an id that does not exist yet.
    explicit BytePairVocabulary(std::vector<Merge> merges);

    std::vector<std::int32_t> encode(std::string_view text) const override;
    /// In the order they were learned: the first makes id firstMergedId.
    std::span<const Merge> merges() const { return merges_; }
    std::int32_t size() const override { return firstMergedId + static_cast<std::int32_t>(merges_.size()); }

private:
    std::vector<Merge> merges_;
    std::unordered_map<std::uint64_t, std::int32_t> idOfPair_;
};

} // namespace core
