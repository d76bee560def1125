#include "core/backbones/pretrained_encoders.h"
#include "core/backbones/convolution_tower.h"
#include "core/backbones/picture_tower.h"
#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <numeric>

// Shapes: N texts or pictures, T tokens or patches, D width, W width of the result.
namespace core {

namespace {

using Kind = TowerSettings::Kind;

constexpr std::int64_t tokensAtOnce = 4096; // texts of like length go through the network together

EncodedRows rowsOf(const torch::Tensor& tensor) {
    const auto plain = tensor.to(torch::kFloat32).contiguous();
    EncodedRows rows{.rows = plain.size(0), .width = plain.size(1), .values = {}};
    const float* values = plain.data_ptr<float>();
    rows.values.assign(values, values + plain.numel());
    return rows;
}

/// The name before the tensors of one tower, by what the files hold.
std::string prefixOf(const CheckpointFiles& files, const TowerSettings& settings) {
    if (settings.kind == Kind::bert) return files.find("bert.embeddings.word_embeddings.weight") ? "bert." : "";
    return settings.isText() ? "text_model." : "vision_model.";
}

/// Of the same checkpoint, but none of the tower's: other towers, heads for training, counters.
std::vector<std::string_view> othersOf(const TowerSettings& settings) {
    std::vector<std::string_view> others{"logit_scale", "logit_bias", "text_model.embeddings.position_ids",
                                         "vision_model.embeddings.position_ids"};
    if (settings.kind == Kind::bert)
        return {"cls.", "bert.embeddings.position_ids", "embeddings.position_ids", "bert.pooler.", "pooler."};
    if (settings.isText())
        others.insert(others.end(), {"vision_model.", "visual_projection."});
    else
        others.insert(others.end(), {"text_model.", "text_projection."});
    return others;
}

} // namespace

struct PretrainedTextEncoder::Network {
    TowerSettings settings;
    torch::Tensor tokensVD, positionsTD, typesYD;
    NormWeights embeddingNorm, finalNorm;
    LinearWeights head; ///< BERT's pooler, SigLIP's head, CLIP's projection; may be undefined
    std::unique_ptr<TransformerTower> tower;

    explicit Network(const std::filesystem::path& folder)
        : settings(TowerSettings::textOf(JsonPlace::read(folder / "config.json", 10'000'000))) {
        const auto files = CheckpointFiles::open(folder);
        WeightSource source(files, prefixOf(*files, settings));
        const auto width = settings.width;
        if (settings.kind == Kind::bert) {
            tokensVD = source.take("embeddings.word_embeddings.weight", {settings.vocabulary, width});
            positionsTD = source.take("embeddings.position_embeddings.weight", {settings.positions, width});
            typesYD = source.take("embeddings.token_type_embeddings.weight", {settings.types, width});
            embeddingNorm = takeNorm(source, "embeddings.LayerNorm", width, settings.epsilon);
            if (source.has("pooler.dense.weight")) head = takeLinear(source, "pooler.dense", width, width);
        } else {
            tokensVD = source.take("embeddings.token_embedding.weight", {settings.vocabulary, width});
            positionsTD = source.take("embeddings.position_embedding.weight", {settings.positions, width});
            finalNorm = takeNorm(source, "final_layer_norm", width, settings.epsilon);
            if (settings.kind == Kind::siglipText) head = takeLinear(source, "head", settings.projection, width);
        }
        tower = std::make_unique<TransformerTower>(source, settings);
        auto others = othersOf(settings);
        if (settings.kind == Kind::clipText && settings.projection > 0) {
            WeightSource whole(files, "");
            head = takeLinear(whole, "text_projection", settings.projection, width, /*hasBias=*/false);
            others.push_back("text_projection.");
        }
        source.expectAllTaken(others);
    }

    void check(const EncoderText& text) const {
        const auto size = static_cast<std::int64_t>(text.ids.size());
        if (size == 0 || size > settings.positions)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("encode a text: {} tokens; 1 to {} can be read", size, settings.positions));
        if (!text.typeIds.empty() && text.typeIds.size() != text.ids.size())
            throw Error(ErrorKind::invalidInput,
                        fmt::format("encode a text: {} ids and {} types", text.ids.size(), text.typeIds.size()));
        for (const auto id : text.ids)
            if (id < 0 || id >= settings.vocabulary)
                throw Error(ErrorKind::invalidInput,
                            fmt::format("encode a text: token {} is not among the {} of this network", id,
                                        settings.vocabulary));
        for (const auto type : text.typeIds)
            if (settings.kind == Kind::bert && (type < 0 || type >= settings.types))
                throw Error(
                    ErrorKind::invalidInput,
                    fmt::format("encode a text: type {} is not among the {} of this network", type, settings.types));
    }

