#pragma once
#include "core/recommenders/encoders.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/tensors/torch.h"
#include <cstdint>
#include <span>

// Shapes: N items, B histories, T positions, D width, H heads, P projection (= D), W encoder features.
namespace core {

/// Buckets of the time between two events: 0 at once, then doubling from a minute on, the last is years.
inline constexpr int gapBuckets = 24;
std::int64_t gapBucket(std::int64_t milliseconds);

/// Along the last dimension; zero vectors stay zero.
torch::Tensor unitLength(const torch::Tensor& vectors);

/// What the encoders saw of N items. A modality that the model does not read has zero features and present = 0.
struct ItemFeatures {
    torch::Tensor textNW, hasTextN1; ///< float; 1 or 0
    torch::Tensor pictureNW, hasPictureN1;
};

struct ItemTowerOutput {
    torch::Tensor itemND;            ///< unit vectors: what the user tower reads
    torch::Tensor textND, pictureND; ///< the branches before they are mixed; 0 where absent
};

/// Features with mean 0 over the catalog and one deviation for all of them together. All texts, and all pictures, share
/// a large common part; were it left in, item vectors would start nearly equal, and a norm within one item (LayerNorm,
/// methods.md 6) cannot take it out. Features keep their relative sizes: scaled one by one, those that hardly any item
/// has would be as loud as the others, and products would be known by them. Training uses the batch's own mean and
/// deviation over the items that have the modality, and keeps running ones for inference.
class FeatureNormImpl final : public torch::nn::Module {
public:
    explicit FeatureNormImpl(int width);
    torch::Tensor forward(const torch::Tensor& featuresNW, const torch::Tensor& hasN1);

private:
    torch::Tensor meanW_, varianceW_; ///< running
};
TORCH_MODULE(FeatureNorm);

/// f(text, picture): centred and scaled, then an MLP to D on each modality, mixed by gates that see both, then unit
/// length (methods.md 6). An absent branch adds exactly nothing, so text-only is the same code with no pictures.
class ItemTowerImpl final : public torch::nn::Module {
public:
    ItemTowerImpl(int textWidth, int pictureWidth, int width);
    ItemTowerOutput forward(const ItemFeatures& features);
    /// Part of the centred and scaled features that training hides, so that no product is known by heart.
    void setFeatureDropout(double rate) { dropout_->options.p(rate); }

private:
    FeatureNorm textNorm_, pictureNorm_;
    torch::nn::Sequential text_, picture_;
    torch::nn::Linear gates_;
    torch::nn::Dropout dropout_;
    int width_;
};
TORCH_MODULE(ItemTower);

/// Histories of one batch: item vectors left-aligned, positions after a history's end may hold anything.
struct HistoryBatch {
    torch::Tensor itemsBTD;
    torch::Tensor timesBT; ///< int64, milliseconds, on the CPU; undefined: no times
};

/// Causal transformer (pre-norm) over [start, i_1, .., i_T]. Beside each item it reads the mean of the history so far
/// and the largest value so far of learned traits (what a shopper bought once, a mean over many events hides; Zaheer et
/// al. 2017, Deep Sets, for pooling by sum and by maximum). Attention is biased by learned tables over age in events
/// and, where there are times, over the bucketed gap. Position t sees 0..t alone, so padding at the end changes
/// nothing.
class UserTowerImpl final : public torch::nn::Module {
public:
    explicit UserTowerImpl(const PixRecSettings& settings);
    /// Returns B x (T + 1) x D: position 0 is the start (an empty history), position t has read i_1..i_t.
    torch::Tensor forward(const HistoryBatch& batch);
    /// The target pass of methods.md 1: each item alone, through the same layers, without the start. Returns ND.
    torch::Tensor alone(const torch::Tensor& itemsND);
    /// Part of each layer's output that training hides.
    void setDropout(double rate) { dropout_->options.p(rate); }

private:
    struct Layer {
        torch::nn::LayerNorm attentionNorm, innerNorm;
        torch::nn::Linear queryKeyValue, out, inner, innerOut;
    };
    torch::Tensor run(torch::Tensor hiddenBTD, const torch::Tensor& biasBHTT);
    torch::Tensor attend(Layer& layer, const torch::Tensor& hiddenBTD, const torch::Tensor& biasBHTT);
    torch::Tensor bias(const HistoryBatch& batch) const;

    int heads_, window_;
    torch::Tensor start_, ageBias_, gapBias_; ///< D; (window + 2) x H; gapBuckets x H
    std::vector<Layer> layers_;
    torch::nn::Linear taste_;            ///< of the mean of the history so far, beside the newest item
    torch::nn::Linear traits_, anyOnce_; ///< of the largest value of each trait so far: seen once counts as seen often
    torch::nn::LayerNorm norm_;
    torch::nn::Dropout dropout_;
};
TORCH_MODULE(UserTower);

/// The whole network. Weight names are the member names.
class PixRecNetworkImpl final : public torch::nn::Module {
public:
    explicit PixRecNetworkImpl(const PixRecSettings& settings);

    torch::Tensor projectUser(const torch::Tensor& hidden); ///< z_U, unit length
    torch::Tensor projectItem(const torch::Tensor& hidden); ///< z_T and z_TU, unit length
    torch::Tensor temperature() const { return logTemperature.exp(); }
    /// Features of items whose text and picture features are known: rows of `textTW` and `pictureQW` by index, -1:
    /// absent.
    ItemFeatures gather(const torch::Tensor& textTW, const torch::Tensor& textOfN, const torch::Tensor& pictureQW,
                        const torch::Tensor& pictureOfN) const;

    const PixRecSettings settings;
    std::shared_ptr<TextEncoder> textEncoder;
    std::shared_ptr<PictureEncoder> pictureEncoder;
    ItemTower itemTower{nullptr};
    UserTower userTower{nullptr};
    torch::nn::Linear userProjection{nullptr}, itemProjection{nullptr};
    torch::Tensor logTemperature; ///< learned from .07
};
TORCH_MODULE(PixRecNetwork);

} // namespace core
