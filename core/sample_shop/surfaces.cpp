#include "core/sample_shop/surfaces.h"
#include "core/sample_shop/random.h"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace core {

namespace {

constexpr int mapSide = 512; // all periods divide it, so that maps repeat without a seam
constexpr float pi = std::numbers::pi_v<float>;

template <class Function>
cv::Mat1f fillMap(Function value) {
    cv::Mat1f map(mapSide, mapSide);
    for (int y = 0; y < mapSide; ++y)
        for (int x = 0; x < mapSide; ++x) map(y, x) = value(static_cast<float>(x), static_cast<float>(y));
    return map;
}

/// 1 inside, 0 outside, one pixel of transition: `distance` is to the edge, negative inside.
float cover(float distance) { return std::clamp(0.5F - distance, 0.0F, 1.0F); }

float wave(float x, float period) { return std::abs(std::remainder(x, period)); } // 0 .. period / 2

cv::Mat1f flowers() {
    cv::Mat1f large(mapSide * 2, mapSide * 2, 0.0F);
    Random random(7);
    constexpr int grid = 12; // flowers a row
    const float cell = static_cast<float>(mapSide) / grid;
    for (int row = 0; row < grid; ++row)
        for (int column = 0; column < grid; ++column) {
            const float x = (static_cast<float>(column) + 0.5F + (row % 2 ? 0.5F : 0.0F)) * cell +
                            static_cast<float>(random.uniform(-4, 4));
            const float y = (static_cast<float>(row) + 0.5F) * cell + static_cast<float>(random.uniform(-4, 4));
            const float turn = static_cast<float>(random.uniform(0, 2)) * pi,
                        size = static_cast<float>(random.uniform(0.85, 1.1));
            for (int wrapX = -1; wrapX <= 1; ++wrapX)
                for (int petal = 0; petal < 6; ++petal) {
                    const float angle = turn + static_cast<float>(petal) * 2 * pi / 5;
                    const float away = petal < 5 ? 8.2F * size : 0; // the sixth is the heart, in the ground colour
                    const cv::Point2f middle(x + static_cast<float>(wrapX * mapSide) + away * std::cos(angle),
                                             y + away * std::sin(angle));
                    if (petal < 5)
                        cv::ellipse(large,
                                    cv::RotatedRect(middle * 2, cv::Size2f(24 * size, 16 * size), angle * 180 / pi),
                                    1.0, -1, cv::LINE_8);
                    else
                        cv::circle(large, middle * 2, static_cast<int>(7 * size), 0.0, -1, cv::LINE_8);
                }
        }
    cv::Mat1f map;
    cv::resize(large, map, {mapSide, mapSide}, 0, 0, cv::INTER_AREA);
    return map;
}

cv::Mat1f makePattern(Pattern pattern) {
    switch (pattern) {
    case Pattern::plain:
        return cv::Mat1f(mapSide, mapSide, 0.0F);
    case Pattern::stripes:
        return fillMap([](float, float y) { return cover(wave(y, 512.0F / 24) - 4.6F); });
    case Pattern::checks:
        return fillMap([](float x, float y) {
            const float down = cover(wave(x, 32) - 8), across = cover(wave(y, 32) - 8);
            return 0.42F * (down + across) + 0.16F * down * across;
        });
    case Pattern::dots:
        return fillMap([](float x, float y) {
            const float first = std::hypot(wave(x, 32), wave(y, 32)),
                        second = std::hypot(wave(x + 16, 32), wave(y + 16, 32));
            return cover(std::min(first, second) - 6.3F);
        });
    case Pattern::floral:
        return flowers();
    case Pattern::zigzag:
        return fillMap([](float x, float y) { return cover((wave(y + 1.1F * wave(x, 32), 32) - 6.5F) * 0.75F); });
    }
    return {};
}

/// Smooth noise that repeats; `grain` in pixels.
cv::Mat1f noise(int grain, std::uint64_t seed, int grainY = 0) {
    if (grainY == 0) grainY = grain;
    Random random(seed);
    const int columns = mapSide / grain, rows = mapSide / grainY;
    cv::Mat1f coarse(rows + 2, columns + 2), map;
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x) coarse(y, x) = static_cast<float>(random.uniform(-1, 1));
    for (int y = 0; y < rows; ++y)
        for (int x = columns; x < columns + 2; ++x) coarse(y, x) = coarse(y, x - columns);
    for (int y = rows; y < rows + 2; ++y) coarse.row(y - rows).copyTo(coarse.row(y));
    cv::resize(coarse, map, {mapSide + 2 * grain, mapSide + 2 * grainY}, 0, 0, cv::INTER_CUBIC);
    return map({grain / 2, grainY / 2, mapSide, mapSide}).clone();
}

