#pragma once
#include "core/dataset/dataset.h"
#include "core/dataset/encoded_table.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/recommenders/recommender.h"
#include "core/tensors/device.h"
#include <filesystem>
#include <memory>
#include <string>

namespace core {

/// What PixRec computes once for each distinct model input and reads ever after: the heavy half of opening a model, so
/// it is worth a place in the cache. All tables have the same rows; vectors of `text`, `picture` and `score` have
/// length 1, or 0 where the item lacks that modality or the model does not read it.
struct ItemVectors {
    std::vector<std::int32_t> rowOfItem; ///< item -> row; items of equal model input share one
    VectorTable input;                   ///< the item tower's output: what the user tower reads
    VectorTable score;                   ///< z_T of methods.md 1: what user vectors are compared with
    VectorTable text, picture;           ///< the two branches before they are mixed: read-alikes, look-alikes

    std::int64_t itemCount() const { return static_cast<std::int64_t>(rowOfItem.size()); }
    /// Complete or not at all.
    void save(const std::filesystem::path& file) const;
    /// Throws Error(notFound) or Error(corrupt).
    static ItemVectors load(const std::filesystem::path& file);
};

/// PixRec, item level: item tower over text and picture, causal user tower over item vectors, score(u, i) = cos(z_U,
/// z_T(i)) (methods.md 1, dense head). A folder holds model.json, model.safetensors, vocabulary.json and README.md.
/// load(), then prepareItems() or useItems(), then score().
class PixRec final : public Recommender {
public:
    /// The device as pickDevice() takes it. Throws Error(notFound), Error(corrupt) naming the file (cut, damaged, hash
    /// of the weights differs from model.json), Error(unavailable) for a device that is not there. `known`: where
    /// encoders are that the model may have been trained with.
    static std::unique_ptr<PixRec> load(const std::filesystem::path& folder, const Computing& computing,
                                        const EncoderFolders& known = {});
    ~PixRec() override;

    /// Encodes all items of `dataset`; text twins once under a text model, shared pictures once. Pictures of another
    /// side than the model's are resized. `encoded`: of the model's frozen encoders. Throws Error(cancelled), and
    /// Error(invalidInput) where vectors of those are missing.
    void prepareItems(const Dataset& dataset, const ProgressSink& progress, std::stop_token stop,
                      const EncodedCatalog& encoded = {});
    /// Takes what an earlier prepareItems() made, for the same model hash and catalog; throws Error(corrupt) where
    /// widths differ.
    void useItems(ItemVectors vectors);
    /// What to put into a cache, under info().hash and the catalog hash.
    const ItemVectors& items() const;

    ModelInfo info() const override;
    std::int64_t itemCount() const override;
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::optional<VectorTable> scoringVectors() override;
    VectorTable shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) override;
    int historyWindow() const override;
    /// Among them the encoders from elsewhere.
    const PixRecSettings& settings() const;
    /// The side in pixels that it reads pictures at: what to decode them to. 0 where it reads none.
    int pictureSide() const;

private:
    struct Impl;
    explicit PixRec(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace core
