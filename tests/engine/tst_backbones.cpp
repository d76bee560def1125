#include "core/array_files/safetensors.h"
#include "core/backbones/item_encoders.h"
#include "core/base/error.h"
#include "core/checkpoints/convolution_settings.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace core;

namespace {

const std::filesystem::path folder = PIXREC_TEST_DATA "/hf/encoders";
constexpr float tolerance = 1e-4F;

template <class Value>
std::vector<Value> valuesOf(const TensorFile& file, const std::string& name) {
    const StoredTensor& tensor = file.tensors.at(name);
    std::vector<Value> values(tensor.bytes.size() / sizeof(Value));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

float worstOf(std::span<const float> found, const std::vector<float>& due) {
    VERIFY(found.size() == due.size());
    float worst = 0;
    for (std::size_t i = 0; i < due.size(); ++i) {
        VERIFY(std::isfinite(found[i]));
        worst = std::max(worst, std::abs(found[i] - due[i]));
    }
    return worst;
}

std::vector<EncoderText> textsOf(const TensorFile& golden) {
    std::vector<EncoderText> texts;
    for (int i = 0; golden.tensors.contains("text." + std::to_string(i) + ".ids"); ++i) {
        const std::string at = "text." + std::to_string(i);
        texts.push_back({valuesOf<std::int32_t>(golden, at + ".ids"), {}});
        if (golden.tensors.contains(at + ".types"))
            texts.back().typeIds = valuesOf<std::int32_t>(golden, at + ".types");
    }
    return texts;
}

std::vector<NetworkPixels> picturesOf(const TensorFile& golden, int side = 24) {
    std::vector<NetworkPixels> pictures;
    for (int i = 0; golden.tensors.contains("picture." + std::to_string(i) + ".pixels"); ++i)
        pictures.push_back({side, side, valuesOf<float>(golden, "picture." + std::to_string(i) + ".pixels")});
    return pictures;
}

void expectRows(const EncodedRows& found, const TensorFile& golden, const std::string& kind, const std::string& part,
                std::size_t count, const std::string& name) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto due = valuesOf<float>(golden, kind + "." + std::to_string(i) + "." + part);
        VERIFY(at + due.size() <= found.values.size());
        const float worst = worstOf(std::span(found.values).subspan(at, due.size()), due);
        VERIFY2(worst <= tolerance,
                name + ": " + part + " of " + kind + " " + std::to_string(i) + " differs by " + std::to_string(worst));
        at += due.size();
    }
    VERIFY2(at == found.values.size(), name + ": " + part);
}

/// Numbers from -0.5 to 0.5 by name and place, the same as the fixtures' script makes.
std::vector<float> hashed(const std::string& name, std::int64_t count) {
    std::uint32_t start = 2166136261U;
    for (const char c : name) start = (start ^ static_cast<unsigned char>(c)) * 16777619U;
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
        std::uint32_t value = static_cast<std::uint32_t>(i) * 2654435761U + start;
        value = (value ^ (value >> 15)) * 2246822519U;
        value = (value ^ (value >> 13)) * 3266489917U;
        values.push_back(static_cast<float>(value / 4294967296.0 - 0.5));
    }
    return values;
}

void addHashed(TensorFile& file, const std::string& name, std::vector<std::int64_t> shape, double scale, float middle) {
    std::int64_t count = 1;
    for (const auto side : shape) count *= side;
    auto values = hashed(name, count);
    for (auto& value : values) value = middle + value * static_cast<float>(scale);
    StoredTensor tensor;
    tensor.dtype = "F32";
    tensor.shape = std::move(shape);
    tensor.bytes.resize(values.size() * sizeof(float));
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    file.tensors[name] = std::move(tensor);
}

std::filesystem::path copyOf(const std::string& name, const test::TemporaryFolder& temporary) {
    auto copy = temporary.path() / name;
    std::filesystem::copy(folder / name, copy, std::filesystem::copy_options::recursive);
    return copy;
}

