#pragma once
#include "core/recommenders/vlm_model.h"

namespace core {

/// The dense head of a model that other heads share.
class DenseHead final : public Recommender {
public:
    explicit DenseHead(std::shared_ptr<VlmModel> model) : model_(std::move(model)) {}

    ModelInfo info() const override { return model_->info(); }
    std::int64_t itemCount() const override { return model_->itemCount(); }
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override {
        model_->score(histories, scoresBV, stop);
    }
    const VectorTable& itemVectors(SimilarSpace space) override { return model_->itemVectors(space); }
    std::optional<VectorTable> scoringVectors() override { return model_->scoringVectors(); }
    VectorTable shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) override {
        return model_->shopperVectors(histories, stop);
    }
    int historyWindow() const override { return model_->historyWindow(); }

private:
    std::shared_ptr<VlmModel> model_;
};

/// The generative head (methods.md 1): the model writes texts of what comes next, and products score by how well their
/// text answers what was written. The same history gives the same texts; the last one's are kept.
class GenerativeHead final : public Recommender {
public:
    GenerativeHead(std::shared_ptr<VlmModel> model, const WritingOptions& options)
        : model_(std::move(model)), options_(options) {}

    ModelInfo info() const override { return model_->info(); }
    std::int64_t itemCount() const override { return model_->itemCount(); }
    /// One history after the other; a stop is heard between tokens.
    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) override;
    const VectorTable& itemVectors(SimilarSpace space) override { return model_->itemVectors(space); }
    int historyWindow() const override { return model_->historyWindow(); }
    /// What was written for the last history, best first.
    const std::vector<WrittenText>& written() const { return written_; }
    void setOnWriting(const ProgressSink& sink) override { onWriting_ = sink; }

private:
    void write(const HistoryView& history, std::stop_token stop);

    std::shared_ptr<VlmModel> model_;
    WritingOptions options_;
    ProgressSink onWriting_;
    std::vector<WrittenText> written_;
    std::optional<std::vector<ItemIndex>> writtenFor_; ///< a history that is asked for again is not written again
};

/// The most likely distinct texts, as a sentence that stands beside a list; empty for none.
std::string writtenNotice(std::span<const WrittenText> written);

} // namespace core
