#include "core/checkpoints/language_model_settings.h"
#include "core/checkpoints/checkpoint_files.h"
#include <fmt/format.h>

namespace core {

namespace {

/// A number or a list of them; nothing where it is not stated.
std::optional<std::vector<std::int32_t>> endTokens(const JsonPlace& place) {
    const auto end = place.find("eos_token_id");
    if (!end) return std::nullopt;
    const auto read = [](const JsonPlace& one) { return static_cast<std::int32_t>(one.asInteger(0, 16'000'000)); };
    std::vector<std::int32_t> tokens;
    if (!end->isArray())
        tokens.push_back(read(*end));
    else
        for (std::size_t i = 0; i < end->size(); ++i) tokens.push_back(read(end->at(i)));
    return tokens;
}

void readShuffle(const JsonPlace& root, LanguageModelSettings& settings) {
    settings.shuffle = root.integerOr("scale_factor", 2, 1, 64);
    const std::int64_t along = settings.tower->side / settings.tower->patch;
    if (along % settings.shuffle != 0)
        root.fail(
            fmt::format("scale_factor {} does not divide the {} patches along a picture", settings.shuffle, along));
}

} // namespace

LanguageModelSettings LanguageModelSettings::read(const std::filesystem::path& folder) {
    const auto root = JsonPlace::read(folder / "config.json", largestConfig);
    const std::string type = root.at("model_type").asString();
    LanguageModelSettings settings;
    std::optional<JsonPlace> text;
    if (type == "idefics3" || type == "smolvlm" || type == "paligemma") {
        const bool isPaliGemma = type == "paligemma";
        settings.kind = isPaliGemma ? Kind::paligemma : Kind::idefics3;
        text = root.at("text_config");
        settings.decoder = DecoderSettings::of(*text, isPaliGemma ? "gemma" : "llama");
        settings.tower = TowerSettings::pictureInside(
            root.at("vision_config"), isPaliGemma ? TowerSettings::Inside::paligemma : TowerSettings::Inside::idefics3);
        if (isPaliGemma)
            settings.decoder.logitCap = 0; // as Transformers has it since 4.52
        else
            readShuffle(root, settings);
        const char* name = root.find("image_token_index") ? "image_token_index" : "image_token_id";
        settings.pictureToken =
            static_cast<std::int32_t>(root.integerOr(name, isPaliGemma ? 256'000 : 128'257, 0, 16'000'000));
    } else {
        if (type != "llama" && type != "gemma2")
            root.at("model_type")
                .fail(fmt::format("\"{}\" is no language network that is supported; known are gemma2, idefics3, llama, "
                                  "paligemma, smolvlm",
                                  type));
        settings.decoder = DecoderSettings::of(root);
    }
    // What was tuned for generation says it last; then the whole, then the part.
    std::optional<std::vector<std::int32_t>> end;
    if (std::filesystem::exists(folder / "generation_config.json"))
        end = endTokens(JsonPlace::read(folder / "generation_config.json", largestConfig));
    if (!end) end = endTokens(root);
    if (!end && text) end = endTokens(*text);
    if (!end && settings.decoder.kind == DecoderSettings::Kind::gemma2) end = std::vector<std::int32_t>{1};
    settings.decoder.endTokens = end.value_or(std::vector<std::int32_t>{2});
    return settings;
}

} // namespace core
