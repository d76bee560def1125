#include "core/checkpoints/tiny_backbone.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "core/text/byte_letters.h"
#include "core/text/byte_pair_vocabulary.h"
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <random>

namespace core {

namespace {

// Ids of the vocabulary: these, then the 256 bytes, then what was joined of them.
constexpr std::array<const char*, 4> specialTokens{"<|endoftext|>", "<image>", "<fake_token_around_image>",
                                                   "<global-img>"};
constexpr int endToken = 0, pictureToken = 1;
constexpr int firstByte = static_cast<int>(specialTokens.size());

void writeJson(const std::filesystem::path& file, const nlohmann::json& json) {
    std::ofstream stream(file, std::ios::binary);
    stream << json.dump(2) << "\n";
    if (!stream.flush())
        throw Error(ErrorKind::unavailable, fmt::format("write {}: failed; is the disk full?", file.string()));
}

nlohmann::json tokenizerJson(const BytePairVocabulary& vocabulary) {
    nlohmann::json added = nlohmann::json::array(), pieces, merges = nlohmann::json::array();
    for (std::size_t id = 0; id < specialTokens.size(); ++id) {
        added.push_back({{"id", id},
                         {"content", specialTokens[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", true}});
        pieces[specialTokens[id]] = id;
    }
    std::vector<std::string> written{""}; // by BytePairVocabulary's ids, where 0 pads
    for (const auto& letter : byteLetters()) written.push_back(letter);
    for (const auto& [left, right] : vocabulary.merges()) {
        const auto &first = written[static_cast<std::size_t>(left)], &second = written[static_cast<std::size_t>(right)];
        merges.push_back({first, second});
        written.push_back(first + second);
    }
    for (std::size_t id = 1; id < written.size(); ++id) pieces.emplace(written[id], firstByte - 1 + id);
    // Words as BytePairVocabulary cuts them: letters, digits, or one other character; a space before belongs to it.
    const nlohmann::json words{{"type", "Split"},
                               {"pattern", {{"Regex", " ?[\\p{L}\\p{M}]+| ?\\p{N}+| ?[^\\s\\p{L}\\p{M}\\p{N}]|\\s"}}},
                               {"behavior", "Isolated"},
                               {"invert", false}};
    const nlohmann::json bytes{
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", added},
            {"normalizer", {{"type", "Lowercase"}}},
            {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {words, bytes}}}},
            {"post_processor", nullptr},
            {"decoder", bytes},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", nullptr},
              {"continuing_subword_prefix", nullptr},
              {"end_of_word_suffix", nullptr},
              {"fuse_unk", false},
              {"byte_fallback", false},
              {"ignore_merges", false},
              {"vocab", pieces},
              {"merges", merges}}}};
}

nlohmann::json configJson(const TinyBackbone& sizes, int vocabulary) {
    return {{"architectures", {"Idefics3ForConditionalGeneration"}},
            {"model_type", "idefics3"},
            {"dtype", "float32"},
            {"eos_token_id", endToken},
            {"pad_token_id", endToken},
            {"image_token_id", pictureToken},
            {"scale_factor", sizes.shuffle},
            {"tie_word_embeddings", true},
            {"text_config",
             {{"model_type", "llama"},
              {"attention_bias", false},
              {"mlp_bias", false},
              {"hidden_act", "silu"},
              {"hidden_size", sizes.width},
              {"head_dim", sizes.width / sizes.heads},
              {"intermediate_size", sizes.innerWidth},
              {"num_hidden_layers", sizes.layers},
              {"num_attention_heads", sizes.heads},
              {"num_key_value_heads", sizes.heads},
              {"max_position_embeddings", sizes.positions},
              {"rms_norm_eps", 1e-6},
              {"rope_theta", 10000.0},
              {"tie_word_embeddings", true},
              {"eos_token_id", endToken},
              {"vocab_size", vocabulary}}},
            {"vision_config",
             {{"model_type", "idefics3_vision"},
              {"hidden_act", "gelu_pytorch_tanh"},
              {"hidden_size", sizes.pictureWidth},
              {"image_size", sizes.pictureSide},
              {"patch_size", sizes.patch},
              {"num_channels", 3},
              {"intermediate_size", sizes.pictureInnerWidth},
              {"num_hidden_layers", sizes.pictureLayers},
              {"num_attention_heads", sizes.pictureHeads},
              {"layer_norm_eps", 1e-6}}}};
}

nlohmann::json preprocessorJson(const TinyBackbone& sizes) {
    return {{"image_processor_type", "SiglipImageProcessor"},
            {"do_resize", true},
            {"size", {{"height", sizes.pictureSide}, {"width", sizes.pictureSide}}},
            {"resample", 2},
            {"do_rescale", true},
            {"rescale_factor", 1.0 / 255},
            {"do_normalize", true},
            {"image_mean", {0.5, 0.5, 0.5}},
            {"image_std", {0.5, 0.5, 0.5}}};
}

/// Random weights, one after the other from one stream of random numbers.
class Weights {
public:
    explicit Weights(std::uint64_t seed) : random_(seed) {}

