#include "core/backbones/convolution_tower.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

ConvolutionTower::ConvolutionTower(WeightSource source, const ConvolutionSettings& settings)
    : padsAsTensorFlow_(settings.padsAsTensorFlow) {
    for (const auto& from : settings.blocks) {
        Block block{.steps = {}, .addsInput = from.addsInput};
        for (const auto& plan : from.steps) {
            Step step{.weight = {},
                      .bias = {},
                      .kernel = plan.kernel,
                      .stride = plan.stride,
                      .groups = plan.isDepthwise ? plan.from : 1,
                      .hasActivation = plan.hasActivation};
            const auto weight =
                source.take(plan.weight, {plan.to, plan.isDepthwise ? 1 : plan.from, plan.kernel, plan.kernel});
            const auto part = [&](const char* name) { return source.take(plan.norm + name, {plan.to}); };
            const auto scale = part(".weight") / torch::sqrt(part(".running_var") + settings.epsilon);
            step.bias = part(".bias") - part(".running_mean") * scale;
            step.weight = weight * scale.view({-1, 1, 1, 1});
            source.leaveOut(plan.norm + ".num_batches_tracked");
            block.steps.push_back(std::move(step));
        }
        blocks_.push_back(std::move(block));
    }
}

torch::Tensor ConvolutionTower::apply(const Step& step, torch::Tensor mapNCHW) const {
    std::int64_t padding = (step.kernel - 1) / 2;
    if (padsAsTensorFlow_ && step.kernel > 1) {
        padding = 0;
        const auto missing = [&](std::int64_t size) {
            const auto rest = size % step.stride;
            return std::max<std::int64_t>(0, step.kernel - (rest == 0 ? step.stride : rest));
        };
        const auto across = missing(mapNCHW.size(3)), down = missing(mapNCHW.size(2));
        mapNCHW = torch::constant_pad_nd(mapNCHW, {across / 2, across - across / 2, down / 2, down - down / 2}, 0);
    }
    mapNCHW = torch::conv2d(mapNCHW, step.weight, step.bias, step.stride, padding, /*dilation=*/1, step.groups);
    return step.hasActivation ? mapNCHW.clamp(0, 6) : mapNCHW;
}

torch::Tensor ConvolutionTower::run(torch::Tensor pixelsNCHW) const {
    for (const auto& block : blocks_) {
        auto mapNCHW = pixelsNCHW;
        for (const auto& step : block.steps) mapNCHW = apply(step, mapNCHW);
        pixelsNCHW = block.addsInput ? pixelsNCHW + mapNCHW : mapNCHW;
    }
    return pixelsNCHW;
}

std::vector<PlacedTensor> ConvolutionTower::tensors() {
    std::vector<PlacedTensor> placed;
    for (std::size_t block = 0; block < blocks_.size(); ++block)
        for (std::size_t step = 0; step < blocks_[block].steps.size(); ++step) {
            const auto name = fmt::format("{}/{}", block, step);
            const auto layer = static_cast<std::int64_t>(block);
            placed.push_back({name + "/weight", layer, &blocks_[block].steps[step].weight});
            placed.push_back({name + "/bias", layer, &blocks_[block].steps[step].bias});
        }
    return placed;
}

} // namespace core
