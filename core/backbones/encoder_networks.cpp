#include "core/backbones/encoder_networks.h"
#include <limits>

namespace core {

namespace {

using Kind = TowerSettings::Kind;

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

void place(std::vector<PlacedTensor>& placed, const char* name, std::int64_t layer, torch::Tensor& tensor) {
    if (tensor.defined()) placed.push_back({name, layer, &tensor});
}

} // namespace

TextNetwork::TextNetwork(const std::filesystem::path& folder)
    : settings_(TowerSettings::textOf(JsonPlace::read(folder / "config.json", 10'000'000))) {
    const auto files = CheckpointFiles::open(folder);
    WeightSource source(files, prefixOf(*files, settings_));
    const auto width = settings_.width;
    if (settings_.kind == Kind::bert) {
        tokensVD_ = source.take("embeddings.word_embeddings.weight", {settings_.vocabulary, width});
        positionsTD_ = source.take("embeddings.position_embeddings.weight", {settings_.positions, width});
        typesYD_ = source.take("embeddings.token_type_embeddings.weight", {settings_.types, width});
        embeddingNorm_ = takeNorm(source, "embeddings.LayerNorm", width, settings_.epsilon);
        if (source.has("pooler.dense.weight")) head_ = takeLinear(source, "pooler.dense", width, width);
    } else {
        tokensVD_ = source.take("embeddings.token_embedding.weight", {settings_.vocabulary, width});
        positionsTD_ = source.take("embeddings.position_embedding.weight", {settings_.positions, width});
        finalNorm_ = takeNorm(source, "final_layer_norm", width, settings_.epsilon);
        if (settings_.kind == Kind::siglipText) head_ = takeLinear(source, "head", settings_.projection, width);
    }
    tower_ = std::make_unique<TransformerTower>(source, settings_);
    auto others = othersOf(settings_);
    if (settings_.kind == Kind::clipText && settings_.projection > 0) {
        WeightSource whole(files, "");
        head_ = takeLinear(whole, "text_projection", settings_.projection, width, /*hasBias=*/false);
        others.push_back("text_projection.");
    }
    source.expectAllTaken(others);
}

torch::Tensor TextNetwork::hidden(const torch::Tensor& idsNT, const torch::Tensor& typesNT) const {
    const auto count = idsNT.size(1);
    auto hiddenNTD = torch::embedding(tokensVD_, idsNT) + positionsTD_.slice(/*dim=*/0, 0, count);
    torch::Tensor mask;
    if (settings_.kind == Kind::bert) {
        const auto types = typesNT.defined() ? torch::embedding(typesYD_, typesNT) : typesYD_[0];
        hiddenNTD = embeddingNorm_(hiddenNTD + types);
    }
    if (settings_.kind == Kind::clipText) // the future is hidden
        mask = torch::full({count, count}, -std::numeric_limits<float>::infinity(), hiddenNTD.options()).triu(1);
    hiddenNTD = tower_->run(hiddenNTD, mask);
    return settings_.kind == Kind::bert ? hiddenNTD : finalNorm_(hiddenNTD);
}

torch::Tensor TextNetwork::pooled(const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) const {
    if (settings_.kind == Kind::bert) {
        if (!head_.weight.defined())
            throw Error(ErrorKind::invalidInput, "encode a text: this BERT has no pooler; its mean can be had");
        return torch::tanh(head_(hiddenNTD.select(1, 0)));
    }
    if (settings_.kind == Kind::siglipText) return head_(hiddenNTD.select(1, hiddenNTD.size(1) - 1));
    // The first end token; configurations from before it was stated say 2 and mean the largest id.
    const auto atN =
        settings_.endToken == 2 ? idsNT.argmax(1) : idsNT.eq(settings_.endToken).to(torch::kInt32).argmax(1);
    const auto pooledND = hiddenNTD.gather(1, atN.view({-1, 1, 1}).expand({-1, 1, hiddenNTD.size(2)})).squeeze(1);
    return head_.weight.defined() ? head_(pooledND) : pooledND;
}

torch::Tensor TextNetwork::unitMean(const torch::Tensor& hiddenNTD) {
    const auto meanND = hiddenNTD.mean(1);
    return meanND / meanND.norm(2, /*dim=*/1, /*keepdim=*/true).clamp_min(1e-12);
}

torch::Tensor TextNetwork::vectors(const torch::Tensor& idsNT) const {
    const auto hiddenNTD = hidden(idsNT, {});
    return settings_.kind == Kind::bert ? unitMean(hiddenNTD) : pooled(hiddenNTD, idsNT);
}

std::int64_t TextNetwork::vectorWidth() const {
    return settings_.kind != Kind::bert && head_.weight.defined() ? head_.weight.size(0) : settings_.width;
}

std::vector<PlacedTensor> TextNetwork::tensors() {
    auto placed = tower_->tensors();
    place(placed, "tokens", -1, tokensVD_);
    place(placed, "positions", -1, positionsTD_);
    place(placed, "types", -1, typesYD_);
    place(placed, "first_norm/weight", -1, embeddingNorm_.weight);
    place(placed, "first_norm/bias", -1, embeddingNorm_.bias);
    place(placed, "last_norm/weight", settings_.layers, finalNorm_.weight);
    place(placed, "last_norm/bias", settings_.layers, finalNorm_.bias);
    if (settings_.kind == Kind::bert) return placed; // its pooler makes no vector of a product
    place(placed, "head/weight", settings_.layers, head_.weight);
    place(placed, "head/bias", settings_.layers, head_.bias);
    return placed;
}

PictureNetwork::PictureNetwork(const std::filesystem::path& folder) {
    const auto root = JsonPlace::read(folder / "config.json", 10'000'000);
    const auto files = CheckpointFiles::open(folder);
    WeightSource source(files, "");
    if (ConvolutionSettings::isKnown(root)) {
        const auto settings = ConvolutionSettings::of(root);
        side_ = settings.side;
        width_ = settings.width;
        const bool hasPrefix = files->find(settings.prefix + settings.blocks[0].steps[0].weight) != nullptr;
        convolutions_ = std::make_unique<ConvolutionTower>(source.under(hasPrefix ? settings.prefix : ""), settings);
        source.expectAllTaken({"classifier."});
        return;
    }
    const auto settings = TowerSettings::pictureOf(root);
    side_ = settings.side;
    width_ = settings.width;
    tower_ = std::make_unique<PictureTower>(source.under(prefixOf(*files, settings)), settings);
    if (settings.kind == Kind::clipPicture && settings.projection > 0)
        projection_ = takeLinear(source, "visual_projection", settings.projection, width_, /*hasBias=*/false);
    source.expectAllTaken(othersOf(settings));
}

torch::Tensor PictureNetwork::hidden(const torch::Tensor& pixelsNCSS) const {
    return tower_ ? tower_->hidden(pixelsNCSS) : convolutions_->run(pixelsNCSS).flatten(2).transpose(1, 2);
}

torch::Tensor PictureNetwork::pooled(const torch::Tensor& hiddenNTD) const {
    if (convolutions_) return hiddenNTD.mean(1);
    const auto pooledND = tower_->pooled(hiddenNTD);
    return projection_.weight.defined() ? projection_(pooledND) : pooledND;
}

std::vector<PlacedTensor> PictureNetwork::tensors() {
    if (convolutions_) return convolutions_->tensors();
    auto placed = tower_->tensors();
    place(placed, "projection/weight", tower_->layers(), projection_.weight);
    return placed;
}

std::vector<PlacedLinear> PictureNetwork::linears() { return tower_ ? tower_->linears() : std::vector<PlacedLinear>(); }

} // namespace core
