#pragma once
#include "core/recommenders/pixrec_settings.h"
#include "core/tensors/torch.h"
#include <memory>

// Shapes: N texts or pictures, L tokens, W features, C channels, S picture side.
namespace core {

/// Turns texts to features. The small one below is trained from nothing; pretrained language encoders will fill the
/// same place.
class TextEncoder : public torch::nn::Module {
public:
    /// `tokensNL`: int64, 0 pads. Rows do not influence each other. Returns NW.
    virtual torch::Tensor encode(const torch::Tensor& tokensNL) = 0;
    virtual int width() const = 0;
};

/// Turns pictures to features; likewise.
class PictureEncoder : public torch::nn::Module {
public:
    /// `pixelsNSSC`: uint8, RGB. Rows do not influence each other. Returns NW.
    virtual torch::Tensor encode(const torch::Tensor& pixelsNSSC) = 0;
    virtual int width() const = 0;
};

/// Bag of token vectors, beside a convolution over three neighbours that sees their order (a price's digits, a name's
/// words); mean and maximum over the text.
std::shared_ptr<TextEncoder> makeSmallTextEncoder(const PixRecSettings& settings);
/// Four strided convolutions with group normalisation; the last map keeps its places, because studio pictures are
/// aligned, and every map adds its mean and maximum.
std::shared_ptr<PictureEncoder> makeSmallPictureEncoder(const PixRecSettings& settings);

} // namespace core