    /// Texts `some` of one length: no padding, no mask but CLIP's.
    torch::Tensor hidden(std::span<const EncoderText> texts, std::span<const std::size_t> some,
                         const torch::Tensor& idsNT) const {
        const auto count = idsNT.size(1);
        auto hiddenNTD = torch::embedding(tokensVD, idsNT) + positionsTD.slice(/*dim=*/0, 0, count);
        torch::Tensor mask;
        if (settings.kind == Kind::bert) {
            auto typesNT = torch::zeros_like(idsNT);
            for (std::size_t n = 0; n < some.size(); ++n)
                for (std::size_t t = 0; t < texts[some[n]].typeIds.size(); ++t)
                    typesNT.data_ptr<std::int64_t>()[n * static_cast<std::size_t>(count) + t] =
                        texts[some[n]].typeIds[t];
            hiddenNTD = embeddingNorm(hiddenNTD + torch::embedding(typesYD, typesNT));
        }
        if (settings.kind == Kind::clipText) // the future is hidden
            mask = torch::full({count, count}, -std::numeric_limits<float>::infinity()).triu(1);
        hiddenNTD = tower->run(hiddenNTD, mask);
        return settings.kind == Kind::bert ? hiddenNTD : finalNorm(hiddenNTD);
    }

    torch::Tensor pooled(const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) const {
        if (settings.kind == Kind::bert) {
            if (!head.weight.defined())
                throw Error(ErrorKind::invalidInput, "encode a text: this BERT has no pooler; its mean can be had");
            return torch::tanh(head(hiddenNTD.select(1, 0)));
        }
        if (settings.kind == Kind::siglipText) return head(hiddenNTD.select(1, hiddenNTD.size(1) - 1));
        // The first end token; configurations from before it was stated say 2 and mean the largest id.
        const auto atN =
            settings.endToken == 2 ? idsNT.argmax(1) : idsNT.eq(settings.endToken).to(torch::kInt32).argmax(1);
        const auto pooledND = hiddenNTD.gather(1, atN.view({-1, 1, 1}).expand({-1, 1, hiddenNTD.size(2)})).squeeze(1);
        return head.weight.defined() ? head(pooledND) : pooledND;
    }

    /// Calls `visit(indices, hiddenNTD, idsNT)` for groups of texts of one length, longest first.
    template <class Visit>
    void forEachGroup(std::span<const EncoderText> texts, Visit visit) const {
        const c10::InferenceMode noGradients;
        for (const auto& text : texts) check(text);
        std::vector<std::size_t> order(texts.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return texts[a].ids.size() > texts[b].ids.size(); });
        for (std::size_t begin = 0; begin < order.size();) {
            const std::size_t length = texts[order[begin]].ids.size();
            std::size_t end = begin;
            while (end < order.size() && texts[order[end]].ids.size() == length &&
                   (end == begin || static_cast<std::int64_t>((end - begin + 1) * length) <= tokensAtOnce))
                ++end;
            const auto some = std::span(order).subspan(begin, end - begin);
            auto idsNT = torch::empty({static_cast<std::int64_t>(some.size()), static_cast<std::int64_t>(length)},
                                      torch::kInt64);
            auto* ids = idsNT.data_ptr<std::int64_t>();
            for (const auto index : some) ids = std::copy(texts[index].ids.begin(), texts[index].ids.end(), ids);
            visit(some, hidden(texts, some, idsNT), idsNT);
            begin = end;
        }
    }

    /// One row a text: `reduce(hiddenNTD, idsNT)` gives NW.
    template <class Reduce>
    EncodedRows rows(std::span<const EncoderText> texts, Reduce reduce) const {
        EncodedRows result;
        forEachGroup(
            texts, [&](std::span<const std::size_t> some, const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) {
                const EncodedRows part = rowsOf(reduce(hiddenNTD, idsNT));
                result.width = part.width;
                result.values.resize(texts.size() * static_cast<std::size_t>(part.width));
                for (std::size_t n = 0; n < some.size(); ++n) {
                    const auto row = part.row(static_cast<std::int64_t>(n));
                    std::copy(row.begin(), row.end(),
                              result.values.begin() + static_cast<std::ptrdiff_t>(some[n]) * part.width);
                }
            });
        result.rows = static_cast<std::int64_t>(texts.size());
        return result;
    }
};

PretrainedTextEncoder::PretrainedTextEncoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedTextEncoder::~PretrainedTextEncoder() = default;

std::unique_ptr<PretrainedTextEncoder> PretrainedTextEncoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedTextEncoder>(new PretrainedTextEncoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedTextEncoder::hiddenStates(std::span<const EncoderText> texts) const {
    std::vector<std::size_t> firstRow(texts.size());
    EncodedRows result{.rows = 0, .width = width(), .values = {}};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        firstRow[i] = static_cast<std::size_t>(result.rows);
        result.rows += static_cast<std::int64_t>(texts[i].ids.size());
    }
    result.values.resize(static_cast<std::size_t>(result.rows * result.width));
    network_->forEachGroup(
        texts, [&](std::span<const std::size_t> some, const torch::Tensor& hiddenNTD, const torch::Tensor&) {
            for (std::size_t n = 0; n < some.size(); ++n) {
                const EncodedRows one = rowsOf(hiddenNTD[static_cast<std::int64_t>(n)]);
                std::copy(one.values.begin(), one.values.end(),
                          result.values.begin() + static_cast<std::ptrdiff_t>(firstRow[some[n]]) * result.width);
            }
        });
    return result;
}

