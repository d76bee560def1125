#include "core/recommenders/encoders.h"
#include "core/base/error.h"
#include "core/recommenders/picture_squares.h"
#include <array>

namespace core {

namespace {

class SmallTextEncoder final : public TextEncoder {
public:
    explicit SmallTextEncoder(const PixRecSettings& settings)
        : tokenWidth_(settings.tokenWidth), embedding_(torch::nn::EmbeddingOptions(settings.vocabulary, tokenWidth_)),
          convolution_(torch::nn::Conv1dOptions(tokenWidth_, tokenWidth_, /*kernel_size=*/3).padding(1)) {
        register_module("embedding", embedding_);
        register_module("convolution", convolution_);
        const torch::NoGradGuard noGrad;
        embedding_->weight.mul_(0.1);
    }

    torch::Tensor encode(const torch::Tensor& tokensNL) override {
        const auto isTokenNL1 = (tokensNL != 0).to(embedding_->weight.dtype()).unsqueeze(-1);
        const auto countN1 = isTokenNL1.sum(1).clamp_min(1);
        const auto wordsNLE = embedding_(tokensNL) * isTokenNL1;
        const auto phrasesNLE =
            torch::relu(convolution_(wordsNLE.transpose(1, 2))).transpose(1, 2) * isTokenNL1; // 0 is below no phrase
        return torch::cat({wordsNLE.sum(1) / countN1, phrasesNLE.sum(1) / countN1, phrasesNLE.amax(1)}, /*dim=*/1);
    }

    int width() const override { return 3 * tokenWidth_; }

private:
    int tokenWidth_;
    torch::nn::Embedding embedding_;
    torch::nn::Conv1d convolution_;
};

class SmallPictureEncoder final : public PictureEncoder {
public:
    explicit SmallPictureEncoder([[maybe_unused]] const PixRecSettings& settings) {
        int from = 3;
        for (const int to : channels) {
            convolutions_->push_back(torch::nn::Conv2d(
                torch::nn::Conv2dOptions(from, to, /*kernel_size=*/3).stride(2).padding(1).bias(false)));
            norms_->push_back(torch::nn::GroupNorm(torch::nn::GroupNormOptions(/*num_groups=*/4, to)));
            from = to;
        }
        width_ = colourLevels * colourLevels * colourLevels + 2 * from;
        register_module("convolutions", convolutions_);
        register_module("norms", norms_);
    }

    torch::Tensor encode(const torch::Tensor& pixelsNSSC) override { return encodeSquares(pixelsNSSC, 1).squeeze(1); }

    torch::Tensor encodeSquares(const torch::Tensor& pixelsNSSC, std::int64_t along) {
        auto mapNCSS = (pixelsNSSC.to(torch::kFloat32) / 127.5 - 1.0).permute({0, 3, 1, 2}).contiguous();
        const auto pictures = mapNCSS.size(0), squares = along * along;
        const auto coloursQW = colours(squaresOf(mapNCSS, along)); // what a convolution would have to learn first
        for (std::size_t block = 0; block < channels.size(); ++block) {
            // LibTorch 1.13 normalises on the CPU in the type of the weights alone, whatever autocast made of the map.
            mapNCSS = convolutions_[block]->as<torch::nn::Conv2d>()->forward(mapNCSS).to(torch::kFloat32);
            mapNCSS = torch::relu(norms_[block]->as<torch::nn::GroupNorm>()->forward(mapNCSS));
        }
        mapNCSS = squaresOf(mapNCSS, along);
        const auto shapesQW = torch::cat({mapNCSS.mean({2, 3}), mapNCSS.amax({2, 3})}, /*dim=*/1);
        return torch::cat({coloursQW, shapesQW / shapesQW.norm(2, 1, /*keepdim=*/true).clamp_min(1e-6)}, /*dim=*/1)
            .view({pictures, squares, width_});
    }

    int width() const override { return width_; }

private:
    /// Each picture's squares as pictures of their own. `along` divides the side.
    static torch::Tensor squaresOf(const torch::Tensor& mapNCSS, std::int64_t along) {
        if (along == 1) return mapNCSS;
        const auto pictures = mapNCSS.size(0), depth = mapNCSS.size(1), side = mapNCSS.size(2) / along;
        return mapNCSS.view({pictures, depth, along, side, along, side})
            .permute({0, 2, 4, 1, 3, 5})
            .reshape({pictures * along * along, depth, side, side});
    }
    /// Colour histograms, N x levels^3: each pixel of [-1, 1] shared between its nearest levels of red, green and blue
    /// by their distance; square roots, so that a small part's colour counts beside a large one's.
    static torch::Tensor colours(const torch::Tensor& mapNCSS) {
        const auto pixelsNCP = mapNCSS.flatten(2);
        const auto levelsL = torch::linspace(-1, 1, colourLevels, mapNCSS.options());
        const double gap = 2.0 / (colourLevels - 1);
        const auto sharesNCPL = (1 - (pixelsNCP.unsqueeze(-1) - levelsL).abs() / gap).clamp_min(0);
        const auto redNLP = sharesNCPL.select(1, 0).transpose(1, 2);
        const auto greenBlueNPLL = sharesNCPL.select(1, 1).unsqueeze(-1) * sharesNCPL.select(1, 2).unsqueeze(-2);
        return (torch::matmul(redNLP, greenBlueNPLL.flatten(2)) / static_cast<double>(pixelsNCP.size(2)))
            .flatten(1)
            .sqrt();
    }

    static constexpr std::array channels{24, 32, 48, 64};
    static constexpr int colourLevels = 5;
    int width_ = 0;
    torch::nn::ModuleList convolutions_, norms_;
};

template <class Encoder>
class FrozenEncoder final : public Encoder {
public:
    explicit FrozenEncoder(int width) : width_(width) {}
    torch::Tensor encode(const torch::Tensor& /*input*/) override {
        throw Error(ErrorKind::internal, "encode products: this encoder's vectors come from a cache alone");
    }
    int width() const override { return width_; }

private:
    int width_;
};

} // namespace

torch::Tensor encodeSquares(PictureEncoder& encoder, const torch::Tensor& pixelsNSSC, std::int64_t along) {
    if (auto* small = dynamic_cast<SmallPictureEncoder*>(&encoder)) return small->encodeSquares(pixelsNSSC, along);
    throw Error(ErrorKind::unavailable, "read a picture's parts: this picture encoder knows no places");
}

std::shared_ptr<TextEncoder> makeSmallTextEncoder(const PixRecSettings& settings) {
    return std::make_shared<SmallTextEncoder>(settings);
}

std::shared_ptr<PictureEncoder> makeSmallPictureEncoder(const PixRecSettings& settings) {
    return std::make_shared<SmallPictureEncoder>(settings);
}

std::shared_ptr<TextEncoder> makeFrozenTextEncoder(int width) {
    return std::make_shared<FrozenEncoder<TextEncoder>>(width);
}

std::shared_ptr<PictureEncoder> makeFrozenPictureEncoder(int width) {
    return std::make_shared<FrozenEncoder<PictureEncoder>>(width);
}

} // namespace core
