#pragma once
#include <cstdint>
#include <vector>

namespace core {

/// A picture as plain values: rows from the top, in each its pixels, in each its channels (RGB).
struct PixelArray {
    int width = 0, height = 0, channels = 3;
    std::vector<std::uint8_t> values;

    PixelArray() = default;
    PixelArray(int width, int height, int channels = 3);
    std::uint8_t* row(int y) {
        return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width * channels);
    }
    const std::uint8_t* row(int y) const {
        return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width * channels);
    }
};

enum class ResampleFilter { nearest, lanczos, bilinear, bicubic, box, hamming };

/// The same values as Pillow 11's `Image.resize((width, height), filter)` gives for 8-bit pictures: rows, then
/// columns, weights in 22 bits of fixed point; where a picture shrinks, filters widen (no aliasing).
/// Throws Error(invalidInput) for an empty picture or size, and above 100 megapixels.
PixelArray resize(const PixelArray& picture, int width, int height, ResampleFilter filter);

} // namespace core
