#include "core/backbones/item_encoders.h"
#include "core/checkpoints/backbone_card.h"
#include "core/checkpoints/tower_settings.h"

namespace core {

ItemTextEncoder ItemTextEncoder::load(const std::filesystem::path& folder) {
    ItemTextEncoder made;
    const auto root = JsonPlace::read(folder / "config.json", 10'000'000);
    made.isMean_ = TowerSettings::textOf(root).kind == TowerSettings::Kind::bert;
    made.tokenizer_ = std::make_shared<const ItemTokenizer>(ItemTokenizer::load(folder));
    made.encoder_ = PretrainedTextEncoder::load(folder);
    made.hash_ = backboneHash(folder);
    return made;
}

std::size_t ItemTextEncoder::tokensOf(const std::string& text) const { return tokenizer_->ids(text).size(); }

EncodedRows ItemTextEncoder::encode(std::span<const std::string> texts) const {
    std::vector<EncoderText> tokens;
    for (const auto& text : texts) tokens.push_back({tokenizer_->ids(text), {}});
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
