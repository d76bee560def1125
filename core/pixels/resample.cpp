#include "core/pixels/resample.h"
#include "core/base/error.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

constexpr int weightBits = 32 - 8 - 2; // 8 for the value, 2 against overflow where weights are negative
constexpr std::int64_t mostPixels = 100'000'000;

struct Kernel {
    double (*weight)(double);
    double support; ///< the weight is 0 further from the centre
};

double sinc(double x) {
    if (x == 0) return 1;
    x *= M_PI;
    return std::sin(x) / x;
}

Kernel kernelOf(ResampleFilter filter) {
    switch (filter) {
    case ResampleFilter::box:
        return {[](double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }, 0.5};
    case ResampleFilter::hamming:
        return {[](double x) {
                    x = std::abs(x);
                    if (x == 0) return 1.0;
                    if (x >= 1) return 0.0;
                    x *= M_PI;
                    return std::sin(x) / x * (static_cast<double>(0.54F) + static_cast<double>(0.46F) * std::cos(x));
                },
                1};
    case ResampleFilter::bicubic:
        return {[](double x) { // Keys 1981, with a = -1/2
                    constexpr double a = -0.5;
                    x = std::abs(x);
                    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
                    if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
                    return 0.0;
                },
                2};
    case ResampleFilter::lanczos:
        return {[](double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0.0; }, 3};
    case ResampleFilter::bilinear:
    case ResampleFilter::nearest:
        break;
    }
    return {[](double x) { return std::max(0.0, 1 - std::abs(x)); }, 1};
}

/// What each value of the new line is made of.
struct LineWeights {
    struct Range {
        int first, count;
    };
    std::vector<Range> ranges;
    std::vector<std::int32_t> weights; ///< `stride` for each range
    std::size_t stride;

    LineWeights(int oldSize, int newSize, const Kernel& kernel) {
        const double scale = static_cast<double>(oldSize) / newSize;
        const double widening = std::max(scale, 1.0);
        const double support = kernel.support * widening;
        stride = static_cast<std::size_t>(std::ceil(support)) * 2 + 1;
        ranges.reserve(static_cast<std::size_t>(newSize));
        weights.assign(stride * static_cast<std::size_t>(newSize), 0);
        std::vector<double> exact;
        const double narrowing = 1.0 / widening;
        for (int i = 0; i < newSize; ++i) {
            const double centre = (i + 0.5) * scale;
            const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
            const int count = std::min(static_cast<int>(centre + support + 0.5), oldSize) - first;
            exact.clear();
            double sum = 0;
            for (int x = 0; x < count; ++x) {
                exact.push_back(kernel.weight((x + first - centre + 0.5) * narrowing));
                sum += exact.back();
            }
            std::int32_t* line = weights.data() + stride * static_cast<std::size_t>(i);
            for (std::size_t x = 0; x < exact.size(); ++x) {
                const double weight = (sum != 0 ? exact[x] / sum : exact[x]) * (1 << weightBits);
                line[x] = static_cast<std::int32_t>(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            ranges.push_back({first, count});
        }
    }
    const std::int32_t* of(int i) const { return weights.data() + stride * static_cast<std::size_t>(i); }
};

std::uint8_t clipped(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> weightBits, 0, 255)); }
constexpr std::int32_t half = 1 << (weightBits - 1);

PixelArray resizeRows(const PixelArray& picture, int width, const Kernel& kernel) {
    const LineWeights lines(picture.width, width, kernel);
    PixelArray resized(width, picture.height, picture.channels);
    const int channels = picture.channels;
    for (int y = 0; y < picture.height; ++y) {
        std::uint8_t* to = resized.row(y);
        for (int x = 0; x < width; ++x) {
            const auto [first, count] = lines.ranges[static_cast<std::size_t>(x)];
            const std::int32_t* weights = lines.of(x);
            const std::uint8_t* from = picture.row(y) + first * channels;
            if (channels == 3) {
                std::int32_t red = half, green = half, blue = half;
                for (int k = 0; k < count; ++k, from += 3) {
                    red += from[0] * weights[k];
                    green += from[1] * weights[k];
                    blue += from[2] * weights[k];
                }
                *to++ = clipped(red);
                *to++ = clipped(green);
                *to++ = clipped(blue);
                continue;
            }
            for (int c = 0; c < channels; ++c) {
                std::int32_t sum = half;
                for (int k = 0; k < count; ++k) sum += from[k * channels + c] * weights[k];
                *to++ = clipped(sum);
            }
        }
    }
    return resized;
}

PixelArray resizeColumns(const PixelArray& picture, int height, const Kernel& kernel) {
    const LineWeights lines(picture.height, height, kernel);
    PixelArray resized(picture.width, height, picture.channels);
    const auto rowValues = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
    std::vector<std::int32_t> sums(rowValues);
    for (int y = 0; y < height; ++y) {
        const auto [first, count] = lines.ranges[static_cast<std::size_t>(y)];
        const std::int32_t* weights = lines.of(y);
        std::fill(sums.begin(), sums.end(), half);
        for (int k = 0; k < count; ++k) {
            const std::uint8_t* from = picture.row(first + k);
            for (std::size_t i = 0; i < rowValues; ++i) sums[i] += from[i] * weights[k];
        }
        std::uint8_t* to = resized.row(y);
        for (std::size_t i = 0; i < rowValues; ++i) to[i] = clipped(sums[i]);
    }
    return resized;
}

PixelArray resizeNearest(const PixelArray& picture, int width, int height) {
    // Places are added up, as the reference does it.
    const auto placesOf = [](int oldSize, int newSize) {
        std::vector<int> places;
        const double scale = static_cast<double>(oldSize) / newSize;
        double at = scale * 0.5;
        for (int i = 0; i < newSize; ++i, at += scale) places.push_back(std::min(static_cast<int>(at), oldSize - 1));
        return places;
    };
    const auto columns = placesOf(picture.width, width), rows = placesOf(picture.height, height);
    PixelArray resized(width, height, picture.channels);
    for (int y = 0; y < height; ++y) {
        std::uint8_t* to = resized.row(y);
        const std::uint8_t* from = picture.row(rows[static_cast<std::size_t>(y)]);
        for (const int x : columns) to = std::copy_n(from + x * picture.channels, picture.channels, to);
    }
    return resized;
}

} // namespace

PixelArray::PixelArray(int w, int h, int c)
    : width(w), height(h), channels(c),
      values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c)) {}

PixelArray resize(const PixelArray& picture, int width, int height, ResampleFilter filter) {
    const auto isPossible = [](int w, int h) {
        return w > 0 && h > 0 && static_cast<std::int64_t>(w) * h <= mostPixels;
    };
    if (!isPossible(picture.width, picture.height) || !isPossible(width, height) || picture.channels < 1)
        throw Error(ErrorKind::invalidInput, fmt::format("resize a picture: {} x {} to {} x {} is not possible",
                                                         picture.width, picture.height, width, height));
    if (picture.width == width && picture.height == height) return picture;
    if (filter == ResampleFilter::nearest) return resizeNearest(picture, width, height);
    const Kernel kernel = kernelOf(filter);
    if (picture.width == width) return resizeColumns(picture, height, kernel);
    const PixelArray narrow = resizeRows(picture, width, kernel);
    return narrow.height == height ? narrow : resizeColumns(narrow, height, kernel);
}

} // namespace core
