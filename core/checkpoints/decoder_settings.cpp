#include "core/checkpoints/decoder_settings.h"
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

void readLlama(const JsonPlace& place, DecoderSettings& settings) {
    settings.heads = place.integerOr("num_attention_heads", 32, 1, 1'000);
    settings.width = place.integerOr("hidden_size", 4096, 1, 65'536);
    settings.innerWidth = place.integerOr("intermediate_size", 11'008, 1, 1'000'000);
    settings.layers = place.integerOr("num_hidden_layers", 32, 1, 1'000);
    settings.keyHeads = place.integerOr("num_key_value_heads", settings.heads, 1, 1'000);
    settings.headWidth = place.integerOr("head_dim", settings.width / settings.heads, 1, 65'536);
    settings.vocabulary = place.integerOr("vocab_size", 32'000, 1, 16'000'000);
    settings.positions = place.integerOr("max_position_embeddings", 2048, 1, 100'000'000);
    settings.activation = place.stringOr("hidden_act", "silu");
    settings.hasTiedHead = place.boolOr("tie_word_embeddings", false);
    settings.hasInnerBias = place.boolOr("mlp_bias", false);
    settings.queryScale = 1 / std::sqrt(static_cast<double>(settings.headWidth));
    settings.hasWindow.assign(static_cast<std::size_t>(settings.layers), false);
    if (settings.activation != "silu")
        place.at("hidden_act").fail(fmt::format("\"{}\" is not supported; silu was due", settings.activation));
}

/// 0 where there is none.
double cap(const JsonPlace& place, const char* name, double otherwise) {
    if (place.isObject() && place.value().contains(name) && place.value().at(name).is_null()) return 0;
    const double value = place.numberOr(name, otherwise);
    if (!(value > 0)) place.at(name).fail("a positive number or null was due");
    return value;
}

void readGemma2(const JsonPlace& place, DecoderSettings& settings) {
    settings.heads = place.integerOr("num_attention_heads", 8, 1, 1'000);
    settings.width = place.integerOr("hidden_size", 2304, 1, 65'536);
    settings.innerWidth = place.integerOr("intermediate_size", 9216, 1, 1'000'000);
    settings.layers = place.integerOr("num_hidden_layers", 26, 1, 1'000);
    settings.keyHeads = place.integerOr("num_key_value_heads", 4, 1, 1'000);
    settings.headWidth = place.integerOr("head_dim", 256, 1, 65'536);
    settings.vocabulary = place.integerOr("vocab_size", 256'000, 1, 16'000'000);
    settings.positions = place.integerOr("max_position_embeddings", 8192, 1, 100'000'000);
    settings.hasTiedHead = place.boolOr("tie_word_embeddings", true);
    settings.window = place.integerOr("sliding_window", 4096, 1, 100'000'000);
    settings.attentionCap = cap(place, "attn_logit_softcapping", 50);
    settings.logitCap = cap(place, "final_logit_softcapping", 30);
    settings.embeddingScale = std::sqrt(static_cast<double>(settings.width));
    const double scalar = place.numberOr("query_pre_attn_scalar", 256);
    if (!(scalar > 0)) place.at("query_pre_attn_scalar").fail("a positive number was due");
    settings.queryScale = 1 / std::sqrt(scalar);
    settings.activation = place.stringOr("hidden_activation", "gelu_pytorch_tanh");
    if (settings.activation != "gelu_pytorch_tanh")
        place.at("hidden_activation")
            .fail(fmt::format("\"{}\" is not supported; gelu_pytorch_tanh was due", settings.activation));
    const auto kinds = place.find("layer_types");
    if (kinds && kinds->size() != static_cast<std::size_t>(settings.layers))
        kinds->fail(fmt::format("{} were due, one a layer; found {}", settings.layers, kinds->size()));
    for (std::size_t i = 0; i < static_cast<std::size_t>(settings.layers); ++i) {
        const std::string kind = kinds ? kinds->at(i).asString() : i % 2 == 0 ? "sliding_attention" : "full_attention";
        if (kind != "sliding_attention" && kind != "full_attention")
            kinds->at(i).fail(fmt::format("\"{}\" is not known; sliding_attention or full_attention was due", kind));
        settings.hasWindow.push_back(kind == "sliding_attention");
    }
}

} // namespace

DecoderSettings DecoderSettings::of(const JsonPlace& place, const std::string& otherwise) {
    const std::string type =
        otherwise.empty() ? place.at("model_type").asString() : place.stringOr("model_type", otherwise);
    DecoderSettings settings;
    if (type == "llama")
        readLlama(place, settings);
    else if (type == "gemma2") {
        settings.kind = Kind::gemma2;
        readGemma2(place, settings);
    } else
        place.fail(
            fmt::format("model_type \"{}\" is no language network that is supported; known are gemma2, llama", type));
    settings.epsilon = place.numberOr("rms_norm_eps", 1e-6);
    settings.ropeTheta = place.numberOr("rope_theta", 10'000);
    settings.hasAttentionBias = place.boolOr("attention_bias", false);
    if (settings.heads % settings.keyHeads != 0)
        place.fail(fmt::format("num_attention_heads {} is not a multiple of num_key_value_heads {}", settings.heads,
                               settings.keyHeads));
    if (settings.headWidth % 2 != 0)
        place.fail(fmt::format("head_dim {} is odd: it cannot be rotated", settings.headWidth));
    if (!(settings.epsilon > 0 && settings.epsilon < 1))
        place.at("rms_norm_eps").fail("a small positive number was due");
    if (!(settings.ropeTheta > 0)) place.at("rope_theta").fail("a positive number was due");
    if (const auto scaling = place.find("rope_scaling")) {
        const std::string kind = scaling->stringOr("rope_type", scaling->stringOr("type", "default"));
        if (kind != "default") scaling->fail(fmt::format("rotary positions scaled by \"{}\" are not supported", kind));
    }
    return settings;
}

} // namespace core
