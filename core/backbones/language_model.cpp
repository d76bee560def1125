#include "core/backbones/language_model.h"
#include "core/tensors/autocast.h"
#include "core/tensors/tensor_on.h"
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

using ModelKind = LanguageModelSettings::Kind;

/// Where the parts of a network stand in its files.
struct Names {
    std::string language, head, tower, connector;
};

Names namesOf(const CheckpointFiles& files, ModelKind kind) {
    if (kind == ModelKind::idefics3)
        return {"model.text_model.", "", "model.vision_model.", "model.connector.modality_projection.proj"};
    if (kind == ModelKind::paligemma) {
        // Files of both orders are about: parts first, or the whole first.
        if (files.find("model.language_model.embed_tokens.weight"))
            return {"model.language_model.", "", "model.vision_tower.vision_model.",
                    "model.multi_modal_projector.linear"};
        return {"language_model.model.", "language_model.", "vision_tower.vision_model.",
                "multi_modal_projector.linear"};
    }
    // Without a head the blocks stand at the top.
    return {files.find("embed_tokens.weight") ? "" : "model.", "", "", ""};
}

/// Squares of `along` x `along` neighbouring patches become one token each (Shi et al. 2016, the inverse of their
/// shuffle), in it row by row.
torch::Tensor joinNeighbours(const torch::Tensor& hiddenNTD, std::int64_t along) {
    const auto pictures = hiddenNTD.size(0), width = hiddenNTD.size(2);
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(hiddenNTD.size(1)))));
    const auto squares = side / along;
    return hiddenNTD.view({pictures, squares, along, squares, along, width})
        .permute({0, 1, 3, 2, 4, 5})
        .reshape({pictures, squares * squares, along * along * width});
}

} // namespace

LanguageModel::LanguageModel(const std::filesystem::path& folder, Weights kind, const Computing& computing)
    : settings_(LanguageModelSettings::read(folder)), computing_(computing) {
    if (computing.precision == Precision::fp16)
        throw Error(ErrorKind::invalidInput, "load a language network: it computes in fp32 or bf16, not in fp16");
    const auto files = CheckpointFiles::open(folder);
    const Names names = namesOf(*files, settings_.kind);
    const auto& decoder = settings_.decoder;
    WeightSource source(files, "");
    source.setDevice(torch::Device(computing.device));
    if (kind == Weights::own) source.keepOwn();
    auto languageSource = source;
    if (kind == Weights::mapped) languageSource.setMatrixType(dtypeOf(computing.precision));
    network_ = std::make_unique<LanguageNetwork>(languageSource.under(names.language), languageSource.under(names.head),
                                                 decoder,
                                                 /*firstPosition=*/settings_.kind == ModelKind::paligemma ? 1 : 0);
    network_->productType = dtypeOf(computing.precision);
    if (settings_.tower) {
        const auto& tower = *settings_.tower;
        tower_ = std::make_unique<PictureTower>(source.under(names.tower), tower);
        connector_ =
            takeLinear(source, names.connector, decoder.width, tower.width * settings_.shuffle * settings_.shuffle,
                       /*hasBias=*/settings_.kind == ModelKind::paligemma);
    }
    std::vector<std::string> others;
    if (decoder.hasTiedHead) others.push_back(names.head + "lm_head."); // some files hold a copy
    for (std::int64_t i = 0; i < decoder.layers; ++i)
        others.push_back(fmt::format("{}layers.{}.self_attn.rotary_emb.inv_freq", names.language, i));
    if (tower_) others.push_back(names.tower + "embeddings.position_ids");
    source.expectAllTaken({others.begin(), others.end()});
    weights_ = source.own();
}

torch::Tensor LanguageModel::pictureTokens(const torch::Tensor& pixelsNCSS) const {
    if (!tower_) throw Error(ErrorKind::invalidInput, "read a picture: this network reads texts alone");
    const WithPrecision precise(computing_);
    const auto hiddenNTD = tower_->hidden(pixelsNCSS.to(torch::Device(computing_.device)));
    if (settings_.kind == ModelKind::idefics3)
        return connector_(joinNeighbours(hiddenNTD, settings_.shuffle)).to(torch::kFloat32);
    return connector_(hiddenNTD).to(torch::kFloat32) / settings_.decoder.embeddingScale;
}

torch::Tensor LanguageModel::embed(std::span<const std::int32_t> ids, const torch::Tensor& picturesRD) const {
    const auto vocabulary = settings_.decoder.vocabulary;
    auto idsT = torch::empty({static_cast<std::int64_t>(ids.size())}, torch::kInt64);
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool isPicture = picturesRD.defined() && tower_ && ids[i] == settings_.pictureToken;
        if (isPicture) places.push_back(static_cast<std::int64_t>(i));
        if (!isPicture && (ids[i] < 0 || ids[i] >= vocabulary))
            throw Error(ErrorKind::invalidInput,
                        fmt::format("read a text: token {} is not among the {} of this network", ids[i], vocabulary));
        idsT.data_ptr<std::int64_t>()[i] = isPicture ? 0 : ids[i];
    }
    const auto rows = picturesRD.defined() ? picturesRD.size(0) : 0;
    if (static_cast<std::int64_t>(places.size()) != rows || (rows > 0 && picturesRD.size(1) != settings_.decoder.width))
        throw Error(ErrorKind::invalidInput,
                    fmt::format("read a text: {} places for picture tokens; {} rows of pictures are there",
                                places.size(), rows));
    const auto embeddedTD = network_->embed(idsT);
    if (places.empty()) return embeddedTD;
    return embeddedTD.index_copy(0, tensorOn(embeddedTD.device(), places), picturesRD.to(embeddedTD.device()));
}

LanguageNetwork::Mask LanguageModel::maskAfter(std::int64_t prompt) const {
    if (!settings_.hasOpenPrefix()) return {};
    return {.openPrefix = prompt, .hasWindows = false};
}

} // namespace core