/// The message of the error that loading gives.
std::string textError(const std::filesystem::path& of) {
    try {
        PretrainedTextEncoder::load(of);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::notFound ? error.what()
                                                                                         : "another kind of error";
    }
    return "no error";
}

void expectIn(const std::string& text, std::initializer_list<std::string> parts) {
    for (const auto& part : parts) VERIFY2(text.find(part) != std::string::npos, text + "\n  lacks " + part);
}

/// Changes the weights of a copy and returns what loading says.
template <class Change>
std::string errorAfter(Change change) {
    const test::TemporaryFolder temporary;
    const auto copy = copyOf("bert", temporary);
    TensorFile weights = readTensorFile(copy / "model.safetensors");
    change(weights.tensors);
    writeTensorFile(copy / "model.safetensors", weights);
    return textError(copy);
}

std::string errorWithConfig(const std::string& name, const nlohmann::json& patch) {
    const test::TemporaryFolder temporary;
    const auto copy = copyOf(name, temporary);
    auto config = nlohmann::json::parse(std::ifstream(copy / "config.json"));
    config.merge_patch(patch);
    std::ofstream(copy / "config.json") << config;
    return textError(copy);
}

} // namespace

TEST_CASE(textEncodersGiveTransformersNumbers) {
    for (const std::string name : {"bert", "bert_sharded_half", "bert_bfloat", "clip", "clip_old_end", "siglip"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        VERIFY(golden.metadata.contains("transformers"));
        const auto encoder = PretrainedTextEncoder::load(folder / name);
        const auto texts = textsOf(golden);
        VERIFY(texts.size() >= 4);
        expectRows(encoder->hiddenStates(texts), golden, "text", "hidden", texts.size(), name);
        expectRows(encoder->encode(texts), golden, "text", "features", texts.size(), name);
        if (name.starts_with("bert"))
            expectRows(encoder->encodeByMean(texts), golden, "text", "mean", texts.size(), name);
        COMPARE(encoder->needsPadding(), name == "siglip");
    }
}

TEST_CASE(pictureEncodersGiveTransformersNumbers) {
    for (const std::string name : {"clip", "clip_old_end", "siglip"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto encoder = PretrainedPictureEncoder::load(folder / name);
        const auto pictures = picturesOf(golden);
        VERIFY(pictures.size() >= 3);
        expectRows(encoder->hiddenStates(pictures), golden, "picture", "hidden", pictures.size(), name);
        expectRows(encoder->encode(pictures), golden, "picture", "features", pictures.size(), name);
        COMPARE(encoder->side(), 24);
    }
}

TEST_CASE(imageNetTowersGiveTransformersNumbers) {
    for (const std::string name : {"mobilenet", "mobilenet_classifier"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto encoder = PretrainedPictureEncoder::load(folder / name);
        COMPARE(encoder->side(), 40);
        const auto pictures = picturesOf(golden, 40);
        VERIFY(pictures.size() == 2);
        expectRows(encoder->hiddenStates(pictures), golden, "picture", "hidden", pictures.size(), name);
        expectRows(encoder->encode(pictures), golden, "picture", "features", pictures.size(), name);
    }
}

TEST_CASE(efficientNetLiteGivesItsReferencesNumbers) {
    // 18 MB of weights are made here as make_hf_fixtures.py makes them; what comes of them is in the tree.
    const test::TemporaryFolder temporary;
    const auto config = R"({"architecture": "tf_efficientnet_lite0", "image_size": 64})";
    std::ofstream(temporary.path() / "config.json") << config;
    const auto settings = ConvolutionSettings::of(JsonPlace::parse(config, "config.json"));
    TensorFile weights;
    for (const auto& block : settings.blocks)
        for (const auto& step : block.steps) {
            const std::int64_t from = step.isDepthwise ? 1 : step.from;
            addHashed(weights, step.weight, {step.to, from, step.kernel, step.kernel},
                      2 * std::sqrt(6.0 / static_cast<double>(from * step.kernel * step.kernel)), 0);
            for (const char* part : {".weight", ".running_var"}) addHashed(weights, step.norm + part, {step.to}, .5, 1);
            for (const char* part : {".bias", ".running_mean"}) addHashed(weights, step.norm + part, {step.to}, .4, 0);
        }
    writeTensorFile(temporary.path() / "model.safetensors", weights);
    const TensorFile golden = readTensorFile(PIXREC_TEST_DATA "/hf/lite/golden.bin");
    const auto encoder = PretrainedPictureEncoder::load(temporary.path());
    NetworkPixels picture{64, 64, {}};
    for (const float value : hashed("pixels", 3 * 64 * 64)) picture.values.push_back(value * 4);
    const auto pictures = std::span(&picture, 1);
    VERIFY(worstOf(encoder->hiddenStates(pictures).values, valuesOf<float>(golden, "hidden")) <= tolerance);
    VERIFY(worstOf(encoder->encode(pictures).values, valuesOf<float>(golden, "features")) <= tolerance);
}

/// Where packaging/get-encoders.sh has put the trained encoders and PIXREC_ENCODERS names them; elsewhere there is
/// nothing to compare, and the case says so.
TEST_CASE(trainedEncodersGiveTheirReferencesNumbersWhereTheyAreThere) {
    const char* named = std::getenv("PIXREC_ENCODERS");
    if (!named) return static_cast<void>(std::puts("         not run: PIXREC_ENCODERS names no folder"));
    const std::filesystem::path encoders = named;
    const TensorFile golden = readTensorFile(PIXREC_TEST_DATA "/hf/real/golden.bin");
    const auto bytes = valuesOf<char>(golden, "texts");
    std::vector<std::string> texts(1);
    for (const char byte : bytes)
        if (byte == 0)
            texts.emplace_back();
        else
            texts.back() += byte;
    const auto tokenizer = PretrainedTokenizer::load(encoders / "all-MiniLM-L6-v2");
    std::vector<std::int32_t> ids, lengths;
    for (const auto& text : texts) {
        const auto tokens = tokenizer->encode(text, {.mostTokens = 512}).ids;
        ids.insert(ids.end(), tokens.begin(), tokens.end());
        lengths.push_back(static_cast<std::int32_t>(tokens.size()));
    }
    VERIFY(ids == valuesOf<std::int32_t>(golden, "ids"));
    VERIFY(lengths == valuesOf<std::int32_t>(golden, "lengths"));
    const auto miniLm = ItemTextEncoder::load(encoders / "all-MiniLM-L6-v2");
    VERIFY(worstOf(miniLm.encode(texts).values, valuesOf<float>(golden, "means")) <= tolerance);
    const auto lite = PretrainedPictureEncoder::load(encoders / "efficientnet-lite0");
    NetworkPixels picture{224, 224, {}};
    for (const float value : hashed("pixels", 3 * 224 * 224)) picture.values.push_back(value * 4);
    VERIFY(worstOf(lite->encode(std::span(&picture, 1)).values, valuesOf<float>(golden, "picture_features")) <=
           tolerance);
}

TEST_CASE(textsDoNotInfluenceEachOther) {
    const TensorFile golden = readTensorFile(folder / "bert" / "golden.bin");
    const auto encoder = PretrainedTextEncoder::load(folder / "bert");
    const auto texts = textsOf(golden);
    const auto together = encoder->encodeByMean(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto alone = encoder->encodeByMean(std::span(texts).subspan(i, 1));
        const auto row = together.row(static_cast<std::int64_t>(i));
        VERIFY(worstOf(alone.values, {row.begin(), row.end()}) < 1e-6F);
    }
}

TEST_CASE(textsThatCannotBeReadAreRefused) {
    const auto encoder = PretrainedTextEncoder::load(folder / "bert");
    const auto encode = [&](EncoderText text) { return encoder->encode(std::span(&text, 1)); };
    THROWS_ERROR(encode({}), ErrorKind::invalidInput);
    THROWS_ERROR(encode({{5, 120}, {}}), ErrorKind::invalidInput);
    THROWS_ERROR(encode({{-1}, {}}), ErrorKind::invalidInput);
    THROWS_ERROR(encode({{5}, {7}}), ErrorKind::invalidInput);
    THROWS_ERROR(encode({std::vector<std::int32_t>(41, 5), {}}), ErrorKind::invalidInput);
    const auto pictures = PretrainedPictureEncoder::load(folder / "clip");
    const NetworkPixels narrow{20, 24, std::vector<float>(20 * 24 * 3)};
    THROWS_ERROR(pictures->encode(std::span(&narrow, 1)), ErrorKind::invalidInput);
}

TEST_CASE(damagedWeightsAreNamed) {
    const std::string query = "encoder.layer.1.attention.self.query.weight";
    expectIn(errorAfter([&](auto& tensors) { tensors.erase(query); }), {query, "[32, 32] is missing", "bert"});
    expectIn(errorAfter([&](auto& tensors) {
                 tensors.at(query).shape = {16, 64};
             }),
             {"model.safetensors", query, "has shape [16, 64], [32, 32] was due"});
    expectIn(errorAfter([&](auto& tensors) { tensors["encoder.layer.9.extra"] = tensors.at(query); }),
             {"model.safetensors", "encoder.layer.9.extra", "belongs to nothing"});
    expectIn(errorAfter([&](auto& tensors) { tensors.at(query).dtype = "I32"; }),
             {query, "is of kind I32; F32, F16 or BF16 was due"});
}

TEST_CASE(damagedFilesAreNamed) {
    const test::TemporaryFolder temporary;
    const auto copy = copyOf("bert_sharded_half", temporary);
    const auto shard = copy / "model-00002-of-00004.safetensors";
    std::filesystem::resize_file(shard, std::filesystem::file_size(shard) - 10);
    expectIn(textError(copy), {"model-00002-of-00004.safetensors", "is the file cut?"});
    std::filesystem::resize_file(shard, 5);
    expectIn(textError(copy), {"model-00002-of-00004.safetensors", "too few for a header"});
    std::filesystem::remove(shard);
    expectIn(textError(copy), {"model-00002-of-00004.safetensors"});
    std::ofstream(copy / "model.safetensors.index.json") << R"({"weight_map":{"a":"../../etc/passwd"}})";
    expectIn(textError(copy), {"model.safetensors.index.json", "weight_map.a", "no file of this folder"});
    std::filesystem::remove(copy / "model.safetensors.index.json");
    expectIn(textError(copy), {"several *.safetensors"});
    std::filesystem::remove(copy / "config.json");
    expectIn(textError(copy), {"config.json", "no such file"});
}

TEST_CASE(absurdConfigurationsAreNamed) {
    expectIn(errorWithConfig("bert", {{"model_type", "mystery"}}),
             {"config.json", "model_type", "\"mystery\" is no text encoder"});
    expectIn(errorWithConfig("bert", {{"num_attention_heads", 5}}),
             {"hidden_size 32 is not a multiple of num_attention_heads 5"});
    expectIn(errorWithConfig("bert", {{"hidden_size", -3}}),
             {"hidden_size: a whole number from 1 to 65536 was due, found -3"});
    expectIn(errorWithConfig("bert", {{"num_hidden_layers", 900}}), {"encoder.layer.3.", "is missing"});
    expectIn(errorWithConfig("bert", {{"hidden_act", "sine"}}), {"hidden_act: \"sine\" is not supported"});
    expectIn(errorWithConfig("bert", {{"position_embedding_type", "relative_key"}}), {"position_embedding_type"});
    expectIn(errorWithConfig("clip", {{"text_config", 5}}), {"text_config", "an object was due"});
    expectIn(errorWithConfig("siglip", {{"text_config", {{"vocab_size", 121}}}}),
             {"text_model.embeddings.token_embedding.weight", "[120, 32], [121, 32] was due"});
}
