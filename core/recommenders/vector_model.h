#pragma once
#include "core/recommenders/recommender.h"

namespace core {

/// Where a shopper's vector comes from.
enum class ShopperVectors {
    mean,   ///< of the vectors of the history's products
    recent, ///< the same, each older product weighing 0.8 of the next newer one
    given,  ///< one for each listed shopper: such a model cannot follow edits
};

enum class Similarity { dot, cosine };

/// Vectors made elsewhere, laid out by this workspace.
struct VectorModelParts {
    VectorTable items;                   ///< one row a product of the catalog
    std::vector<bool> hasVector;         ///< products that the files knew
    VectorTable users;                   ///< ShopperVectors::given: one row a listed shopper
    std::vector<std::int32_t> rowOfUser; ///< user -> row of `users`; -1: not listed
    ShopperVectors shopperVectors = ShopperVectors::mean;
    Similarity similarity = Similarity::dot;
};

/// Scores products by inner product or cosine of vectors that some other program made. Products without a vector stand
/// below all others.
class VectorModel final : public Recommender {
public:
    VectorModel(ModelInfo info, VectorModelParts parts);

    ModelInfo info() const override { return info_; }
    std::int64_t itemCount() const override { return parts_.items.rows; }
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::string missing(const HistoryView& history) const override;
    std::optional<VectorTable> scoringVectors() override { return parts_.items; }
    VectorTable shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) override;

private:
    /// Zeros where missing() has something to say.
    std::vector<float> shopperVector(const HistoryView& history) const;

    ModelInfo info_;
    VectorModelParts parts_;
};

} // namespace core
