#pragma once
#include "core/backbones/convolution_tower.h"
#include "core/backbones/picture_tower.h"
#include <filesystem>

// Shapes: N texts or pictures, T tokens or patches, D width, W width of a vector, C 3 colours, S side in pixels.
namespace core {

/// A text encoder of a Hugging Face folder for code that works with tensors; others use PretrainedTextEncoder. float32.
/// Sets no inference mode. Weights are borrowed from the mapped files: never written, but they may be replaced.
class TextNetwork {
public:
    /// Throws Error(notFound), or Error(corrupt) naming file and tensor.
    explicit TextNetwork(const std::filesystem::path& folder);

    /// Texts of one length, int64: no padding. `typesNT` (BERT; undefined: all 0). NTD.
    torch::Tensor hidden(const torch::Tensor& idsNT, const torch::Tensor& typesNT) const;
    /// The architecture's own pooled output, projected to the space shared with pictures where there is one.
    torch::Tensor pooled(const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) const;
    /// What stands for a text among products: BERT's mean, of length 1, else pooled().
    torch::Tensor vectors(const torch::Tensor& idsNT) const;
    /// The mean over T, of length 1: ND.
    static torch::Tensor unitMean(const torch::Tensor& hiddenNTD);

    const TowerSettings& settings() const { return settings_; }
    std::int64_t vectorWidth() const;
    std::vector<PlacedTensor> tensors();
    std::vector<PlacedLinear> linears() { return tower_->linears(); }

private:
    TowerSettings settings_;
    torch::Tensor tokensVD_, positionsTD_, typesYD_;
    NormWeights embeddingNorm_, finalNorm_;
    LinearWeights head_; ///< BERT's pooler, SigLIP's head, CLIP's projection; may be undefined
    std::unique_ptr<TransformerTower> tower_;
};

/// Likewise for pictures.
class PictureNetwork {
public:
    explicit PictureNetwork(const std::filesystem::path& folder);

    /// NTD; of a map its places are the T.
    torch::Tensor hidden(const torch::Tensor& pixelsNCSS) const;
    /// NW.
    torch::Tensor pooled(const torch::Tensor& hiddenNTD) const;

    int side() const { return static_cast<int>(side_); }
    std::int64_t width() const { return width_; } ///< of a hidden state
    std::int64_t vectorWidth() const { return projection_.weight.defined() ? projection_.weight.size(0) : width_; }
    std::int64_t layers() const { return tower_ ? tower_->layers() : convolutions_->layers(); }
    std::vector<PlacedTensor> tensors();
    /// None in a network of convolutions.
    std::vector<PlacedLinear> linears();

private:
    std::int64_t side_ = 0, width_ = 0;
    LinearWeights projection_; ///< CLIP's; may be undefined
    std::unique_ptr<PictureTower> tower_;
    std::unique_ptr<ConvolutionTower> convolutions_; ///< one of the two
};

} // namespace core
