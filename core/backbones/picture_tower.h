#pragma once
#include "core/backbones/transformer_tower.h"
#include "core/pixels/picture_preprocessor.h"
#include <span>

// Shapes: N pictures, C 3 colours, S side in pixels, T patches, D width.
namespace core {

/// NCSS. Throws Error(invalidInput) for pictures that are not `side` x `side`.
torch::Tensor stacked(std::span<const NetworkPixels> pictures, std::int64_t side);

/// The picture tower of CLIP or SigLIP, alone or inside a vision-language network. Sets no inference mode.
class PictureTower {
public:
    /// `source` stands before `embeddings.` and `encoder.`.
    PictureTower(WeightSource source, const TowerSettings& settings);

    /// NTD, before CLIP's last normalisation, which its pooled vector alone gets; after SigLIP's.
    torch::Tensor hidden(const torch::Tensor& pixelsNCSS) const;
    /// ND; not for towers without pooling.
    torch::Tensor pooled(const torch::Tensor& hiddenNTD) const;

    std::int64_t layers() const { return settings_.layers; }
    /// What may be replaced by something trained; linears() are those of the blocks.
    std::vector<PlacedTensor> tensors();
    std::vector<PlacedLinear> linears() { return blocks_->linears(); }

private:
    void takeHead(WeightSource& source);

    TowerSettings settings_;
    torch::Tensor patchesDCSS_, patchBiasD_, classD_, positionsTD_, probeD_;
    NormWeights firstNorm_, lastNorm_, headNorm_;
    LinearWeights headQuery_, headKey_, headValue_, headOutput_, headInner_, headOuter_;
    std::unique_ptr<TransformerTower> blocks_;
};

} // namespace core
