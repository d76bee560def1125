#include "core/backbones/decoder_settings.h"
#include <fmt/format.h>

namespace core {

DecoderSettings DecoderSettings::of(const JsonPlace& root) {
    const std::string type = root.at("model_type").asString();
    if (type != "llama")
        root.at("model_type")
            .fail(fmt::format("\"{}\" is no language network that is supported; known is llama", type));
    DecoderSettings settings;
    settings.width = root.integerOr("hidden_size", 4096, 1, 65'536);
    settings.innerWidth = root.integerOr("intermediate_size", 11'008, 1, 1'000'000);
    settings.layers = root.integerOr("num_hidden_layers", 32, 1, 1'000);
    settings.heads = root.integerOr("num_attention_heads", 32, 1, 1'000);
    settings.keyHeads = root.integerOr("num_key_value_heads", settings.heads, 1, 1'000);
    settings.headWidth = root.integerOr("head_dim", settings.width / settings.heads, 1, 65'536);
    settings.vocabulary = root.integerOr("vocab_size", 32'000, 1, 16'000'000);
    settings.positions = root.integerOr("max_position_embeddings", 2048, 1, 100'000'000);
    settings.epsilon = root.numberOr("rms_norm_eps", 1e-6);
    settings.ropeTheta = root.numberOr("rope_theta", 10'000);
    settings.activation = root.stringOr("hidden_act", "silu");
    settings.hasTiedHead = root.boolOr("tie_word_embeddings", false);
    settings.hasAttentionBias = root.boolOr("attention_bias", false);
    settings.hasInnerBias = root.boolOr("mlp_bias", false);
    if (settings.heads % settings.keyHeads != 0)
        root.fail(fmt::format("num_attention_heads {} is not a multiple of num_key_value_heads {}", settings.heads,
                              settings.keyHeads));
    if (settings.headWidth % 2 != 0)
        root.fail(fmt::format("head_dim {} is odd: it cannot be rotated", settings.headWidth));
    if (!(settings.epsilon > 0 && settings.epsilon < 1))
        root.at("rms_norm_eps").fail("a small positive number was due");
    if (!(settings.ropeTheta > 0)) root.at("rope_theta").fail("a positive number was due");
    if (settings.activation != "silu")
        root.at("hidden_act").fail(fmt::format("\"{}\" is not supported; silu was due", settings.activation));
    if (const auto scaling = root.find("rope_scaling")) {
        const std::string kind = scaling->stringOr("rope_type", scaling->stringOr("type", "default"));
        if (kind != "default") scaling->fail(fmt::format("rotary positions scaled by \"{}\" are not supported", kind));
    }
    if (const auto end = root.find("eos_token_id")) {
        const auto read = [](const JsonPlace& place) {
            return static_cast<std::int32_t>(place.asInteger(0, 16'000'000));
        };
        if (!end->isArray())
            settings.endTokens.push_back(read(*end));
        else
            for (std::size_t i = 0; i < end->size(); ++i) settings.endTokens.push_back(read(end->at(i)));
    }
    return settings;
}

} // namespace core
