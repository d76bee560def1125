#include "core/backbones/transformer_tower.h"
#include "core/tensors/attention.h"
#include <cmath>
#include <fmt/format.h>

namespace core {

torch::Tensor LinearWeights::operator()(const torch::Tensor& input) const {
    const auto alike = [&input](const torch::Tensor& weights) { return weights.to(input.scalar_type()); };
    auto output =
        bias.defined() ? torch::linear(input, alike(weight), alike(bias)) : torch::linear(input, alike(weight));
    if (!change) return output;
    const auto seen = change->isTraining ? torch::dropout(input, change->dropout, /*train=*/true) : input;
    return output + change->scale * torch::linear(torch::linear(seen, alike(change->downRD)), alike(change->upER));
}

torch::Tensor NormWeights::operator()(const torch::Tensor& input) const {
    return torch::layer_norm(input, weight.sizes(), weight, bias, epsilon);
}

LinearWeights takeLinear(WeightSource& source, const std::string& name, std::int64_t to, std::int64_t from,
                         bool hasBias) {
    LinearWeights linear;
    linear.weight = source.take(name + ".weight", {to, from});
    if (hasBias) linear.bias = source.take(name + ".bias", {to});
    return linear;
}

NormWeights takeNorm(WeightSource& source, const std::string& name, std::int64_t width, double epsilon) {
    // Checkpoints that were converted long ago call them gamma and beta.
    const bool isOld = source.has(name + ".gamma");
    return {source.take(name + (isOld ? ".gamma" : ".weight"), {width}),
            source.take(name + (isOld ? ".beta" : ".bias"), {width}), epsilon};
}

torch::Tensor activate(const torch::Tensor& input, const std::string& name) {
    if (name == "gelu") return torch::gelu(input);
    if (name == "quick_gelu") return input * torch::sigmoid(1.702 * input);
    if (name == "relu") return torch::relu(input);
    if (name == "silu") return torch::silu(input);
    return torch::gelu(input, "tanh"); // gelu_new, gelu_pytorch_tanh
}

torch::Tensor attend(const torch::Tensor& queryNTD, const torch::Tensor& keyNTD, const torch::Tensor& valueNTD,
                     std::int64_t heads, const torch::Tensor& mask) {
    const auto width = queryNTD.size(2), headWidth = width / heads;
    const auto byHead = [&](const torch::Tensor& tensor) {
        return tensor.view({tensor.size(0), tensor.size(1), heads, headWidth}).transpose(1, 2);
    };
    const AttentionOptions options{.mask = mask, .isCausal = false, .dropout = 0};
    return attention(byHead(queryNTD), byHead(keyNTD), byHead(valueNTD), 1 / std::sqrt(static_cast<double>(headWidth)),
                     options)
        .transpose(1, 2)
        .reshape({queryNTD.size(0), queryNTD.size(1), width});
}

TransformerTower::TransformerTower(WeightSource& source, const TowerSettings& settings) : settings_(settings) {
    const bool isBert = settings.kind == TowerSettings::Kind::bert;
    const auto width = settings.width, inner = settings.innerWidth;
    for (std::int64_t i = 0; i < settings.layers; ++i) {
        const std::string at = fmt::format("encoder.{}.{}.", isBert ? "layer" : "layers", i);
        const auto linear = [&](const char* name, const char* bertName, std::int64_t to, std::int64_t from) {
            return takeLinear(source, at + (isBert ? bertName : name), to, from);
        };
        const auto norm = [&](const char* name, const char* bertName) {
            return takeNorm(source, at + (isBert ? bertName : name), width, settings.epsilon);
        };
        Block block;
        block.query = linear("self_attn.q_proj", "attention.self.query", width, width);
        block.key = linear("self_attn.k_proj", "attention.self.key", width, width);
        block.value = linear("self_attn.v_proj", "attention.self.value", width, width);
        block.output = linear("self_attn.out_proj", "attention.output.dense", width, width);
        block.inner = linear("mlp.fc1", "intermediate.dense", inner, width);
        block.outer = linear("mlp.fc2", "output.dense", width, inner);
        block.first = norm("layer_norm1", "attention.output.LayerNorm");
        block.second = norm("layer_norm2", "output.LayerNorm");
        blocks_.push_back(std::move(block));
    }
}

std::vector<PlacedLinear> TransformerTower::linears() {
    std::vector<PlacedLinear> placed;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        auto& block = blocks_[i];
        const auto add = [&](const char* name, LinearWeights& linear) {
            placed.push_back({fmt::format("{}/{}", i, name), &linear});
        };
        add("query", block.query);
        add("key", block.key);
        add("value", block.value);
        add("output", block.output);
        add("inner", block.inner);
        add("outer", block.outer);
    }
    return placed;
}

std::vector<PlacedTensor> TransformerTower::tensors() {
    std::vector<PlacedTensor> placed;
    const auto linears = this->linears();
    const auto perBlock = linears.size() / std::max<std::size_t>(1, blocks_.size());
    const auto add = [&](std::string name, std::size_t layer, torch::Tensor& tensor) {
        if (tensor.defined()) placed.push_back({std::move(name), static_cast<std::int64_t>(layer), &tensor});
    };
    for (std::size_t i = 0; i < linears.size(); ++i) {
        add(linears[i].name + "/weight", i / perBlock, linears[i].linear->weight);
        add(linears[i].name + "/bias", i / perBlock, linears[i].linear->bias);
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        add(fmt::format("{}/first_norm/weight", i), i, blocks_[i].first.weight);
        add(fmt::format("{}/first_norm/bias", i), i, blocks_[i].first.bias);
        add(fmt::format("{}/second_norm/weight", i), i, blocks_[i].second.weight);
        add(fmt::format("{}/second_norm/bias", i), i, blocks_[i].second.bias);
    }
    return placed;
}

torch::Tensor TransformerTower::run(torch::Tensor hiddenNTD, const torch::Tensor& mask) const {
    const bool normsAfter = settings_.kind == TowerSettings::Kind::bert;
    for (const auto& block : blocks_) {
        const auto attention = [&](const torch::Tensor& input) {
            return block.output(
                attend(block.query(input), block.key(input), block.value(input), settings_.heads, mask));
        };
        const auto feedForward = [&](const torch::Tensor& input) {
            return block.outer(activate(block.inner(input), settings_.activation));
        };
        if (normsAfter) {
            hiddenNTD = block.first(hiddenNTD + attention(hiddenNTD));
            hiddenNTD = block.second(hiddenNTD + feedForward(hiddenNTD));
        } else {
            hiddenNTD = hiddenNTD + attention(block.first(hiddenNTD));
            hiddenNTD = hiddenNTD + feedForward(block.second(hiddenNTD));
        }
    }
    return hiddenNTD;
}

} // namespace core
