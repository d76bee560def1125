#pragma once
#include "core/recommenders/recommender.h"

namespace core {

/// Lists made beforehand, laid out by this workspace: of the listed user at row r, entries begin[r] to begin[r + 1].
struct ListModelParts {
    std::int64_t itemCount = 0;
    std::vector<std::int32_t> rowOfUser; ///< user -> row; -1: has no list
    std::vector<std::int64_t> begin{0};
    std::vector<ItemIndex> items;
    std::vector<float> scores; ///< higher is better
};

/// A recommender that knows a list for each listed shopper and nothing else. Products outside a list stand below it,
/// all alike.
class ListModel final : public Recommender {
public:
    ListModel(ModelInfo info, ListModelParts parts) : info_(std::move(info)), parts_(std::move(parts)) {}

    ModelInfo info() const override { return info_; }
    std::int64_t itemCount() const override { return parts_.itemCount; }
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::string missing(const HistoryView& history) const override;

private:
    ModelInfo info_;
    ListModelParts parts_;
};

} // namespace core