    void normal(const std::string& name, std::vector<std::int64_t> shape, double deviation) {
        add(name, std::move(shape), [&] { return static_cast<float>(deviation * draw()); });
    }
    void constant(const std::string& name, std::int64_t width, float value) {
        add(name, {width}, [value] { return value; });
    }
    /// Deviation 1 / sqrt(inputs): values keep their size through the layer.
    void linear(const std::string& name, std::int64_t to, std::int64_t from, bool hasBias) {
        normal(name + ".weight", {to, from}, 1 / std::sqrt(static_cast<double>(from)));
        if (hasBias) constant(name + ".bias", to, 0);
    }
    void norm(const std::string& name, std::int64_t width, bool hasBias) {
        constant(name + ".weight", width, 1);
        if (hasBias) constant(name + ".bias", width, 0);
    }
    TensorFile file;

private:
    template <class Next>
    void add(const std::string& name, std::vector<std::int64_t> shape, Next next) {
        StoredTensor tensor{.dtype = "F32", .shape = std::move(shape), .bytes = {}};
        std::vector<float> values(static_cast<std::size_t>(tensor.elementCount()));
        for (auto& value : values) value = next();
        tensor.bytes.resize(values.size() * sizeof(float));
        std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
        file.tensors.emplace(name, std::move(tensor));
    }
    /// Box and Muller 1958; std::normal_distribution differs between libraries.
    double draw() {
        constexpr double scale = 1.0 / 9007199254740992.0; // 2^-53
        const double radius = static_cast<double>((random_() >> 11) + 1) * scale;
        const double angle = static_cast<double>(random_() >> 11) * scale;
        return std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * angle);
    }
    std::mt19937_64 random_;
};

TensorFile weightsOf(const TinyBackbone& sizes, int vocabulary, std::uint64_t seed) {
    Weights weights(seed);
    const std::string text = "model.text_model.", picture = "model.vision_model.";
    weights.normal(text + "embed_tokens.weight", {vocabulary, sizes.width}, 0.05); // tied: scores start small
    for (int i = 0; i < sizes.layers; ++i) {
        const auto at = fmt::format("{}layers.{}.", text, i);
        for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
            weights.linear(at + "self_attn." + name, sizes.width, sizes.width, false);
        weights.linear(at + "mlp.gate_proj", sizes.innerWidth, sizes.width, false);
        weights.linear(at + "mlp.up_proj", sizes.innerWidth, sizes.width, false);
        weights.linear(at + "mlp.down_proj", sizes.width, sizes.innerWidth, false);
        weights.norm(at + "input_layernorm", sizes.width, false);
        weights.norm(at + "post_attention_layernorm", sizes.width, false);
    }
    weights.norm(text + "norm", sizes.width, false);
    const int along = sizes.pictureSide / sizes.patch, seen = 3 * sizes.patch * sizes.patch;
    weights.normal(picture + "embeddings.patch_embedding.weight", {sizes.pictureWidth, 3, sizes.patch, sizes.patch},
                   1 / std::sqrt(static_cast<double>(seen)));
    weights.constant(picture + "embeddings.patch_embedding.bias", sizes.pictureWidth, 0);
    weights.normal(picture + "embeddings.position_embedding.weight", {std::int64_t{along} * along, sizes.pictureWidth},
                   0.1);
    for (int i = 0; i < sizes.pictureLayers; ++i) {
        const auto at = fmt::format("{}encoder.layers.{}.", picture, i);
        for (const char* name : {"q_proj", "k_proj", "v_proj", "out_proj"})
            weights.linear(at + "self_attn." + name, sizes.pictureWidth, sizes.pictureWidth, true);
        weights.linear(at + "mlp.fc1", sizes.pictureInnerWidth, sizes.pictureWidth, true);
        weights.linear(at + "mlp.fc2", sizes.pictureWidth, sizes.pictureInnerWidth, true);
        weights.norm(at + "layer_norm1", sizes.pictureWidth, true);
        weights.norm(at + "layer_norm2", sizes.pictureWidth, true);
    }
    weights.norm(picture + "post_layernorm", sizes.pictureWidth, true);
    const auto joined = std::int64_t{sizes.pictureWidth} * sizes.shuffle * sizes.shuffle;
    weights.normal("model.connector.modality_projection.proj.weight", {sizes.width, joined},
                   0.05 / std::sqrt(static_cast<double>(joined))); // as large as rows of the vocabulary
    return std::move(weights.file);
}

} // namespace

void writeTinyBackbone(const std::filesystem::path& folder, const TinyBackbone& sizes,
                       std::span<const std::string> texts, std::uint64_t seed) {
    // BytePairVocabulary counts the padding and 256 bytes, the folder's four special tokens and 256 bytes.
    const auto vocabulary = BytePairVocabulary::train(texts, sizes.vocabulary - firstByte + 1);
    const int size = vocabulary.size() - 1 + firstByte;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw Error(ErrorKind::unavailable, fmt::format("write {}: {}", folder.string(), failed.message()));
    writeJson(folder / "config.json", configJson(sizes, size));
    writeJson(folder / "tokenizer.json", tokenizerJson(vocabulary));
    writeJson(folder / "preprocessor_config.json", preprocessorJson(sizes));
    writeTensorFile(folder / "model.safetensors", weightsOf(sizes, size, seed));
}

} // namespace core
