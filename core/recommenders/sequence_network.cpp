#include "core/recommenders/sequence_network.h"
#include "core/tensors/attention.h"
#include <cmath>
#include <numbers>
#include <numeric>

namespace core {

namespace {
constexpr double startDeviation = 0.02;

torch::nn::LayerNorm layerNorm(int width) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(1e-12));
}

/// Small normal weights, zero biases: softmax over a whole catalog starts near uniform.
void initialize(torch::nn::Module& module) {
    const torch::NoGradGuard noGrad;
    for (auto& entry : module.named_parameters())
        if (entry.value().dim() > 1)
            entry.value().normal_(0, startDeviation);
        else if (entry.key().ends_with("bias"))
            entry.value().zero_();
}
} // namespace

torch::Tensor lowPassTT(int window, int lowFrequencies, std::int64_t length) {
    auto filterTT = torch::zeros({length, length});
    auto filter = filterTT.accessor<float, 2>();
    const int highest = window / 2; // a window of even length has its last frequency once, all others twice
    for (std::int64_t later = 0; later < length; ++later)
        for (std::int64_t earlier = std::max<std::int64_t>(0, later - window + 1); earlier <= later; ++earlier) {
            double sum = 1;
            for (int k = 1; k < std::min(lowFrequencies, highest + 1); ++k)
                sum += (2 * k == window ? 1 : 2) *
                       std::cos(2 * std::numbers::pi * k * static_cast<double>(later - earlier) / window);
            filter[later][earlier] = static_cast<float>(sum / window);
        }
    return filterTT;
}

SequenceTowerImpl::SequenceTowerImpl(const SequenceSettings& settings)
    : settings_(settings), inputNorm_(layerNorm(settings.width)), dropout_(settings.dropout) {
    const int width = settings.width;
    ageBiasTH_ = register_parameter("age_bias", torch::zeros({settings.window, settings.heads}));
    register_module("input_norm", inputNorm_);
    register_module("dropout", dropout_);
    for (int i = 0; i < settings.layers; ++i) {
        const std::string name = "layer" + std::to_string(i) + "_";
        const auto linear = [&](const char* part, int from, int to) {
            return register_module(name + part, torch::nn::Linear(from, to));
        };
        Layer layer{linear("query_key_value", width, 3 * width),
                    linear("out", width, width),
                    linear("inner", width, settings.innerWidth),
                    linear("inner_out", settings.innerWidth, width),
                    register_module(name + "attention_norm", layerNorm(width)),
                    register_module(name + "inner_norm", layerNorm(width)),
                    nullptr,
                    {}};
        if (settings.hasFilter()) {
            layer.filterNorm = register_module(name + "filter_norm", layerNorm(width));
            layer.filterRoot = register_parameter(name + "filter_root", torch::randn({width}));
        }
        layers_.push_back(std::move(layer));
    }
    initialize(*this);
}

torch::Tensor SequenceTowerImpl::biasHTT(std::int64_t length) const {
    const auto positionT =
        torch::arange(length, torch::TensorOptions().dtype(torch::kInt64).device(ageBiasTH_.device()));
    const auto ageTT = positionT.unsqueeze(1) - positionT.unsqueeze(0);
    return ageBiasTH_.index_select(0, ageTT.clamp_min(0).flatten())
        .view({length, length, settings_.heads})
        .permute({2, 0, 1})
        .masked_fill((ageTT < 0).unsqueeze(0), -1e9);
}

torch::Tensor SequenceTowerImpl::attended(Layer& layer, const torch::Tensor& hiddenBTD, const torch::Tensor& biasHTT) {
    const auto batch = hiddenBTD.size(0), length = hiddenBTD.size(1), width = hiddenBTD.size(2);
    const auto split = layer.queryKeyValue->forward(hiddenBTD)
                           .view({batch, length, 3, settings_.heads, width / settings_.heads})
                           .permute({2, 0, 3, 1, 4}); // 3 x B x H x T x D/H
    const double scale = 1.0 / std::sqrt(static_cast<double>(width) / settings_.heads);
    const AttentionOptions options{.mask = biasHTT.unsqueeze(0),
                                   .isCausal = false,
                                   .dropout = dropout_->is_training() ? dropout_->options.p() : 0};
    return attention(split[0], split[1], split[2], scale, options).transpose(1, 2).reshape({batch, length, width});
}

