#pragma once
#include "core/array_files/safetensors.h"
#include "core/backbones/language_model.h"
#include "core/backbones/pretrained_decoder.h"
#include "core/base/progress.h"
#include "core/recommenders/encoders.h"
#include "core/recommenders/vlm_prompt.h"
#include <functional>
#include <optional>

// Shapes: B texts, T tokens (padded), D width of the network, P projection, R rows of VlmCatalog, Q pictures, K tokens
// of a picture, V vocabulary.
namespace core {

/// A vision-language network and the projections beside it (methods.md 1). Its parameters are what is trained: the
/// projections, a learned temperature, and either LoRA's changes or, under "backbone.", the whole checkpoint. All of
/// them are float32; what a batch comes to is on the network's device.
class VlmNetworkImpl : public torch::nn::Module {
public:
    /// What the checkpoint's own weights are for.
    enum class Backbone { read, trained };
    /// `folder`: the checkpoint. Projections and changes are random, by torch's generator; changes begin as nothing.
    /// Throws Error(invalidInput) for Gemma where the whole is to be trained (its norms are derived, not held).
    VlmNetworkImpl(const std::filesystem::path& folder, const VlmSettings& settings, Backbone use,
                   const Computing& computing = {});

    torch::Device device() const { return model_.network().device(); }
    /// What stands in the places of a picture's tokens: QKD, for distinct pictures of `inputs`.
    torch::Tensor pictureTokens(const ItemInputs& inputs, std::span<const std::int32_t> pictures) const;
    /// Reads all pictures of `inputs` once with what stands still in training, so that pictureTokens() of these very
    /// inputs is cheap; where nothing stands still, or it takes more than `largestBytes`, it does nothing.
    void keepPictures(const ItemInputs& inputs, std::int64_t largestBytes, const std::stop_token& stop);
    /// The picture encoder of a trained PixRec model, by its weights; VlmSettings::hasItemTower(). `inputs`: pictures
    /// whose mean and deviation are those that the connector will see. Throws Error(corrupt) naming `source`.
    void takeItemTower(const TensorFile& weights, const std::string& source, const ItemInputs& inputs,
                       const std::stop_token& stop);

    /// Several texts as one padded batch.
    struct Batch {
        std::vector<const VlmText*> texts;
        /// Picture number -> place in `picturesQKD`.
        std::vector<std::int32_t> placeOfPicture;
        torch::Tensor picturesQKD;   ///< undefined: none
        std::int64_t openTokens = 0; ///< PaliGemma: so many at the start see each other; all texts alike
    };
    /// Last hidden states, BTD. What stands in the padding is meaningless and changes nothing else.
    /// Throws Error(cancelled) between layers.
    torch::Tensor hidden(const Batch& batch, const std::stop_token& stop = {}) const;
    /// What hidden() reads: rows of the vocabulary, and pictures' tokens in their places, BTD.
    torch::Tensor embedded(const Batch& batch) const;
    bool hasOpenPrefix() const { return model_.settings().hasOpenPrefix(); }
    torch::Tensor logits(const torch::Tensor& hiddenD) const { return model_.network().logits(hiddenD); }

    torch::Tensor projectUser(const torch::Tensor& meansBD) { return unit(userProjection(meansBD)); }
    torch::Tensor projectItem(const torch::Tensor& meansBD) { return unit(itemProjection(meansBD)); }
    torch::Tensor temperature() const { return logTemperature.exp(); }

    /// Training keeps what enters each block alone and makes the rest again for the gradient.
    void setRecomputing(bool on) { model_.network().recomputes = on; }
    /// Dropout of LoRA's changes happens in training mode.
    void train(bool on = true) override;
    /// The checkpoint's tensors with the changes added to the layers, by their names in the folder; Backbone::trained.
    /// With changes it reads the folder again.
    std::map<std::string, torch::Tensor> merged() const;

    const LanguageModel& model() const { return model_; }
    const VlmSettings& settings() const { return settings_; }

