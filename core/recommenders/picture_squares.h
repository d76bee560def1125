#pragma once
#include "core/recommenders/encoders.h"

namespace core {

/// What an encoder of makeSmallPictureEncoder() makes of each of `along` x `along` squares of a picture, row by row:
/// N x along^2 x W. With 1 it is encode(). Throws Error(unavailable) for an encoder that knows no places.
torch::Tensor encodeSquares(PictureEncoder& encoder, const torch::Tensor& pixelsNSSC, std::int64_t along);

} // namespace core
