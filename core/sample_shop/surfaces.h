#pragma once
#include "core/sample_shop/attributes.h"
#include <opencv2/core.hpp>

namespace core {

/// Repeating 512 x 512 maps and colours that the canvas paints with. Made once, never changed.
cv::Vec3f bodyColour(int colour); ///< RGB in [0, 1]
cv::Vec3f accentColourOf(int accent);
/// 1 where the pattern shows its second colour, 0 where the ground; the look of `Pattern::plain` is all 0.
const cv::Mat1f& patternMap(Pattern pattern);

struct Surface {
    cv::Mat1f texture;    ///< multiplies the colour, about 1
    float gloss = 0;      ///< strength of highlights
    float sharpness = 20; ///< Phong exponent
    float sheen = 0;      ///< light on edges that turn away: velvet
};
const Surface& surfaceOf(Material material);

} // namespace core
