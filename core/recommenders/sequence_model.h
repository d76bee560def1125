#pragma once
#include "core/recommenders/recommender.h"
#include <filesystem>
#include <memory>

namespace core {

/// SASRec or BSARec over product ids, perhaps with text beside them (methods.md 3). Score = last hidden state times the
/// product's own input vector (tied weights). A history without a product that it knows is answered with popularity.
class SequenceModel final : public Recommender {
public:
    /// Throws Error(notFound), Error(corrupt) naming the file, Error(unavailable) for a device that is not there. Keeps
    /// nothing of `dataset`.
    static std::unique_ptr<SequenceModel> load(const std::filesystem::path& folder, const Dataset& dataset,
                                               const std::string& device = "auto");
    ~SequenceModel() override;

    ModelInfo info() const override;
    std::int64_t itemCount() const override;
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    int historyWindow() const override;
    /// Products of the catalog that came after its training.
    std::int64_t unknownItems() const;

private:
    struct Impl;
    explicit SequenceModel(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace core