Surface makeSurface(Material material) {
    const auto weave = [](float period, float strength) {
        return fillMap([=](float x, float y) {
            return 1 + strength * std::sin(x * 2 * pi / period) * std::sin(y * 2 * pi / period);
        });
    };
    switch (material) {
    case Material::cotton:
        return {1 + 0.03F * noise(2, 1), 0.04F, 8, 0};
    case Material::linen:
        return {1 + 0.10F * noise(2, 2, 32) + 0.10F * noise(32, 3, 2), 0.03F, 8, 0};
    case Material::wool:
        return {fillMap([](float x, float y) { // rows of knitted V
                    const float column = std::remainder(x, 8.0F);
                    return 0.97F + 0.13F * std::sin((y + 1.2F * std::abs(column)) * 2 * pi / (512.0F / 80)) -
                           0.10F * (std::abs(column) > 3);
                }),
                0.0F, 8, 0.10F};
    case Material::denim:
        return {fillMap([](float x, float y) { return 1 + 0.10F * std::sin((x + y) * 2 * pi / 4); }) +
                    0.10F * noise(4, 4),
                0.03F, 8, 0};
    case Material::leather:
        return {1 + 0.05F * noise(4, 5), 0.42F, 24, 0};
    case Material::suede:
        return {1 + 0.07F * noise(8, 6) + 0.05F * noise(2, 7), 0.0F, 8, 0.12F};
    case Material::canvas:
        return {weave(4, 0.12F), 0.03F, 8, 0};
    case Material::steel:
        return {1 + 0.07F * noise(64, 8, 2), 0.75F, 14, 0.10F};
    case Material::ceramic:
        return {cv::Mat1f(mapSide, mapSide, 1.0F), 0.72F, 46, 0};
    case Material::glass:
        return {cv::Mat1f(mapSide, mapSide, 1.12F), 0.95F, 60, 0.45F};
    case Material::wood:
        return {1 + 0.16F * noise(4, 9, 64) + 0.05F * noise(2, 10, 32), 0.22F, 18, 0};
    case Material::velvet:
        return {1 + 0.10F * noise(16, 11), 0.0F, 8, 0.42F};
    }
    return {};
}

cv::Vec3f rgb(int red, int green, int blue) {
    return {static_cast<float>(red) / 255, static_cast<float>(green) / 255, static_cast<float>(blue) / 255};
}

} // namespace

cv::Vec3f bodyColour(int colour) {
    static const std::array<cv::Vec3f, colourCount> colours{rgb(200, 40, 48),   rgb(240, 132, 30), rgb(52, 140, 70),
                                                            rgb(16, 140, 146),  rgb(38, 84, 190),  rgb(122, 74, 168),
                                                            rgb(240, 140, 172), rgb(66, 68, 76)};
    return colours[static_cast<std::size_t>(colour)];
}

cv::Vec3f accentColourOf(int accent) {
    static const std::array<cv::Vec3f, accentCount> accents{rgb(246, 246, 244), rgb(30, 30, 34), rgb(250, 204, 40),
                                                            rgb(100, 205, 245), rgb(128, 78, 44)};
    return accents[static_cast<std::size_t>(accent)];
}

const cv::Mat1f& patternMap(Pattern pattern) {
    static const auto maps = [] {
        std::array<cv::Mat1f, patternCount> all;
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = makePattern(static_cast<Pattern>(i));
        return all;
    }();
    return maps[static_cast<std::size_t>(pattern)];
}

const Surface& surfaceOf(Material material) {
    static const auto surfaces = [] {
        std::array<Surface, materialCount> all;
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = makeSurface(static_cast<Material>(i));
        return all;
    }();
    return surfaces[static_cast<std::size_t>(material)];
}

} // namespace core
