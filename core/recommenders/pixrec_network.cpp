#include "core/recommenders/pixrec_network.h"
#include "core/tensors/attention.h"
#if defined(PIXREC_BACKBONES)
#include "core/recommenders/pretrained_towers.h"
#endif
#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>

namespace core {

namespace {

constexpr double startTemperature = 0.07;
constexpr double shortestLength = 1e-6; ///< keeps the unit vector of nothing at zero

torch::nn::Sequential branch(int from, int to) {
    return torch::nn::Sequential(torch::nn::Linear(from, 2 * to), torch::nn::GELU(), torch::nn::Linear(2 * to, to));
}

#if defined(PIXREC_BACKBONES)
/// Whether an encoder is read from its folder. Where the folder is gone, kept vectors still stand for it.
bool isTuned(const PretrainedTower& tower) { return !tower.isFrozen() && isEncoderThere(tower.folder); }
#endif

std::shared_ptr<TextEncoder> textEncoderOf(const PixRecSettings& settings) {
    if (!settings.textTower) return makeSmallTextEncoder(settings);
#if defined(PIXREC_BACKBONES)
    if (isTuned(*settings.textTower)) return makeTunedTextEncoder(*settings.textTower);
#endif
    return makeFrozenTextEncoder(settings.textTower->width);
}

std::shared_ptr<PictureEncoder> pictureEncoderOf(const PixRecSettings& settings) {
    if (!settings.pictureTower) return makeSmallPictureEncoder(settings);
#if defined(PIXREC_BACKBONES)
    if (isTuned(*settings.pictureTower)) return makeTunedPictureEncoder(*settings.pictureTower);
#endif
    return makeFrozenPictureEncoder(settings.pictureTower->width);
}

} // namespace

torch::Tensor unitLength(const torch::Tensor& vectors) {
    return vectors / vectors.norm(2, /*dim=*/-1, /*keepdim=*/true).clamp_min(shortestLength);
}

std::int64_t gapBucket(std::int64_t milliseconds) {
    constexpr std::int64_t minute = 60'000;
    if (milliseconds <= 0) return 0;
    const auto minutes = static_cast<std::uint64_t>(milliseconds / minute);
    return std::min<std::int64_t>(gapBuckets - 1, 1 + static_cast<std::int64_t>(std::bit_width(minutes)));
}

FeatureNormImpl::FeatureNormImpl(int width)
    : meanW_(register_buffer("mean", torch::zeros({width}))),
      varianceW_(register_buffer("variance", torch::ones({width}))) {}

torch::Tensor FeatureNormImpl::forward(const torch::Tensor& featuresNW, const torch::Tensor& hasN1) {
    constexpr double smallestVariance = 1e-6, newShare = 0.2;
    if (!is_training()) return (featuresNW - meanW_) / (varianceW_.mean() + smallestVariance).sqrt();
    const auto count = hasN1.sum().clamp_min(1);
    const auto mean = (featuresNW * hasN1).sum(0) / count;
    const auto centred = featuresNW - mean;
    const auto variance = (centred.square() * hasN1).sum(0) / count;
    {
        const torch::NoGradGuard noGrad;
        if (hasN1.sum().item<float>() > 1) {
            meanW_.lerp_(mean, newShare);
            varianceW_.lerp_(variance, newShare);
        }
    }
    return centred / (variance.mean() + smallestVariance).sqrt();
}

ItemTowerImpl::ItemTowerImpl(int textWidth, int pictureWidth, int width)
    : textNorm_(textWidth), pictureNorm_(pictureWidth), text_(branch(textWidth, width)),
      picture_(branch(pictureWidth, width)), gates_(2 * width, 2 * width), dropout_(0.0), width_(width) {
    register_module("text_norm", textNorm_);
    register_module("picture_norm", pictureNorm_);
    register_module("text", text_);
    register_module("picture", picture_);
    register_module("gates", gates_);
    register_module("dropout", dropout_);
}

ItemTowerOutput ItemTowerImpl::forward(const ItemFeatures& features) {
    ItemTowerOutput output;
    output.textND = text_->forward(dropout_(textNorm_(features.textNW, features.hasTextN1))) * features.hasTextN1;
    output.pictureND =
        picture_->forward(dropout_(pictureNorm_(features.pictureNW, features.hasPictureN1))) * features.hasPictureN1;
    const auto gates =
        torch::sigmoid(gates_(torch::cat({output.textND, output.pictureND}, /*dim=*/1))).split(width_, /*dim=*/1);
    output.itemND = unitLength(gates[0] * output.textND + gates[1] * output.pictureND);
    return output;
}

UserTowerImpl::UserTowerImpl(const PixRecSettings& settings)
    : heads_(settings.heads), window_(settings.window), taste_(settings.width, settings.width),
      traits_(settings.width, settings.width), anyOnce_(settings.width, settings.width),
      norm_(torch::nn::LayerNormOptions({settings.width})), dropout_(0.1) {
    const int width = settings.width;
    start_ = register_parameter("start", torch::randn({width}) / std::sqrt(width));
    ageBias_ = register_parameter("age_bias", torch::zeros({window_ + 2, heads_}));
    gapBias_ = register_parameter("gap_bias", torch::zeros({gapBuckets, heads_}));
    for (int i = 0; i < settings.layers; ++i) {
        const std::string name = "layer" + std::to_string(i) + "_";
        const auto linear = [&](const char* part, int from, int to) {
            return register_module(name + part, torch::nn::Linear(from, to));
        };
        const auto layerNorm = [&](const char* part) {
            return register_module(name + part, torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
        };
        layers_.push_back({layerNorm("attention_norm"), layerNorm("inner_norm"),
                           linear("query_key_value", width, 3 * width), linear("out", width, width),
                           linear("inner", width, settings.innerWidth),
                           linear("inner_out", settings.innerWidth, width)});
    }
    register_module("taste", taste_);
    register_module("traits", traits_);
    register_module("any_once", anyOnce_);
    register_module("norm", norm_);
    register_module("dropout", dropout_);
    const torch::NoGradGuard noGrad;
    torch::nn::init::eye_(taste_->weight); // before it has learnt anything, a shopper is the mean of the history
    taste_->bias.zero_();
    anyOnce_->weight.zero_();
    anyOnce_->bias.zero_();
}

torch::Tensor UserTowerImpl::bias(const HistoryBatch& batch) const {
    const auto length = batch.itemsBTD.size(1) + 1; // with the start
    const auto device = batch.itemsBTD.device();
    const auto positionT = torch::arange(length, torch::TensorOptions().dtype(torch::kInt64).device(device));
    const auto ageTT = positionT.unsqueeze(1) - positionT.unsqueeze(0);
    const auto ageBiasTTH =
        ageBias_.index_select(0, ageTT.clamp(0, window_ + 1).flatten()).view({length, length, heads_});
    auto biasBHTT =
        ageBiasTTH.permute({2, 0, 1}).unsqueeze(0).masked_fill((ageTT < 0).view({1, 1, length, length}), -1e9);
    if (!batch.timesBT.defined()) return biasBHTT;

    const auto rows = batch.timesBT.size(0), columns = batch.timesBT.size(1);
    auto bucketsBTT = torch::zeros({rows, columns, columns}, torch::kInt64);
    const auto times = batch.timesBT.accessor<std::int64_t, 2>();
    auto buckets = bucketsBTT.accessor<std::int64_t, 3>();
    for (std::int64_t b = 0; b < rows; ++b)
        for (std::int64_t later = 0; later < columns; ++later)
            for (std::int64_t earlier = 0; earlier < later; ++earlier)
                buckets[b][later][earlier] = gapBucket(times[b][later] - times[b][earlier]);
    const auto gapBiasBTTH =
        gapBias_.index_select(0, bucketsBTT.to(device).flatten()).view({rows, columns, columns, heads_});
    // The start has no time: its row and column get no gap bias.
    return biasBHTT + torch::constant_pad_nd(gapBiasBTTH.permute({0, 3, 1, 2}), {1, 0, 1, 0}, 0);
}

torch::Tensor UserTowerImpl::attend(Layer& layer, const torch::Tensor& hiddenBTD, const torch::Tensor& biasBHTT) {
    const auto batch = hiddenBTD.size(0), length = hiddenBTD.size(1), width = hiddenBTD.size(2);
    const auto split = layer.queryKeyValue->forward(hiddenBTD)
                           .view({batch, length, 3, heads_, width / heads_})
                           .permute({2, 0, 3, 1, 4}); // 3 x B x H x T x D/H
    const double scale = 1.0 / std::sqrt(static_cast<double>(width) / heads_);
    const AttentionOptions options{.mask = biasBHTT, .isCausal = false, .dropout = 0};
    const auto mixedBTHD = attention(split[0], split[1], split[2], scale, options).transpose(1, 2);
    return layer.out->forward(mixedBTHD.reshape({batch, length, width}));
}

torch::Tensor UserTowerImpl::run(torch::Tensor hiddenBTD, const torch::Tensor& biasBHTT) {
    for (auto& layer : layers_) {
        hiddenBTD = hiddenBTD + dropout_(attend(layer, layer.attentionNorm->forward(hiddenBTD), biasBHTT));
        const auto inner = torch::gelu(layer.inner->forward(layer.innerNorm->forward(hiddenBTD)));
        hiddenBTD = hiddenBTD + dropout_(layer.innerOut->forward(inner));
    }
    return norm_(hiddenBTD);
}

torch::Tensor UserTowerImpl::forward(const HistoryBatch& batch) {
    const auto startB1D = start_.view({1, 1, -1}).expand({batch.itemsBTD.size(0), 1, -1});
    const auto inputBTD = torch::cat({startB1D, batch.itemsBTD}, /*dim=*/1);
    const auto countT1 = torch::arange(1, inputBTD.size(1) + 1, inputBTD.options()).unsqueeze(1);
    const auto meanBTD = inputBTD.cumsum(/*dim=*/1) / countT1; // of all so far: causal
    const auto traitsBTD = std::get<0>(torch::cummax(traits_(inputBTD), /*dim=*/1));
    return run(inputBTD + taste_(meanBTD) + anyOnce_(traitsBTD), bias(batch));
}

torch::Tensor UserTowerImpl::alone(const torch::Tensor& itemsND) {
    const auto inputN1D = (itemsND + taste_(itemsND) + anyOnce_(traits_(itemsND))).unsqueeze(1);
    return run(inputN1D, torch::zeros({1, 1, 1, 1}, itemsND.options())).squeeze(1);
}

PixRecNetworkImpl::PixRecNetworkImpl(const PixRecSettings& sizes) : settings(sizes) {
    textEncoder = register_module("text_encoder", textEncoderOf(sizes));
    pictureEncoder = register_module("picture_encoder", pictureEncoderOf(sizes));
    itemTower = register_module("item_tower", ItemTower(textEncoder->width(), pictureEncoder->width(), sizes.width));
    userTower = register_module("user_tower", UserTower(sizes));
    userProjection = register_module("user_projection", torch::nn::Linear(sizes.width, sizes.width));
    itemProjection = register_module("item_projection", torch::nn::Linear(sizes.width, sizes.width));
    {
        const torch::NoGradGuard noGrad; // both start alike, so that what is near in content scores high from the start
        userProjection->weight.copy_(itemProjection->weight);
        userProjection->bias.copy_(itemProjection->bias);
    }
    logTemperature = register_parameter("log_temperature", torch::full({}, std::log(startTemperature)));
}

torch::Tensor PixRecNetworkImpl::projectUser(const torch::Tensor& hidden) { return unitLength(userProjection(hidden)); }

torch::Tensor PixRecNetworkImpl::projectItem(const torch::Tensor& hidden) { return unitLength(itemProjection(hidden)); }

ItemFeatures PixRecNetworkImpl::gather(const torch::Tensor& textTW, const torch::Tensor& textOfN,
                                       const torch::Tensor& pictureQW, const torch::Tensor& pictureOfN) const {
    const auto rowsOf = [](const torch::Tensor& table, const torch::Tensor& rowOfN, int width,
                           const torch::Tensor& hasN1) {
        if (!table.defined() || table.size(0) == 0) return torch::zeros({rowOfN.size(0), width}, hasN1.options());
        return table.index_select(0, rowOfN.clamp_min(0)) * hasN1;
    };
    const auto present = [this](const torch::Tensor& rowOfN) {
        return (rowOfN >= 0).to(logTemperature.dtype()).unsqueeze(1);
    };
    ItemFeatures features;
    features.hasTextN1 = present(textOfN);
    features.hasPictureN1 = present(pictureOfN);
    features.textNW = rowsOf(textTW, textOfN, textEncoder->width(), features.hasTextN1);
    features.pictureNW = rowsOf(pictureQW, pictureOfN, pictureEncoder->width(), features.hasPictureN1);
    return features;
}

} // namespace core
