#pragma once
#include "core/text/checked_json.h"
#include <string>
#include <vector>

namespace core {

/// The plan of a network of inverted residual blocks (Sandler et al. 2018, arXiv 1801.04381): MobileNetV2, and
/// EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946, without squeeze and excitation, with ReLU6).
struct ConvolutionSettings {
    /// A convolution with its normalisation, perhaps ReLU6.
    struct Step {
        std::string weight, norm; ///< names in the weight files
        std::int64_t from = 0, to = 0, kernel = 1, stride = 1;
        bool isDepthwise = false, hasActivation = true;
    };
    struct Block {
        std::vector<Step> steps;
        bool addsInput = false;
    };
    std::vector<Block> blocks;        ///< from pixels to the last map, which is averaged
    std::string prefix;               ///< before all names, where the files have it
    std::int64_t side = 0, width = 0; ///< pixels; of the vectors
    double epsilon = 1e-3;            ///< of the normalisations
    bool padsAsTensorFlow = true;     ///< a missing half pixel goes to the right and bottom

    /// By `model_type` "mobilenet_v2", or timm's `architecture` "tf_efficientnet_lite0".
    static bool isKnown(const JsonPlace& root);
    /// Throws Error(corrupt) for sizes that are absurd or not supported.
    static ConvolutionSettings of(const JsonPlace& root);
};

} // namespace core