EncodedRows PretrainedTextEncoder::encode(std::span<const EncoderText> texts) const {
    return network_->rows(texts, [&](const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) {
        return network_->pooled(hiddenNTD, idsNT);
    });
}

EncodedRows PretrainedTextEncoder::encodeByMean(std::span<const EncoderText> texts) const {
    return network_->rows(texts, [](const torch::Tensor& hiddenNTD, const torch::Tensor&) {
        const auto meanND = hiddenNTD.mean(1);
        return meanND / meanND.norm(2, /*dim=*/1, /*keepdim=*/true).clamp_min(1e-12);
    });
}

std::int64_t PretrainedTextEncoder::width() const { return network_->settings.width; }
std::int64_t PretrainedTextEncoder::mostTokens() const { return network_->settings.positions; }
bool PretrainedTextEncoder::needsPadding() const { return network_->settings.kind == Kind::siglipText; }

struct PretrainedPictureEncoder::Network {
    std::int64_t side = 0, width = 0;
    LinearWeights projection; ///< CLIP's; may be undefined
    std::unique_ptr<PictureTower> tower;
    std::unique_ptr<ConvolutionTower> convolutions; ///< one of the two

    explicit Network(const std::filesystem::path& folder) {
        const auto root = JsonPlace::read(folder / "config.json", 10'000'000);
        const auto files = CheckpointFiles::open(folder);
        WeightSource source(files, "");
        if (ConvolutionSettings::isKnown(root)) {
            const auto settings = ConvolutionSettings::of(root);
            side = settings.side;
            width = settings.width;
            const bool hasPrefix = files->find(settings.prefix + settings.blocks[0].steps[0].weight) != nullptr;
            convolutions = std::make_unique<ConvolutionTower>(source.under(hasPrefix ? settings.prefix : ""), settings);
            source.expectAllTaken({"classifier."});
            return;
        }
        const auto settings = TowerSettings::pictureOf(root);
        side = settings.side;
        width = settings.width;
        tower = std::make_unique<PictureTower>(source.under(prefixOf(*files, settings)), settings);
        if (settings.kind == Kind::clipPicture && settings.projection > 0)
            projection = takeLinear(source, "visual_projection", settings.projection, width, /*hasBias=*/false);
        source.expectAllTaken(othersOf(settings));
    }

    /// NTD; of a map its places are the T.
    torch::Tensor hidden(std::span<const NetworkPixels> pictures) const {
        const auto pixelsNCSS = stacked(pictures, side);
        return tower ? tower->hidden(pixelsNCSS) : convolutions->run(pixelsNCSS).flatten(2).transpose(1, 2);
    }

    torch::Tensor pooled(const torch::Tensor& hiddenNTD) const {
        if (convolutions) return hiddenNTD.mean(1);
        const auto pooledND = tower->pooled(hiddenNTD);
        return projection.weight.defined() ? projection(pooledND) : pooledND;
    }

    template <class Reduce>
    EncodedRows rows(std::span<const NetworkPixels> pictures, Reduce reduce) const {
        const c10::InferenceMode noGradients;
        constexpr std::size_t picturesAtOnce = 16;
        EncodedRows result;
        for (std::size_t begin = 0; begin < pictures.size(); begin += picturesAtOnce) {
            const auto some = pictures.subspan(begin, std::min(picturesAtOnce, pictures.size() - begin));
            const EncodedRows part = rowsOf(reduce(hidden(some)));
            result.rows += part.rows;
            result.width = part.width;
            result.values.insert(result.values.end(), part.values.begin(), part.values.end());
        }
        return result;
    }
};

PretrainedPictureEncoder::PretrainedPictureEncoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedPictureEncoder::~PretrainedPictureEncoder() = default;

std::unique_ptr<PretrainedPictureEncoder> PretrainedPictureEncoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedPictureEncoder>(new PretrainedPictureEncoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedPictureEncoder::hiddenStates(std::span<const NetworkPixels> pictures) const {
    return network_->rows(pictures, [](const torch::Tensor& hiddenNTD) { return hiddenNTD.flatten(0, 1); });
}

EncodedRows PretrainedPictureEncoder::encode(std::span<const NetworkPixels> pictures) const {
    return network_->rows(pictures, [&](const torch::Tensor& hiddenNTD) { return network_->pooled(hiddenNTD); });
}

std::int64_t PretrainedPictureEncoder::width() const { return network_->width; }
int PretrainedPictureEncoder::side() const { return static_cast<int>(network_->side); }

} // namespace core
