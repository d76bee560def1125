#include "core/pixels/picture_preprocessor.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

constexpr int largestSide = 8192;
constexpr int idefics3LargestSide = 4096;

ResampleFilter filterOf(const JsonPlace& place) {
    // Pillow's numbers.
    constexpr ResampleFilter filters[] = {ResampleFilter::nearest, ResampleFilter::lanczos, ResampleFilter::bilinear,
                                          ResampleFilter::bicubic, ResampleFilter::box,     ResampleFilter::hamming};
    return filters[place.asInteger(0, 5)];
}

int side(const JsonPlace& place) { return static_cast<int>(place.asInteger(1, largestSide)); }

PixelArray croppedAtCentre(const PixelArray& picture, int width, int height) {
    // Where the crop is larger the rest is 0. A half pixel goes to the top and left; a missing one as well.
    const int wholeWidth = std::max(width, picture.width), wholeHeight = std::max(height, picture.height);
    const auto floorHalf = [](int value) { return value >= 0 ? value / 2 : -((1 - value) / 2); };
    const int padLeft = (wholeWidth - picture.width + 1) / 2, padTop = (wholeHeight - picture.height + 1) / 2;
    const int left = floorHalf(picture.width - width) + padLeft, top = floorHalf(picture.height - height) + padTop;
    PixelArray cropped(width, height, picture.channels);
    for (int y = 0; y < height; ++y) {
        const int fromY = y + top - padTop;
        if (fromY < 0 || fromY >= picture.height) continue;
        const int begin = std::max(0, padLeft - left), end = std::min(width, picture.width + padLeft - left);
        if (begin >= end) continue;
        std::copy_n(picture.row(fromY) + (begin + left - padLeft) * picture.channels, (end - begin) * picture.channels,
                    cropped.row(y) + begin * picture.channels);
    }
    return cropped;
}

/// Idefics3's first step: the longer side as told, the other even; then both below a bound.
std::pair<int, int> idefics3Size(int width, int height, int longest) {
    const auto fit = [](int& w, int& h, int most, bool isEven) {
        const double ratio = static_cast<double>(w) / h;
        int& longer = w >= h ? w : h;
        int& other = w >= h ? h : w;
        const bool isWide = w >= h;
        longer = most;
        other = static_cast<int>(isWide ? longer / ratio : longer * ratio);
        if (isEven && other % 2 != 0) ++other;
        other = std::max(other, 1);
    };
    fit(width, height, longest, true);
    if (std::max(width, height) > idefics3LargestSide) fit(width, height, idefics3LargestSide, false);
    return {width, height};
}

} // namespace

PicturePreprocessor PicturePreprocessor::load(const std::filesystem::path& path) {
    const auto file = std::filesystem::is_directory(path) ? path / "preprocessor_config.json" : path;
    return PicturePreprocessor(JsonPlace::read(file, 10'000'000));
}

PicturePreprocessor PicturePreprocessor::parse(std::string_view json, const std::string& name) {
    return PicturePreprocessor(JsonPlace::parse(json, name));
}

PicturePreprocessor::PicturePreprocessor(const JsonPlace& root) {
    name_ = root.stringOr("image_processor_type", root.stringOr("feature_extractor_type", ""));
    // The fast processors compute the same with other code; "...Fast" in a file only says which was used last.
    if (name_.ends_with("Fast")) name_.resize(name_.size() - 4);
    const bool isIdefics3 = name_ == "Idefics3ImageProcessor" || name_ == "SmolVLMImageProcessor";
    for (const char* other :
         {"Siglip2ImageProcessor", "Qwen2VLImageProcessor", "LlavaNextImageProcessor", "PixtralImageProcessor"})
        if (name_ == other)
            root.at("image_processor_type")
                .fail(fmt::format("\"{}\" makes pictures of varying size, which is not supported", name_));
    const bool isClip = name_.starts_with("CLIP");
    filter_ = isIdefics3                              ? ResampleFilter::lanczos
              : isClip || name_.starts_with("Siglip") ? ResampleFilter::bicubic
                                                      : ResampleFilter::bilinear;
    if (const auto place = root.find("resample")) filter_ = filterOf(*place);
    if (root.boolOr("do_resize", true)) {
        // Square unless the processor keeps the ratio: a lone number means the shorter side for CLIP.
        if (const auto place = root.find("size"))
            sizes_.push_back(readSize(*place, !isClip));
        else
            root.fail("\"size\" is missing");
    }
    if (isIdefics3) {
        const JsonPlace most = root.at("max_image_size").at("longest_edge");
        sizes_.push_back({.width = side(most), .height = side(most)});
    }
    if (root.boolOr("do_center_crop", false)) {
        crop_ = readSize(root.at("crop_size"), true);
        if (crop_->width == 0) root.at("crop_size").fail("width and height were due");
    }
    if (root.boolOr("do_rescale", true)) scale_ = root.numberOr("rescale_factor", 1.0 / 255);
    if (root.boolOr("do_normalize", true)) {
        mean_ = readTriple(root.at("image_mean"));
        deviation_ = readTriple(root.at("image_std"));
        for (const double value : deviation_)
            if (value == 0) root.at("image_std").fail("0 cannot be divided by");
    }
}

