#include "core/backbones/item_encoders.h"
#include "core/checkpoints/backbone_card.h"
#include "core/checkpoints/tower_settings.h"
#include <algorithm>

namespace core {

namespace {

/// The padding token's id, of a network that reads padded texts.
std::int32_t paddingOf(const std::filesystem::path& folder, const JsonPlace& root,
                       const PretrainedTokenizer& tokenizer) {
    if (std::filesystem::exists(folder / "tokenizer_config.json")) {
        const auto config = JsonPlace::read(folder / "tokenizer_config.json", 100'000'000);
        if (const auto token = config.find("pad_token"))
            if (const auto id = tokenizer.idOf(token->isString() ? token->asString() : token->at("content").asString()))
                return *id;
    }
    const auto text = root.find("text_config");
    return static_cast<std::int32_t>((text ? *text : root).integerOr("pad_token_id", 1, 0, 16'000'000));
}

} // namespace

ItemTextEncoder ItemTextEncoder::load(const std::filesystem::path& folder) {
    ItemTextEncoder made;
    const auto root = JsonPlace::read(folder / "config.json", 10'000'000);
    made.isMean_ = TowerSettings::textOf(root).kind == TowerSettings::Kind::bert;
    made.tokenizer_ = PretrainedTokenizer::load(folder);
    made.encoder_ = PretrainedTextEncoder::load(folder);
    if (made.encoder_->needsPadding()) made.padding_ = paddingOf(folder, root, *made.tokenizer_);
    made.hash_ = backboneHash(folder);
    return made;
}

EncoderText ItemTextEncoder::tokenized(const std::string& text) const {
    const auto most = static_cast<std::size_t>(encoder_->mostTokens());
    auto made = tokenizer_->encode(text, {.wantsSpans = false, .mostTokens = most});
    if (encoder_->needsPadding() || made.ids.empty()) made.ids.resize(encoder_->needsPadding() ? most : 1, padding_);
    return {std::move(made.ids), {}};
}

std::size_t ItemTextEncoder::tokensOf(const std::string& text) const { return tokenized(text).ids.size(); }

EncodedRows ItemTextEncoder::encode(std::span<const std::string> texts) const {
    std::vector<EncoderText> tokens;
    for (const auto& text : texts) tokens.push_back(tokenized(text));
    return isMean_ ? encoder_->encodeByMean(tokens) : encoder_->encode(tokens);
}

ItemPictureEncoder ItemPictureEncoder::load(const std::filesystem::path& folder) {
    ItemPictureEncoder made;
    made.preprocessor_ = std::make_shared<const PicturePreprocessor>(PicturePreprocessor::load(folder));
    made.encoder_ = PretrainedPictureEncoder::load(folder);
    made.hash_ = backboneHash(folder);
    return made;
}

EncodedRows ItemPictureEncoder::encode(std::span<const PixelArray> pictures) const {
    std::vector<NetworkPixels> pixels;
    for (const auto& picture : pictures) pixels.push_back(preprocessor_->apply(picture));
    return encoder_->encode(pixels);
}

} // namespace core
