#pragma once
#include "core/dataset/split.h"
#include "core/sample_shop/parameters.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace core {

/// What the sample shop knows and no model reads, from the folder truth/ of its workspace: every shopper's
/// probabilities of choice, the products' attributes, and which pixels each attribute decides. For tests and ceilings
/// only.
class Truth {
public:
    static bool existsIn(const std::filesystem::path& workspaceFolder);
    /// Throws Error(notFound) where there is none, Error(corrupt) where it cannot be read.
    explicit Truth(const std::filesystem::path& workspaceFolder);
    ~Truth();
    Truth(Truth&&) noexcept;
    Truth& operator=(Truth&&) noexcept;

    const SampleShopParameters& parameters() const;
    std::int64_t itemCount() const;
    std::int64_t userCount() const;
    const ProductAttributes& attributes(ItemIndex item) const;

    /// P(product | shopper) at the shopper's validation or test event, exactly as that event was drawn: `outV` is
    /// itemCount() long and sums to 1. Products bought before have 0. Not thread-safe (scratch memory).
    void choiceProbabilities(UserIndex user, Split split, std::span<float> outV);
    /// The same, averaged over products of equal text, those bought before left out: the best that a model can know
    /// that sees no picture. Products of one text are bitwise equal, except those bought before, which have 0.
    void textProbabilities(UserIndex user, Split split, std::span<float> outV);

    /// side x side coverages, 255 where the attribute decides the pixel and 0 elsewhere, row-major; empty where no
    /// pixel shows the attribute.
    std::vector<std::uint8_t> mask(ItemIndex item, Attribute attribute) const;
    int maskSide() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace core
