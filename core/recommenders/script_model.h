#pragma once
#include "core/recommenders/recommender.h"
#include <filesystem>
#include <memory>

namespace core {

/// A TorchScript that scores products, as users write it:
///     forward(items: int64 [T], times: int64 [T]) -> float [N]
/// `items` are the history's products, oldest first, by their number in the list of N ids that came with the script;
/// `times` are milliseconds since 1970 UTC, or empty where the workspace has none. Higher is better.
class ScriptModel final : public Recommender {
public:
    /// RUNS CODE of the file: only for files that the user trusts. `itemOfNumber`: for each of the N ids its place in
    /// the catalog, or none. Throws Error(corrupt) where it is no TorchScript.
    ScriptModel(ModelInfo info, const std::filesystem::path& script, std::vector<ItemIndex> itemOfNumber,
                std::int64_t itemCount, const std::string& device);
    ~ScriptModel() override;

    ModelInfo info() const override;
    std::int64_t itemCount() const override;
    /// Throws Error(corrupt) where the script fails, or gives other than N scores.
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::string missing(const HistoryView& history) const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace core
