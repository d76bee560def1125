#pragma once
#include "core/recommenders/pixrec_settings.h"
#include "core/tensors/torch.h"
#include "core/text/tokenizer.h"
#include <memory>

// Shapes: N texts or pictures, L tokens, W features, C channels, S picture side.
namespace core {

/// Turns texts to features. The small one below is trained from nothing; encoders of Hugging Face folders fill the same
/// place.
class TextEncoder : public torch::nn::Module {
public:
    /// `tokensNL`: int64, 0 pads. Rows do not influence each other. Returns NW.
    virtual torch::Tensor encode(const torch::Tensor& tokensNL) = 0;
    virtual int width() const = 0;
    /// What makes its tokens; null: the model's own vocabulary.
    virtual std::shared_ptr<const TextTokenizer> tokenizer() const { return nullptr; }
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
/// Two vectors of unit length, side by side: the square roots of a soft colour histogram, and mean and maximum of the
/// last map of four strided convolutions with group normalisation. The histogram has nothing to learn. On the sample
/// shop it tells a product's colour to a linear reader with 200 examples, where means over 8 x 8 places reach half of
/// the products and identify each picture instead.
std::shared_ptr<PictureEncoder> makeSmallPictureEncoder(const PixRecSettings& settings);

/// Stand for encoders from elsewhere whose vectors come ready made: of `width`, nothing to learn, and never asked to
/// encode.
std::shared_ptr<TextEncoder> makeFrozenTextEncoder(int width);
std::shared_ptr<PictureEncoder> makeFrozenPictureEncoder(int width);

} // namespace core
