#include "core/checkpoints/convolution_settings.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

using Step = ConvolutionSettings::Step;

/// The nearest multiple of `divisor`, never less than nine tenths of `value`.
std::int64_t rounded(double value, std::int64_t divisor, std::int64_t least) {
    auto result =
        std::max(least, static_cast<std::int64_t>(value + static_cast<double>(divisor) / 2) / divisor * divisor);
    if (static_cast<double>(result) < 0.9 * value) result += divisor;
    return result;
}

/// From `expanded` on; the expansion itself is left out where names are empty.
void addBlock(ConvolutionSettings& settings, const Step& expand, const Step& depth, const Step& reduce) {
    ConvolutionSettings::Block block;
    if (!expand.weight.empty()) block.steps.push_back(expand);
    block.steps.push_back(depth);
    block.steps.push_back(reduce);
    const auto from = block.steps.front().from;
    block.addsInput = depth.stride == 1 && from == reduce.to;
    settings.blocks.push_back(std::move(block));
}

ConvolutionSettings mobileNet(const JsonPlace& root) {
    ConvolutionSettings settings;
    const double multiplier = root.numberOr("depth_multiplier", 1), ratio = root.numberOr("expand_ratio", 6);
    const auto divisor = root.integerOr("depth_divisible_by", 8, 1, 1024),
               least = root.integerOr("min_depth", 8, 1, 1024);
    if (!(multiplier > 0 && multiplier <= 10)) root.at("depth_multiplier").fail("a number up to 10 was due");
    if (!(ratio >= 1 && ratio <= 100)) root.at("expand_ratio").fail("a number from 1 to 100 was due");
    if (root.integerOr("output_stride", 32, 1, 1024) != 32) root.at("output_stride").fail("32 was due");
    if (root.stringOr("hidden_act", "relu6") != "relu6") root.at("hidden_act").fail("\"relu6\" was due");
    settings.side = root.integerOr("image_size", 224, 1, 8192);
    settings.epsilon = root.numberOr("layer_norm_eps", 1e-3);
    settings.padsAsTensorFlow = root.boolOr("tf_padding", true);
    settings.prefix = "mobilenet_v2.";
    const auto scaled = [&](double channels) { return rounded(std::nearbyint(channels * multiplier), divisor, least); };
    const auto step = [](const std::string& name, std::int64_t from, std::int64_t to, std::int64_t kernel,
                         std::int64_t stride, bool hasActivation = true) {
        return Step{.weight = name + ".convolution.weight",
                    .norm = name + ".normalization",
                    .from = from,
                    .to = to,
                    .kernel = kernel,
                    .stride = stride,
                    .isDepthwise = kernel > 1,
                    .hasActivation = hasActivation};
    };
    const auto stem = scaled(32);
    Step first = step("conv_stem.first_conv", 3, stem, 3, 2);
    first.isDepthwise = false;
    settings.blocks.push_back({.steps = {first}, .addsInput = false});
    constexpr std::int64_t channels[] = {16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320};
    constexpr std::int64_t strides[] = {2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1};
    const Step expand =
        root.boolOr("first_layer_is_expansion", true) ? Step{} : step("conv_stem.expand_1x1", stem, stem, 1, 1);
    addBlock(settings, expand, step("conv_stem.conv_3x3", stem, stem, 3, 1),
             step("conv_stem.reduce_1x1", stem, scaled(16), 1, 1, false));
    settings.blocks.back().addsInput = false;
    for (std::size_t i = 0; i < 16; ++i) {
        const std::string at = fmt::format("layer.{}.", i);
        const auto from = scaled(static_cast<double>(channels[i])), to = scaled(static_cast<double>(channels[i + 1]));
        const auto inner = rounded(std::nearbyint(static_cast<double>(from) * ratio), divisor, least);
        addBlock(settings, step(at + "expand_1x1", from, inner, 1, 1),
                 step(at + "conv_3x3", inner, inner, 3, strides[i]), step(at + "reduce_1x1", inner, to, 1, 1, false));
    }
    settings.width = root.boolOr("finegrained_output", true) && multiplier < 1 ? 1280 : scaled(1280);
    settings.blocks.push_back({.steps = {step("conv_1x1", scaled(320), settings.width, 1, 1)}, .addsInput = false});
    return settings;
}

ConvolutionSettings efficientNetLite(const JsonPlace& root) {
    struct Stage {
        std::int64_t expand, kernel, stride, channels, count;
    };
    constexpr Stage stages[] = {{1, 3, 1, 16, 1},  {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3},
                                {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1}};
    ConvolutionSettings settings;
    settings.side = root.integerOr("image_size", 224, 1, 8192);
    settings.width = root.integerOr("num_features", 1280, 1, 1280);
    const auto step = [](const std::string& at, const char* weight, const char* norm, std::int64_t from,
                         std::int64_t to, std::int64_t kernel, std::int64_t stride, bool hasActivation = true) {
        return Step{.weight = at + weight + ".weight",
                    .norm = at + norm,
                    .from = from,
                    .to = to,
                    .kernel = kernel,
                    .stride = stride,
                    .isDepthwise = kernel > 1,
                    .hasActivation = hasActivation};
    };
    Step first = step("", "conv_stem", "bn1", 3, 32, 3, 2);
    first.isDepthwise = false;
    settings.blocks.push_back({.steps = {first}, .addsInput = false});
    std::int64_t from = 32;
    for (std::size_t s = 0; s < std::size(stages); ++s)
        for (std::int64_t i = 0; i < stages[s].count; ++i) {
            const auto& stage = stages[s];
            const std::string at = fmt::format("blocks.{}.{}.", s, i);
            const auto inner = from * stage.expand, stride = i == 0 ? stage.stride : 1;
            if (stage.expand == 1)
                addBlock(settings, {}, step(at, "conv_dw", "bn1", from, from, stage.kernel, stride),
                         step(at, "conv_pw", "bn2", from, stage.channels, 1, 1, false));
            else
                addBlock(settings, step(at, "conv_pw", "bn1", from, inner, 1, 1),
                         step(at, "conv_dw", "bn2", inner, inner, stage.kernel, stride),
                         step(at, "conv_pwl", "bn3", inner, stage.channels, 1, 1, false));
            from = stage.channels;
        }
    settings.blocks.push_back(
        {.steps = {step("", "conv_head", "bn2", from, settings.width, 1, 1)}, .addsInput = false});
    return settings;
}

} // namespace

bool ConvolutionSettings::isKnown(const JsonPlace& root) {
    return root.stringOr("model_type", "") == "mobilenet_v2" ||
           root.stringOr("architecture", "") == "tf_efficientnet_lite0";
}

ConvolutionSettings ConvolutionSettings::of(const JsonPlace& root) {
    ConvolutionSettings settings =
        root.stringOr("model_type", "") == "mobilenet_v2" ? mobileNet(root) : efficientNetLite(root);
    if (!(settings.epsilon > 0 && settings.epsilon < 1))
        root.at("layer_norm_eps").fail("a small positive number was due");
    return settings;
}

} // namespace core
