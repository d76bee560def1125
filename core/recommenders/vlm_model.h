#pragma once
#include "core/base/progress.h"
#include "core/recommenders/recommender.h"
#include "core/retrieval/bm25.h"
#include "core/tensors/device.h"
#include <filesystem>
#include <functional>
#include <memory>

namespace core {

/// How the generative head writes (methods.md 1).
struct WritingOptions {
    int texts = 32; ///< beams, which are drawn
    int mostTokens = 50;
    double temperature = 0.5;
    double repetitionPenalty = 1.2; ///< of what was written alone
    std::uint64_t seed = 1;
};
/// Called after each token with the texts so far, and how many tokens they can have at most, on the thread that writes.
using OnWriting = std::function<void(const std::vector<std::string>& texts, std::int64_t mostTokens)>;

/// PixRec as published, dense head: a vision-language network reads prompt, texts and pictures of a history, score(u,
/// i) = cos(z_U, z_T(i)) over the whole catalog (methods.md 1). load(), then prepare(), then encodeItems() or
/// useItems(), then score(). What is handed out is float32 on the CPU.
class VlmModel final : public Recommender {
public:
    /// The device as pickDevice() takes it; fp32 or bf16. Throws Error(notFound), Error(corrupt) naming the file, or
    /// Error(unavailable) for a device that is not there.
    static std::unique_ptr<VlmModel> load(const std::filesystem::path& folder, const Computing& computing);
    ~VlmModel() override;

    /// Tokenizes the catalog. `dataset` has its pictures where pictureSide() is not 0; their rows alone, as
    /// pictureOfItem() had them, are enough before usePictureTokens().
    void prepare(const Dataset& dataset);
    /// Reads all products, each distinct input once. Throws Error(cancelled).
    void encodeItems(const ProgressSink& progress, std::stop_token stop);
    /// Takes what an earlier encodeItems() made; throws Error(corrupt) where sizes differ.
    void useItems(VectorTable rows);
    /// z_T of each distinct input, to be kept in a cache.
    const VectorTable& rows() const;
    /// What stands for each distinct picture in a prompt, after the connector: tokens times width numbers, one row a
    /// picture, to be kept in a cache. No rows where it reads none, or where they are too many for memory and are made
    /// as they are wanted. Throws Error(cancelled).
    VectorTable pictureTokens(const ProgressSink& progress, std::stop_token stop);
    /// Takes what an earlier pictureTokens() gave; throws Error(corrupt) where sizes differ.
    void usePictureTokens(const VectorTable& tokens);

    ModelInfo info() const override;
    std::int64_t itemCount() const override;
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override;
    std::optional<VectorTable> scoringVectors() override;
    VectorTable shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) override;
    int historyWindow() const override;
    /// The side in pixels that it reads pictures at; 0 where it reads none.
    int pictureSide() const;
    /// By item: which of the distinct pictures it shows, -1 for none.
    std::vector<std::int32_t> pictureOfItem() const;

    /// The generative head: texts of what comes next after a history, scored by the mean log-probability of a token.
    /// Pictures are not written. Throws Error(unavailable) for modality "image", Error(cancelled) between tokens.
    std::vector<WrittenText> write(const HistoryView& history, const WritingOptions& options,
                                   const OnWriting& onWriting, std::stop_token stop);
    /// Scores of all items by what was written (quasiRoundRobin()).
    std::vector<float> generativeScores(std::span<const WrittenText> written);

private:
    struct Impl;
    explicit VlmModel(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace core
