#include "core/recommenders/encoders.h"
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
            width_ += 2 * to;
            from = to;
        }
        width_ += 3 * coarseSide * coarseSide;
        register_module("convolutions", convolutions_);
        register_module("norms", norms_);
    }

    torch::Tensor encode(const torch::Tensor& pixelsNSSC) override {
        auto mapNCSS = (pixelsNSSC.to(torch::kFloat32) / 127.5 - 1.0).permute({0, 3, 1, 2}).contiguous();
        // Colours where they are, which a convolution would have to learn first.
        std::vector<torch::Tensor> features{torch::adaptive_avg_pool2d(mapNCSS, {coarseSide, coarseSide}).flatten(1)};
        for (std::size_t block = 0; block < channels.size(); ++block) {
            // LibTorch 1.13 normalises on the CPU in the type of the weights alone, whatever autocast made of the map.
            mapNCSS = convolutions_[block]->as<torch::nn::Conv2d>()->forward(mapNCSS).to(torch::kFloat32);
            mapNCSS = torch::relu(norms_[block]->as<torch::nn::GroupNorm>()->forward(mapNCSS));
            features.push_back(mapNCSS.mean({2, 3}));
            features.push_back(mapNCSS.amax({2, 3}));
        }
        return torch::cat(features, /*dim=*/1);
    }

    int width() const override { return width_; }

private:
    static constexpr std::array channels{24, 32, 48, 64};
    static constexpr int coarseSide = 8;
    int width_ = 0;
    torch::nn::ModuleList convolutions_, norms_;
};

} // namespace

std::shared_ptr<TextEncoder> makeSmallTextEncoder(const PixRecSettings& settings) {
    return std::make_shared<SmallTextEncoder>(settings);
}

std::shared_ptr<PictureEncoder> makeSmallPictureEncoder(const PixRecSettings& settings) {
    return std::make_shared<SmallPictureEncoder>(settings);
}

} // namespace core