    torch::nn::Linear userProjection{nullptr}, itemProjection{nullptr};
    torch::Tensor logTemperature;

private:
    static torch::Tensor unit(const torch::Tensor& vectors);
    /// What stands still of pictures: QKW. The rest is connected().
    torch::Tensor pictureFeatures(const ItemInputs& inputs, std::span<const std::int32_t> pictures) const;
    torch::Tensor connected(const torch::Tensor& featuresQKW) const;
    /// Features of all pictures, in blocks.
    torch::Tensor allFeatures(const ItemInputs& inputs, const std::stop_token& stop) const;
    void addItemTower();
    void addChanges();
    void registerBackbone();

    /// A layer of the language network, by the name in vlmTargets.
    struct Place {
        std::size_t block;
        std::string target;
    };

    VlmSettings settings_;
    std::filesystem::path folder_;
    LanguageModel model_;
    std::optional<PicturePreprocessor> preprocessor_;
    std::shared_ptr<PictureEncoder> itemTower_; ///< of PixRec; its parameters stand still
    torch::Tensor featureMean_, featureScale_;
    mutable torch::nn::Sequential connector_{nullptr};
    const ItemInputs* kept_ = nullptr; ///< whose features these are
    torch::Tensor keptQKW_;
    std::vector<std::pair<Place, std::shared_ptr<LowRankChange>>> changes_;
};
TORCH_MODULE(VlmNetwork);

/// Tokens of one of several texts.
struct BatchSpan {
    std::int64_t text = 0;
    VlmSpan tokens;
};
/// The mean of the hidden states of each span: ND. Padding never counts.
torch::Tensor meansOf(const torch::Tensor& hiddenBTD, std::span<const BatchSpan> spansN);

/// Rows `from` to `to` (exclusive) of each text's hidden states, their mean: BD. Padding never counts.
torch::Tensor meanOf(const torch::Tensor& hiddenBTD, std::span<const std::int64_t> fromB,
                     std::span<const std::int64_t> toB);

/// The distinct pictures of texts, in order of their numbers, and where each stands among them.
struct ShownPictures {
    std::vector<std::int32_t> pictures, placeOfPicture;
};
ShownPictures shownPictures(std::span<const VlmText* const> texts, std::int64_t pictureCount);

/// z_T of all rows: RP, unit length. `picturesQKD`: as in encodeHistories(). Texts of like length share a batch.
/// Evaluation mode, no gradients. Throws Error(cancelled); asks for a stop between batches.
torch::Tensor encodeRows(VlmNetwork& network, const VlmPrompt& prompt, const VlmCatalog& catalog,
                         const torch::Tensor& picturesQKD, const ProgressSink& progress, const std::stop_token& stop);
/// z_U of histories, given as rows, oldest first: BP. `picturesQKD`: of all pictures, or undefined to make what is
/// needed anew.
torch::Tensor encodeHistories(VlmNetwork& network, const VlmPrompt& prompt, const VlmCatalog& catalog,
                              const torch::Tensor& picturesQKD, std::span<const std::vector<std::int32_t>> histories,
                              const std::stop_token& stop);
/// Tokens of all pictures of a catalog where they fit into `largestBytes`, else undefined.
torch::Tensor allPictureTokens(VlmNetwork& network, const VlmCatalog& catalog, std::int64_t largestBytes,
                               const ProgressSink& progress, const std::stop_token& stop);

/// What the network writes after the one text of `prompt`: all `options.beams` texts, best first. `ends`: tokens that
/// end a text beside the network's own. `onStep`: after each token, with what runs. Throws Error(cancelled) between
/// tokens.
using OnStep = std::function<void(const std::vector<std::vector<std::int32_t>>& running)>;
std::vector<GeneratedText> writeAfter(VlmNetwork& network, const VlmNetworkImpl::Batch& prompt,
                                      const GenerateOptions& options, std::span<const std::int32_t> ends,
                                      const OnStep& onStep, const std::stop_token& stop);

} // namespace core
