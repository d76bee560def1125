#pragma once
#include "core/pixels/resample.h"
#include "core/text/checked_json.h"
#include <array>
#include <filesystem>
#include <optional>
#include <string>

namespace core {

/// Picture values as a network reads them: channels, in each its rows.
struct NetworkPixels {
    int width = 0, height = 0;
    std::vector<float> values; ///< 3 * height * width
};

/// What a checkpoint's `preprocessor_config.json` asks for, in this order: resize, crop at the centre, scale,
/// normalise. Gives the values of Transformers' PIL processors. Thread-safe.
class PicturePreprocessor {
public:
    /// `path` is a `preprocessor_config.json` or a folder with one. Known processors: SigLIP, CLIP, ViT, Idefics3
    /// (whole pictures; tiles are off), and any other that states nothing but size, crop and normalisation. Throws
    /// Error(notFound), or Error(corrupt) naming the file and the place.
    static PicturePreprocessor load(const std::filesystem::path& path);
    static PicturePreprocessor parse(std::string_view json, const std::string& name);

    /// `picture` has three channels. Throws Error(invalidInput) as resize() does.
    NetworkPixels apply(const PixelArray& picture) const;
    /// The same before scaling.
    PixelArray resizedAndCropped(const PixelArray& picture) const;

    /// Of every picture, where that is fixed.
    std::optional<std::pair<int, int>> outputSize() const;
    /// The side of square pictures of which nothing is enlarged: what is resized first, or else cropped, in pixels. 0:
    /// any side.
    int squareSide() const;
    const std::string& processorName() const { return name_; }

private:
    /// One way to state a size; fields that are 0 are not stated.
    struct Size {
        int width = 0, height = 0, shortestEdge = 0, longestEdge = 0;
    };
    explicit PicturePreprocessor(const JsonPlace& root);
    static Size readSize(const JsonPlace& place, bool isSquare);
    static std::array<double, 3> readTriple(const JsonPlace& place);
    PixelArray resizedTo(const PixelArray& picture, const Size& size) const;

    std::string name_;
    ResampleFilter filter_ = ResampleFilter::bilinear;
    std::vector<Size> sizes_; ///< one after the other
    std::optional<Size> crop_;
    double scale_ = 1;
    std::array<double, 3> mean_{0, 0, 0}, deviation_{1, 1, 1};
};

} // namespace core
