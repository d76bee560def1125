#include "core/backbones/picture_tower.h"
#include <fmt/format.h>

namespace core {

torch::Tensor stacked(std::span<const NetworkPixels> pictures, std::int64_t side) {
    auto pixelsNCSS = torch::empty({static_cast<std::int64_t>(pictures.size()), 3, side, side});
    float* to = pixelsNCSS.data_ptr<float>();
    for (const auto& picture : pictures) {
        if (picture.width != side || picture.height != side ||
            picture.values.size() != static_cast<std::size_t>(3 * side * side))
            throw Error(ErrorKind::invalidInput,
                        fmt::format("encode a picture: {} x {} pixels; this network reads {} x {}", picture.width,
                                    picture.height, side, side));
        to = std::copy(picture.values.begin(), picture.values.end(), to);
    }
    return pixelsNCSS;
}

PictureTower::PictureTower(WeightSource source, const TowerSettings& settings) : settings_(settings) {
    const auto width = settings.width, patch = settings.patch;
    const bool isClip = settings.kind == TowerSettings::Kind::clipPicture;
    patchesDCSS_ = source.take("embeddings.patch_embedding.weight", {width, 3, patch, patch});
    positionsTD_ = source.take("embeddings.position_embedding.weight", {settings.patches() + isClip, width});
    lastNorm_ = takeNorm(source, "post_layernorm", width, settings.epsilon);
    if (isClip) {
        classD_ = source.take("embeddings.class_embedding", {width});
        firstNorm_ = takeNorm(source, "pre_layrnorm", width, settings.epsilon); // the checkpoints' spelling
    } else {
        patchBiasD_ = source.take("embeddings.patch_embedding.bias", {width});
        if (settings.hasPooling) takeHead(source);
    }
    blocks_ = std::make_unique<TransformerTower>(source, settings);
}

/// One learned question to all patches (Zhai et al. 2023, SigLIP; "MAP head").
void PictureTower::takeHead(WeightSource& source) {
    const auto width = settings_.width, inner = settings_.innerWidth;
    probeD_ = source.take("head.probe", {1, 1, width});
    const auto weights = source.take("head.attention.in_proj_weight", {3 * width, width}).split(width, 0);
    const auto biases = source.take("head.attention.in_proj_bias", {3 * width}).split(width, 0);
    headQuery_ = {weights[0], biases[0]};
    headKey_ = {weights[1], biases[1]};
    headValue_ = {weights[2], biases[2]};
    headOutput_ = takeLinear(source, "head.attention.out_proj", width, width);
    headNorm_ = takeNorm(source, "head.layernorm", width, settings_.epsilon);
    headInner_ = takeLinear(source, "head.mlp.fc1", inner, width);
    headOuter_ = takeLinear(source, "head.mlp.fc2", width, inner);
}

torch::Tensor PictureTower::hidden(const torch::Tensor& pixelsNCSS) const {
    auto hiddenNTD = torch::conv2d(pixelsNCSS, patchesDCSS_, patchBiasD_, settings_.patch).flatten(2).transpose(1, 2);
    if (classD_.defined()) hiddenNTD = torch::cat({classD_.expand({hiddenNTD.size(0), 1, -1}), hiddenNTD}, 1);
    hiddenNTD = hiddenNTD + positionsTD_;
    if (settings_.kind == TowerSettings::Kind::clipPicture) return blocks_->run(firstNorm_(hiddenNTD), {});
    return lastNorm_(blocks_->run(hiddenNTD, {}));
}

torch::Tensor PictureTower::pooled(const torch::Tensor& hiddenNTD) const {
    if (settings_.kind == TowerSettings::Kind::clipPicture) return lastNorm_(hiddenNTD.select(1, 0));
    const auto probeN1D = probeD_.expand({hiddenNTD.size(0), 1, -1});
    const auto answerN1D =
        headOutput_(attend(headQuery_(probeN1D), headKey_(hiddenNTD), headValue_(hiddenNTD), settings_.heads, {}));
    const auto innerN1D = activate(headInner_(headNorm_(answerN1D)), settings_.activation);
    return (answerN1D + headOuter_(innerN1D)).select(1, 0);
}

std::vector<PlacedTensor> PictureTower::tensors() {
    auto placed = blocks_->tensors();
    const auto add = [&](std::string name, std::int64_t layer, torch::Tensor& tensor) {
        if (tensor.defined()) placed.push_back({std::move(name), layer, &tensor});
    };
    const auto addBoth = [&](const std::string& name, std::int64_t layer, auto& weights) {
        add(name + "/weight", layer, weights.weight);
        add(name + "/bias", layer, weights.bias);
    };
    add("patches/weight", -1, patchesDCSS_);
    add("patches/bias", -1, patchBiasD_);
    add("class", -1, classD_);
    add("positions", -1, positionsTD_);
    addBoth("first_norm", -1, firstNorm_);
    addBoth("last_norm", layers(), lastNorm_);
    add("head/probe", layers(), probeD_);
    addBoth("head/query", layers(), headQuery_);
    addBoth("head/key", layers(), headKey_);
    addBoth("head/value", layers(), headValue_);
    addBoth("head/output", layers(), headOutput_);
    addBoth("head/norm", layers(), headNorm_);
    addBoth("head/inner", layers(), headInner_);
    addBoth("head/outer", layers(), headOuter_);
    return placed;
}

} // namespace core