PicturePreprocessor::Size PicturePreprocessor::readSize(const JsonPlace& place, bool isSquare) {
    if (place.isNumber()) {
        const int value = side(place);
        return isSquare ? Size{.width = value, .height = value} : Size{.shortestEdge = value};
    }
    if (const auto edge = place.find("shortest_edge")) {
        if (place.find("longest_edge")) place.fail("shortest_edge and longest_edge together are not supported");
        return {.shortestEdge = side(*edge)};
    }
    if (const auto edge = place.find("longest_edge")) return {.longestEdge = side(*edge)};
    return {.width = side(place.at("width")), .height = side(place.at("height"))};
}

std::array<double, 3> PicturePreprocessor::readTriple(const JsonPlace& place) {
    if (place.isNumber()) return {place.asNumber(), place.asNumber(), place.asNumber()};
    if (place.size() != 3) place.fail(fmt::format("three numbers were due, found {}", place.size()));
    std::array<double, 3> triple{};
    for (std::size_t i = 0; i < 3; ++i) triple[i] = place.at(i).asNumber();
    return triple;
}

PixelArray PicturePreprocessor::resizedTo(const PixelArray& picture, const Size& size) const {
    if (size.width > 0) return resize(picture, size.width, size.height, filter_);
    if (size.longestEdge > 0) {
        const auto [width, height] = idefics3Size(picture.width, picture.height, size.longestEdge);
        return resize(picture, width, height, filter_);
    }
    const std::int64_t shorter = std::min(picture.width, picture.height),
                       longer = std::max(picture.width, picture.height);
    const double exact = static_cast<double>(size.shortestEdge * longer) / static_cast<double>(shorter);
    const int other = exact < 1e8 ? static_cast<int>(exact) : 100'000'000; // refused by resize()
    return picture.width <= picture.height ? resize(picture, size.shortestEdge, other, filter_)
                                           : resize(picture, other, size.shortestEdge, filter_);
}

PixelArray PicturePreprocessor::resizedAndCropped(const PixelArray& picture) const {
    if (picture.channels != 3 || picture.width < 1 || picture.height < 1)
        throw Error(ErrorKind::invalidInput, fmt::format("prepare a picture: {} x {} with {} channels is none",
                                                         picture.width, picture.height, picture.channels));
    PixelArray result = picture;
    for (const auto& size : sizes_) result = resizedTo(result, size);
    return crop_ ? croppedAtCentre(result, crop_->width, crop_->height) : result;
}

NetworkPixels PicturePreprocessor::apply(const PixelArray& picture) const {
    const PixelArray pixels = resizedAndCropped(picture);
    NetworkPixels result{.width = pixels.width, .height = pixels.height, .values = {}};
    const std::size_t plane = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
    result.values.resize(plane * 3);
    for (std::size_t c = 0; c < 3; ++c) {
        std::array<float, 256> of{}; // of every value: in doubles first, then floats, as the reference does it
        const auto mean = static_cast<float>(mean_[c]), deviation = static_cast<float>(deviation_[c]);
        for (int value = 0; value < 256; ++value)
            of[static_cast<std::size_t>(value)] = (static_cast<float>(value * scale_) - mean) / deviation;
        float* to = result.values.data() + plane * c;
        for (std::size_t i = 0; i < plane; ++i) to[i] = of[pixels.values[i * 3 + c]];
    }
    return result;
}

std::optional<std::pair<int, int>> PicturePreprocessor::outputSize() const {
    const Size last = crop_ ? *crop_ : sizes_.empty() ? Size{} : sizes_.back();
    if (last.width == 0) return std::nullopt;
    return std::pair(last.width, last.height);
}

int PicturePreprocessor::squareSide() const {
    const Size first = !sizes_.empty() ? sizes_.front() : crop_.value_or(Size{});
    return std::max({first.width, first.height, first.shortestEdge, first.longestEdge});
}

} // namespace core