torch::Tensor SequenceTowerImpl::forward(const torch::Tensor& itemsBTD) { return forward(itemsBTD, {}); }

torch::Tensor SequenceTowerImpl::forward(const torch::Tensor& itemsBTD, const torch::Tensor& wantedN) {
    const auto length = itemsBTD.size(1);
    auto hidden = dropout_(inputNorm_(itemsBTD)); // BTD; after the last layer ND, where some alone are wanted
    const auto bias = biasHTT(length);
    torch::Tensor filterTT;
    if (settings_.hasFilter())
        filterTT = lowPassTT(settings_.window, settings_.lowFrequencies, length).to(itemsBTD.device());
    for (auto& layer : layers_) {
        const auto wantedOf = [&](const torch::Tensor& all) {
            const bool isLast = &layer == &layers_.back();
            return isLast && wantedN.defined() ? all.flatten(0, 1).index_select(0, wantedN) : all;
        };
        const auto read = wantedOf(attended(layer, hidden, bias));
        torch::Tensor low;
        if (settings_.hasFilter()) low = wantedOf(torch::matmul(filterTT, hidden));
        hidden = wantedOf(hidden);
        auto mixed = layer.attentionNorm->forward(hidden + dropout_(layer.out->forward(read)));
        if (settings_.hasFilter()) {
            const auto passed = low + layer.filterRoot.square() * (hidden - low);
            const auto filtered = layer.filterNorm->forward(hidden + dropout_(passed));
            mixed = settings_.filterShare * filtered + (1 - settings_.filterShare) * mixed;
        }
        const auto inner = layer.innerOut->forward(torch::gelu(layer.inner->forward(mixed)));
        hidden = layer.innerNorm->forward(mixed + dropout_(inner));
    }
    return hidden;
}

SequenceNetworkImpl::SequenceNetworkImpl(const SequenceSettings& sizes, std::int64_t items) : settings(sizes) {
    itemVD = register_parameter("items", torch::randn({items, sizes.width}) * startDeviation);
    tower = register_module("tower", SequenceTower(sizes));
    if (!sizes.readsText) return;
    wordRD = register_parameter("words", torch::randn({sizes.wordRows, sizes.width}) * startDeviation);
    textNorm = register_module("text_norm", layerNorm(sizes.width));
    {
        const torch::NoGradGuard noGrad; // the tower's output has length sqrt(D): scores start below 1, as those of ids
        textNorm->weight.fill_(0.1);
    }
    textTower = register_module("text_tower", SequenceTower(sizes));
}

torch::Tensor SequenceNetworkImpl::textVectors(const WordBags& bags) {
    const auto sums = std::get<0>(torch::embedding_bag(wordRD, bags.wordsN, bags.offsetsV));
    return textNorm(sums * bags.scaleV1);
}

WordBags wordBags(std::span<const std::int64_t> table, int words, std::span<const std::int64_t> rows,
                  torch::Device device) {
    std::vector<std::int64_t> flat, offsets;
    std::vector<float> scales;
    for (const auto row : rows) {
        offsets.push_back(std::ssize(flat));
        for (const auto word : table.subspan(static_cast<std::size_t>(row * words), static_cast<std::size_t>(words)))
            if (word >= 0) flat.push_back(word);
        const auto count = std::ssize(flat) - offsets.back();
        scales.push_back(1.0F / std::sqrt(static_cast<float>(std::max<std::ptrdiff_t>(1, count))));
    }
    return {torch::tensor(flat, torch::kInt64).to(device), torch::tensor(offsets, torch::kInt64).to(device),
            torch::tensor(scales).unsqueeze(1).to(device)};
}

WordBags wordBags(std::span<const std::int64_t> table, int words, torch::Device device) {
    std::vector<std::int64_t> rows(table.size() / static_cast<std::size_t>(words));
    std::iota(rows.begin(), rows.end(), 0);
    return wordBags(table, words, rows, device);
}

} // namespace core
