#pragma once
#include "core/array_files/safetensors.h"
#include "core/recommenders/id_model_folder.h"
#include "core/recommenders/recommender.h"
#include <memory>
#include <nlohmann/json_fwd.hpp>

namespace core {

/// Sizes and rates of BPR-MF; kept in model.json, because a new history is fitted with the rates of the training.
struct MatrixFactorSettings {
    int width = 64;
    double learningRate = 0.05, regularization = 0.01;
    int foldInPasses = 30; ///< over a history, to find its vector

    bool operator==(const MatrixFactorSettings&) const = default;
};
void to_json(nlohmann::json& json, const MatrixFactorSettings& settings);
/// Throws Error(corrupt).
void from_json(const nlohmann::json& json, MatrixFactorSettings& settings);

/// What is learnt of the products: score of product i for a user vector p = p . q_i + b_i.
struct MatrixFactors {
    MatrixFactorSettings settings;
    std::vector<float> itemsVD; ///< q, row-major
    std::vector<float> biasV;   ///< b

    std::size_t itemCount() const { return biasV.size(); }
    std::span<const float> item(std::int64_t row) const {
        const auto width = static_cast<std::size_t>(settings.width);
        return {itemsVD.data() + static_cast<std::size_t>(row) * width, width};
    }
    std::span<float> item(std::int64_t row) {
        const auto width = static_cast<std::size_t>(settings.width);
        return {itemsVD.data() + static_cast<std::size_t>(row) * width, width};
    }
    /// p . (q_i - q_j) + b_i - b_j
    float preference(std::span<const float> userD, std::int64_t i, std::int64_t j) const;
    /// The vector of a history: the user's half of BPR's updates with the products held fixed, from zero, with draws
    /// that depend on nothing but the history's length, so that equal histories get equal vectors. Zero for none.
    std::vector<float> foldIn(std::span<const std::int64_t> rows) const;
    void score(std::span<const float> userD, std::span<float> scoresV) const;

    TensorFile stored() const;
    /// Throws Error(corrupt).
    static MatrixFactors from(const TensorFile& file, const MatrixFactorSettings& settings, std::int64_t items);
};

/// BPR-MF (Rendle et al. 2009, arXiv 1205.2618, figure 4): matrix factors that rank what a user bought above what the
/// user did not. The order of a history says nothing to it. Users are not stored: every history is fitted (foldIn),
/// those of the training too, so that an edited or a new one is answered alike.
class MatrixFactorModel final : public Recommender {
public:
    /// Throws Error(notFound) or Error(corrupt), naming the file. Keeps nothing of `dataset`.
    static std::unique_ptr<MatrixFactorModel> load(const std::filesystem::path& folder, const Dataset& dataset);

    ModelInfo info() const override { return folder_.info; }
    std::int64_t itemCount() const override { return rows_.itemCount(); }
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::int64_t unknownItems() const { return rows_.unknownCount(); }

private:
    MatrixFactorModel(IdModelFolder folder, CatalogRows rows, MatrixFactors factors)
        : folder_(std::move(folder)), rows_(std::move(rows)), factors_(std::move(factors)) {}

    IdModelFolder folder_;
    CatalogRows rows_;
    MatrixFactors factors_;
};

} // namespace core
