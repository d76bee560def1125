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
/// What is added up of models whose scores have scales of their own.
enum class Fusion {
    scores, ///< standardize()
    ranks,  ///< reciprocalRanks()
};
/// What a mix's model.json holds under "settings".
struct MixSettings {
    std::vector<MixPart> parts;
    Fusion fusion = Fusion::scores;
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
/// Gives each score 1 / (its rank), 1 the best: how sure a model is counts in its order alone (reciprocal rank fusion,
/// Cormack, Clarke and Buettcher 2009, with its constant at 0, which puts more weight on first places). Equal scores
/// share the best of their ranks; from rank 1,001 on all are equal.
void reciprocalRanks(std::span<float> scoresV);
/// One of both.
void bringToOneScale(std::span<float> scoresV, Fusion fusion);

/// A sum of the parts' scores brought to one scale (methods.md 1 and 7: a convex mix of separate scores, weights chosen
/// on validation). Parts of weight 0 are not asked.
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
