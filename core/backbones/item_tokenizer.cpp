#include "core/backbones/item_tokenizer.h"
#include "core/checkpoints/tower_settings.h"

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

ItemTokenizer ItemTokenizer::load(const std::filesystem::path& folder) {
    ItemTokenizer made;
    const auto root = JsonPlace::read(folder / "config.json", 10'000'000);
    const auto settings = TowerSettings::textOf(root);
    made.tokenizer_ = PretrainedTokenizer::load(folder);
    made.mostTokens_ = static_cast<std::size_t>(settings.positions);
    made.isPadded_ = settings.kind == TowerSettings::Kind::siglipText;
    if (made.isPadded_) made.padding_ = paddingOf(folder, root, *made.tokenizer_);
    return made;
}

std::vector<std::int32_t> ItemTokenizer::ids(const std::string& text) const {
    auto made = tokenizer_->encode(text, {.wantsSpans = false, .mostTokens = mostTokens_});
    if (isPadded_ || made.ids.empty()) made.ids.resize(isPadded_ ? mostTokens_ : 1, padding_);
    return std::move(made.ids);
}

} // namespace core
