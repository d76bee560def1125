#include "core/training/adamw.h"
#include "core/base/error.h"
#include "core/tensors/weights.h"
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {
constexpr double meanDecay = 0.9, squareDecay = 0.999, smallest = 1e-8;
}

AdamW::AdamW(const torch::nn::Module& module, double weightDecay) : weightDecay_(weightDecay) {
    for (const auto& entry : module.named_parameters())
        slots_[entry.key()] = {entry.value(), torch::zeros_like(entry.value()), torch::zeros_like(entry.value()), 1.0};
}

void AdamW::scaleRate(const std::string& prefix, double part) {
    for (auto& [name, slot] : slots_)
        if (name.starts_with(prefix)) slot.rate = part;
}

void AdamW::step(double learningRate) {
    const torch::NoGradGuard noGrad;
    ++steps_;
    const double meanScale = 1 - std::pow(meanDecay, steps_), squareScale = 1 - std::pow(squareDecay, steps_);
    for (auto& [name, slot] : slots_) {
        const auto gradient = slot.parameter.grad();
        if (!gradient.defined()) continue;
        const double rate = learningRate * slot.rate;
        if (slot.parameter.dim() > 1) slot.parameter.mul_(1 - rate * weightDecay_);
        slot.mean.mul_(meanDecay).add_(gradient, 1 - meanDecay);
        slot.square.mul_(squareDecay).addcmul_(gradient, gradient, 1 - squareDecay);
        const auto denominator = (slot.square / squareScale).sqrt_().add_(smallest);
        slot.parameter.addcdiv_(slot.mean, denominator, -rate / meanScale);
        slot.parameter.mutable_grad() = torch::Tensor();
    }
}

void AdamW::stepRows(const std::string& name, const torch::Tensor& rowsN, const torch::Tensor& gradientND,
                     double learningRate) {
    const torch::NoGradGuard noGrad;
    auto& slot = slots_.at(name);
    const double meanScale = 1 - std::pow(meanDecay, steps_), squareScale = 1 - std::pow(squareDecay, steps_);
    const auto meanND = slot.mean.index_select(0, rowsN).mul_(meanDecay).add_(gradientND, 1 - meanDecay);
    const auto squareND =
        slot.square.index_select(0, rowsN).mul_(squareDecay).addcmul_(gradientND, gradientND, 1 - squareDecay);
    auto rowsND = slot.parameter.index_select(0, rowsN);
    if (weightDecay_ > 0) rowsND.mul_(1 - learningRate * weightDecay_);
    rowsND.addcdiv_(meanND, (squareND / squareScale).sqrt_().add_(smallest), -learningRate / meanScale);
    slot.parameter.index_copy_(0, rowsN, rowsND);
    slot.mean.index_copy_(0, rowsN, meanND);
    slot.square.index_copy_(0, rowsN, squareND);
}

void AdamW::store(const std::string& prefix, TensorFile& into) const {
    for (const auto& [name, slot] : slots_) {
        into.tensors[prefix + "mean." + name] = toStored(slot.mean);
        into.tensors[prefix + "square." + name] = toStored(slot.square);
    }
    into.tensors[prefix + "steps"] = toStored(torch::full({1}, steps_, torch::kInt64));
}

void AdamW::load(const std::string& prefix, const TensorFile& from) {
    const auto find = [&](const std::string& name) {
        const auto found = from.tensors.find(prefix + name);
        if (found == from.tensors.end())
            throw Error(ErrorKind::corrupt, fmt::format("resume a training: \"{}\" is missing", prefix + name));
        return toTensor(found->second);
    };
    for (auto& [name, slot] : slots_) {
        slot.mean.copy_(find("mean." + name));
        slot.square.copy_(find("square." + name));
    }
    steps_ = find("steps").item<std::int64_t>();
}

} // namespace core
