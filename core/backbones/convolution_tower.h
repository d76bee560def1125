#pragma once
#include "core/backbones/transformer_tower.h"
#include "core/checkpoints/convolution_settings.h"

// Shapes: N pictures, C channels, H and W rows and columns of a map.
namespace core {

/// MobileNetV2 or EfficientNet-Lite0 without its classifier. Normalisations are folded into the convolutions, which
/// changes results by rounding alone. Sets no inference mode.
class ConvolutionTower {
public:
    ConvolutionTower(WeightSource source, const ConvolutionSettings& settings);
    /// The last map, NCHW.
    torch::Tensor run(torch::Tensor pixelsNCHW) const;

    /// Blocks.
    std::int64_t layers() const { return static_cast<std::int64_t>(blocks_.size()); }
    /// What may be replaced by something trained: convolutions with their normalisations in them.
    std::vector<PlacedTensor> tensors();

private:
    struct Step {
        torch::Tensor weight, bias;
        std::int64_t kernel = 1, stride = 1, groups = 1;
        bool hasActivation = true;
    };
    struct Block {
        std::vector<Step> steps;
        bool addsInput = false;
    };
    torch::Tensor apply(const Step& step, torch::Tensor mapNCHW) const;

    bool padsAsTensorFlow_;
    std::vector<Block> blocks_;
};

} // namespace core
