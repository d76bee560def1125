#include "core/checkpoints/tower_settings.h"
#include <fmt/format.h>

namespace core {

namespace {

/// What a configuration that leaves a size out means by it.
struct Defaults {
    std::int64_t width, innerWidth, layers, heads;
    double epsilon;
    const char* activation;
};

TowerSettings readShared(const JsonPlace& place, const Defaults& defaults) {
    TowerSettings settings;
    settings.width = place.integerOr("hidden_size", defaults.width, 1, 65'536);
    settings.innerWidth = place.integerOr("intermediate_size", defaults.innerWidth, 1, 1'000'000);
    settings.layers = place.integerOr("num_hidden_layers", defaults.layers, 1, 1'000);
    settings.heads = place.integerOr("num_attention_heads", defaults.heads, 1, 1'000);
    settings.epsilon = place.numberOr("layer_norm_eps", defaults.epsilon);
    settings.activation = place.stringOr("hidden_act", defaults.activation);
    if (settings.width % settings.heads != 0)
        place.fail(
            fmt::format("hidden_size {} is not a multiple of num_attention_heads {}", settings.width, settings.heads));
    if (!(settings.epsilon > 0 && settings.epsilon < 1))
        place.at("layer_norm_eps").fail("a small positive number was due");
    for (const char* known : {"gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu"})
        if (settings.activation == known) return settings;
    place.at("hidden_act")
        .fail(
            fmt::format("\"{}\" is not supported; known are gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, silu",
                        settings.activation));
}

void readText(const JsonPlace& place, std::int64_t vocabulary, std::int64_t positions, TowerSettings& settings) {
    settings.vocabulary = place.integerOr("vocab_size", vocabulary, 1, 16'000'000);
    settings.positions = place.integerOr("max_position_embeddings", positions, 1, 10'000'000);
}

void readPicture(const JsonPlace& place, std::int64_t patch, TowerSettings& settings) {
    settings.side = place.integerOr("image_size", 224, 1, 8192);
    settings.patch = place.integerOr("patch_size", patch, 1, 8192);
    if (settings.patch > settings.side)
        place.fail(fmt::format("patch_size {} is larger than image_size {}", settings.patch, settings.side));
    if (place.integerOr("num_channels", 3, 1, 100) != 3) place.at("num_channels").fail("3 was due");
}

/// The part of a joint configuration, or the whole of one tower's own.
JsonPlace partOf(const JsonPlace& root, const std::string& joint, const std::string& part) {
    return root.at("model_type").asString() == joint ? root.at(part) : root;
}

} // namespace

TowerSettings TowerSettings::textOf(const JsonPlace& root) {
    const std::string type = root.at("model_type").asString();
    if (type == "bert") {
        TowerSettings settings = readShared(root, {768, 3072, 12, 12, 1e-12, "gelu"});
        settings.kind = Kind::bert;
        readText(root, 30'522, 512, settings);
        settings.types = root.integerOr("type_vocab_size", 2, 1, 1'000);
        const std::string positions = root.stringOr("position_embedding_type", "absolute");
        if (positions != "absolute")
            root.at("position_embedding_type")
                .fail(fmt::format("\"{}\" is not supported; absolute was due", positions));
        return settings;
    }
    if (type == "siglip" || type == "siglip_text_model") {
        const JsonPlace place = partOf(root, "siglip", "text_config");
        TowerSettings settings = readShared(place, {768, 3072, 12, 12, 1e-6, "gelu_pytorch_tanh"});
        settings.kind = Kind::siglipText;
        readText(place, 32'000, 64, settings);
        settings.projection = place.integerOr("projection_size", settings.width, 1, 65'536);
        return settings;
    }
    if (type == "clip" || type == "clip_text_model") {
        const JsonPlace place = partOf(root, "clip", "text_config");
        TowerSettings settings = readShared(place, {512, 2048, 12, 8, 1e-5, "quick_gelu"});
        settings.kind = Kind::clipText;
        readText(place, 49'408, 77, settings);
        settings.endToken = place.integerOr("eos_token_id", 49'407, 0, 16'000'000);
        settings.projection = type == "clip" ? root.integerOr("projection_dim", 512, 1, 65'536) : 0;
        return settings;
    }
    root.at("model_type")
        .fail(fmt::format("\"{}\" is no text encoder that is supported; known are bert, clip, siglip", type));
}

TowerSettings TowerSettings::pictureOf(const JsonPlace& root) {
    const std::string type = root.at("model_type").asString();
    if (type == "siglip" || type == "siglip_vision_model") {
        const JsonPlace place = partOf(root, "siglip", "vision_config");
        TowerSettings settings = readShared(place, {768, 3072, 12, 12, 1e-6, "gelu_pytorch_tanh"});
        settings.kind = Kind::siglipPicture;
        readPicture(place, 16, settings);
        if (!place.boolOr("vision_use_head", true))
            place.at("vision_use_head").fail("a tower without its pooling head gives no picture vector");
        settings.projection = settings.width;
        return settings;
    }
    if (type == "clip" || type == "clip_vision_model") {
        const JsonPlace place = partOf(root, "clip", "vision_config");
        TowerSettings settings = readShared(place, {768, 3072, 12, 12, 1e-5, "quick_gelu"});
        settings.kind = Kind::clipPicture;
        readPicture(place, 32, settings);
        settings.projection = type == "clip" ? root.integerOr("projection_dim", 512, 1, 65'536) : 0;
        return settings;
    }
    root.at("model_type")
        .fail(fmt::format("\"{}\" is no picture encoder that is supported; known are clip, siglip", type));
}

TowerSettings TowerSettings::pictureInside(const JsonPlace& place, Inside inside) {
    const bool isIdefics3 = inside == Inside::idefics3;
    TowerSettings settings = isIdefics3 ? readShared(place, {1152, 3072, 12, 16, 1e-6, "gelu_pytorch_tanh"})
                                        : readShared(place, {768, 3072, 12, 12, 1e-6, "gelu_pytorch_tanh"});
    settings.kind = Kind::siglipPicture;
    settings.hasPooling = false;
    readPicture(place, isIdefics3 ? 32 : 16, settings);
    return settings;
}

} // namespace core
