#pragma once
#include "core/recommenders/recommender.h"
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>

namespace core {

/// One of the models that a mix adds up.
struct MixPart {
    std::string name, hash; ///< the hash when the weights were chosen: with another one they mean nothing
    double weight = 0;
};
/// What a mix's model.json holds under "settings".
struct MixSettings {
    std::vector<MixPart> parts;
};
void to_json(nlohmann::json& json, const MixSettings& settings);
/// Throws Error(corrupt).
void from_json(const nlohmann::json& json, MixSettings& settings);

struct MixFolder {
    ModelInfo info; ///< capabilities: what all parts have; text and pictures where any part reads them
    MixSettings settings;
};
/// Throws Error(notFound) or Error(corrupt), naming the file.
MixFolder readMixFolder(const std::filesystem::path& folder);
std::string mixHash(const MixSettings& settings);

/// Brings the scores of one history to mean 0 and deviation 1 over the catalog, so that models of any scale can be
/// added; all zero where they are all equal. Equal scores stay equal, bit for bit.
void standardize(std::span<float> scoresV);

/// A sum of the parts' standardised scores (methods.md 1 and 7: a convex mix of separate scores, weights chosen on
/// validation). Parts of weight 0 are not asked.
class Mix final : public Recommender {
public:
    /// As many parts as settings.parts, in that order, over one catalog. Throws Error(invalidInput) where they differ
    /// from what the settings say.
    Mix(MixFolder folder, std::vector<std::unique_ptr<Recommender>> parts);

    ModelInfo info() const override { return folder_.info; }
    std::int64_t itemCount() const override { return parts_.front()->itemCount(); }
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    int historyWindow() const override;
    void setOnWriting(const ProgressSink& sink) override {
        for (const auto& part : parts_) part->setOnWriting(sink);
    }

private:
    MixFolder folder_;
    std::vector<std::unique_ptr<Recommender>> parts_;
    std::vector<float> partBV_;
};

} // namespace core
