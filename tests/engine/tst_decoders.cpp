#include "core/array_files/safetensors.h"
#include "core/backbones/pretrained_decoder.h"
#include "core/base/error.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace core;

namespace {

const std::filesystem::path folder = PIXREC_TEST_DATA "/hf/decoders";
const std::vector<std::string> networks{"llama", "llama_tied", "gemma2", "idefics3", "smolvlm", "paligemma2"};

template <class Value>
std::vector<Value> valuesOf(const TensorFile& file, const std::string& name) {
    const StoredTensor& tensor = file.tensors.at(name);
    std::vector<Value> values(tensor.bytes.size() / sizeof(Value));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

void expectNear(const EncodedRows& found, const std::vector<float>& due, const std::string& what) {
    VERIFY2(found.values.size() == due.size(), what);
    float worst = 0;
    for (std::size_t i = 0; i < due.size(); ++i) {
        VERIFY2(std::isfinite(found.values[i]), what);
        worst = std::max(worst, std::abs(found.values[i] - due[i]));
    }
    VERIFY2(worst <= 1e-4F, what + " differs by " + std::to_string(worst));
}

/// The picture rows of a golden text; none where it has no pictures.
EncodedRows picturesOf(const TensorFile& golden, int text, const PretrainedDecoder& network) {
    const auto found = golden.tensors.find(std::to_string(text) + ".pixels");
    if (found == golden.tensors.end()) return {};
    const auto values = valuesOf<float>(golden, found->first);
    const int side = network.pictureSide();
    const std::size_t each = static_cast<std::size_t>(3 * side * side);
    std::vector<NetworkPixels> pictures;
    for (std::size_t at = 0; at < values.size(); at += each)
        pictures.push_back({side,
                            side,
                            {values.begin() + static_cast<std::ptrdiff_t>(at),
                             values.begin() + static_cast<std::ptrdiff_t>(at + each)}});
    return network.encodePictures(pictures);
}

} // namespace

TEST_CASE(languageNetworksGiveTransformersNumbers) {
    for (const auto& name : networks) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        VERIFY(golden.metadata.contains("transformers"));
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i) {
            const std::string at = std::to_string(i);
            const auto ids = valuesOf<std::int32_t>(golden, at + ".ids");
            const auto pictures = picturesOf(golden, i, *network);
            expectNear(network->hiddenStates(ids, pictures), valuesOf<float>(golden, at + ".hidden"),
                       name + ": hidden " + at);
            expectNear(network->logits(ids, pictures), valuesOf<float>(golden, at + ".logits"),
                       name + ": logits " + at);
        }
    }
}

TEST_CASE(picturesBecomeTransformersTokens) {
    for (const std::string name : {"idefics3", "smolvlm", "paligemma2"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto network = PretrainedDecoder::load(folder / name);
        VERIFY(network->readsPictures());
        int pictures = 0;
        for (int i = 0; i < 4; ++i) {
            const auto rows = picturesOf(golden, i, *network);
            if (rows.rows == 0) continue;
            pictures += static_cast<int>(rows.rows / network->tokensPerPicture());
            expectNear(rows, valuesOf<float>(golden, std::to_string(i) + ".pictures"), name + ": pictures");
        }
        VERIFY(pictures == 4);
    }
}

TEST_CASE(givenTextsHaveTransformersLogProbabilities) {
    for (const auto& name : networks) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i) {
            const std::string at = std::to_string(i);
            const auto found = network->logProbabilities(valuesOf<std::int32_t>(golden, at + ".ids"),
                                                         valuesOf<std::int32_t>(golden, at + ".text"),
                                                         picturesOf(golden, i, *network));
            const auto due = valuesOf<float>(golden, at + ".text_scores");
            VERIFY(found.size() == due.size());
            for (std::size_t t = 0; t < due.size(); ++t) COMPARE_NEAR(found[t], static_cast<double>(due[t]), 1e-4);
        }
    }
}

TEST_CASE(greedyTextsAreTransformersTexts) {
    int longTexts = 0;
    for (const auto& name : networks) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i)
            for (const double penalty : {1.0, 1.3}) {
                const std::string at = std::to_string(i);
                const auto due = valuesOf<std::int32_t>(golden, at + ".greedy." + (penalty > 1 ? "1.3" : "1.0"));
                const auto found = network->generate(valuesOf<std::int32_t>(golden, at + ".ids"),
                                                     {.mostTokens = 40, .repetitionPenalty = penalty},
                                                     picturesOf(golden, i, *network));
                VERIFY2(found.ids == due, name + ": prompt " + at);
                VERIFY(found.logProbabilities.size() == due.size());
                longTexts += due.size() >= 20;
            }
    }
    VERIFY(longTexts >= 12); // else they would prove little
}

TEST_CASE(beamsAreTransformersBeams) {
    for (const auto& name : networks) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i)
            for (const int beams : {3, 4}) {
                const std::string at = std::to_string(i), key = std::to_string(beams);
                const auto due = valuesOf<std::int32_t>(golden, at + ".beams." + key);
                const auto scores = valuesOf<float>(golden, at + ".beam_scores." + key);
                GenerateOptions options{.mostTokens = 15, .beams = beams};
                if (beams == 4) options.repetitionPenalty = 1.2, options.lengthPenalty = 0.5;
                const auto found = network->generateBeams(valuesOf<std::int32_t>(golden, at + ".ids"), options,
                                                          picturesOf(golden, i, *network));
                VERIFY(found.size() == static_cast<std::size_t>(beams));
                const std::size_t width = due.size() / found.size();
                for (std::size_t b = 0; b < found.size(); ++b) {
                    auto ids = found[b].ids;
                    VERIFY(ids.size() <= width);
                    ids.resize(width, 1); // as the reference pads
                    VERIFY2(std::equal(ids.begin(), ids.end(), due.begin() + static_cast<std::ptrdiff_t>(b * width)),
                            name + ": prompt " + at + ", beam " + std::to_string(b));
                    COMPARE_NEAR(found[b].score, static_cast<double>(scores[b]), 1e-3);
                    VERIFY(found[b].logProbabilities.size() == found[b].ids.size());
                }
            }
    }
}

TEST_CASE(sampledBeamsDifferFromEachOtherAndDependOnTheSeedAlone) {
    const auto network = PretrainedDecoder::load(folder / "llama_tied");
    const std::vector<std::int32_t> prompt{5, 6, 7};
    const GenerateOptions options{.mostTokens = 6, .samples = true, .beams = 8, .seed = 3};
    const auto first = network->generateBeams(prompt, options), again = network->generateBeams(prompt, options);
    VERIFY(first.size() == 8);
    for (std::size_t i = 0; i < first.size(); ++i) {
        VERIFY(first[i].ids == again[i].ids);
        for (std::size_t j = 0; j < i; ++j) VERIFY(first[i].ids != first[j].ids);
    }
    auto other = options;
    other.seed = 4;
    VERIFY(network->generateBeams(prompt, other)[0].ids != first[0].ids);
}

TEST_CASE(bothOrdersOfPaliGemmaNamesAreRead) {
    const TensorFile golden = readTensorFile(folder / "paligemma2" / "golden.bin");
    const test::TemporaryFolder temporary;
    const auto copy = temporary.path() / "renamed";
    std::filesystem::copy(folder / "paligemma2", copy);
    TensorFile weights = readTensorFile(copy / "model.safetensors"), renamed;
    renamed.metadata = weights.metadata;
    const bool partsFirst = weights.tensors.contains("language_model.model.norm.weight");
    for (auto& [name, tensor] : weights.tensors) {
        std::string other = name;
        if (partsFirst)
            other =
                name.starts_with("language_model.model.") ? "model.language_model." + name.substr(21) : "model." + name;
        else if (name.starts_with("model.language_model."))
            other = "language_model.model." + name.substr(21);
        else
            other = name.substr(6);
        renamed.tensors[other] = tensor;
    }
    writeTensorFile(copy / "model.safetensors", renamed);
    const auto network = PretrainedDecoder::load(copy);
    expectNear(network->logits(valuesOf<std::int32_t>(golden, "1.ids"), picturesOf(golden, 1, *network)),
               valuesOf<float>(golden, "1.logits"), "renamed");
}

TEST_CASE(logProbabilitiesAreThoseOfTheWholeTextReadAtOnce) {
    const auto network = PretrainedDecoder::load(folder / "llama");
    std::vector<std::int32_t> ids{3, 40, 99};
    const auto text = network->generate(ids, {.mostTokens = 10, .repetitionPenalty = 1.2});
    const std::size_t read = ids.size();
    ids.insert(ids.end(), text.ids.begin(), text.ids.end());
    const auto logits = network->logits(ids);
    for (std::size_t i = 0; i < text.ids.size(); ++i)
        COMPARE_NEAR(text.logProbabilities[i],
                     logProbability(logits.row(static_cast<std::int64_t>(read + i - 1)), text.ids[i]), 1e-4);
}

TEST_CASE(sampledTextsDependOnTheSeedAlone) {
    const auto network = PretrainedDecoder::load(folder / "llama_tied");
    const std::vector<std::int32_t> prompt{5, 6, 7};
    const GenerateOptions options{.mostTokens = 20, .samples = true, .temperature = 3, .seed = 4};
    const auto first = network->generate(prompt, options);
    VERIFY(first.ids == network->generate(prompt, options).ids);
    auto other = options;
    other.seed = 5;
    VERIFY(first.ids != network->generate(prompt, other).ids);
    other.topK = 1;
    VERIFY(network->generate(prompt, other).ids == network->generate(prompt, {.mostTokens = 20}).ids);
}

TEST_CASE(drawnBeamsAreTheBestOnesWhereItIsCold) {
    const auto network = PretrainedDecoder::load(folder / "llama_tied");
    const std::vector<std::int32_t> prompt{5, 6, 7};
    const auto idsOf = [&](bool samples, double temperature) {
        std::vector<std::vector<std::int32_t>> ids;
        for (auto& text : network->generateBeams(
                 prompt, {.mostTokens = 12, .samples = samples, .temperature = temperature, .beams = 4, .seed = 3}))
            ids.push_back(std::move(text.ids));
        return ids;
    };
    VERIFY(idsOf(true, 1e-5) == idsOf(false, 1));
    VERIFY(idsOf(true, 1) != idsOf(false, 1));
}

TEST_CASE(drawnTokensFollowTheirProbabilities) {
    const std::vector<float> logits{std::log(.5F), std::log(.3F), std::log(.2F)};
    std::mt19937_64 random(1);
    const auto sharesOf = [&](const GenerateOptions& options) {
        std::vector<double> shares(3);
        for (int i = 0; i < 20000; ++i)
            shares[static_cast<std::size_t>(drawToken(logits, options, random))] += 1.0 / 20000;
        return shares;
    };
    const auto all = sharesOf({.samples = true});
    COMPARE_NEAR(all[0], .5, .02);
    COMPARE_NEAR(all[2], .2, .02);
    const auto two = sharesOf({.samples = true, .topP = .75});
    COMPARE_NEAR(two[0], .625, .02);
    COMPARE_NEAR(two[2], 0, 1e-9);
}

TEST_CASE(whatWasReadIsARepetitionUnlessTheOptionsSayOtherwise) {
    const std::vector<std::int32_t> read{0, 1}, written{1, 3};
    const std::vector<float> logits{2, -2, 2, 2};
    auto all = logits;
    penaliseRepetition(all, read, written, {.repetitionPenalty = 2});
    VERIFY((all == std::vector<float>{1, -4, 2, 1}));
    auto own = logits;
    penaliseRepetition(own, read, written, {.repetitionPenalty = 2, .penalisesRead = false});
    VERIFY((own == std::vector<float>{2, -4, 2, 1}));
}

TEST_CASE(textsThatCannotBeReadAreRefused) {
    const auto network = PretrainedDecoder::load(folder / "llama");
    THROWS_ERROR(network->generate({}), ErrorKind::invalidInput);
    const std::vector<std::int32_t> outside{150}, tooLong(129, 5), full(128, 5);
    THROWS_ERROR(network->logits(outside), ErrorKind::invalidInput);
    THROWS_ERROR(network->logits(tooLong), ErrorKind::invalidInput);
    VERIFY(network->generate(full).ids.empty()); // no room
    THROWS_ERROR(PretrainedDecoder::load(PIXREC_TEST_DATA "/hf/encoders/bert"), ErrorKind::corrupt);
    THROWS_ERROR(network->encodePictures({}), ErrorKind::invalidInput);
    const auto seeing = PretrainedDecoder::load(folder / "smolvlm");
    const std::vector<std::int32_t> onePlace{5, 148, 6};
    const EncodedRows twoRows{.rows = 2, .width = 32, .values = std::vector<float>(64)};
    THROWS_ERROR(seeing->logits(onePlace, twoRows), ErrorKind::invalidInput);
    const NetworkPixels narrow{20, 24, std::vector<float>(20 * 24 * 3)};
    THROWS_ERROR(seeing->encodePictures(std::span(&narrow, 1)), ErrorKind::invalidInput);
}

TEST_CASE(damagedVisionLanguageFoldersAreNamed) {
    const auto errorOf = [](const std::string& name, const nlohmann::json& patch, const std::string& leftOut) {
        const test::TemporaryFolder temporary;
        const auto copy = temporary.path() / name;
        std::filesystem::copy(folder / name, copy);
        auto config = nlohmann::json::parse(std::ifstream(copy / "config.json"));
        config.merge_patch(patch);
        std::ofstream(copy / "config.json") << config;
        TensorFile weights = readTensorFile(copy / "model.safetensors");
        weights.tensors.erase(leftOut);
        writeTensorFile(copy / "model.safetensors", weights);
        try {
            PretrainedDecoder::load(copy);
        } catch (const Error& error) {
            return error.kind() == ErrorKind::corrupt ? std::string(error.what()) : "another kind of error";
        }
        return std::string("no error");
    };
    const auto expectIn = [](const std::string& text, std::initializer_list<std::string> parts) {
        for (const auto& part : parts) VERIFY2(text.find(part) != std::string::npos, text + "\n  lacks " + part);
    };
    expectIn(errorOf("smolvlm", nlohmann::json::object(), "model.connector.modality_projection.proj.weight"),
             {"smolvlm", "model.connector.modality_projection.proj.weight", "[32, 288] is missing"});
    expectIn(errorOf("smolvlm", {{"scale_factor", 4}}, ""), {"config.json", "scale_factor 4 does not divide the 6"});
    expectIn(errorOf("idefics3", nlohmann::json::object(), "lm_head.weight"),
             {"\"lm_head.weight\"", "[150, 32] is missing"});
    expectIn(errorOf("idefics3", {{"vision_config", {{"image_size", 64}}}}, ""),
             {"position_embedding.weight", "has shape [36, 32], [64, 32] was due"});
    expectIn(errorOf("paligemma2", {{"text_config", {{"model_type", "gemma"}}}}, ""),
             {"text_config", "\"gemma\" is no language network that is supported"});
    expectIn(errorOf("paligemma2", {{"vision_config", {{"num_hidden_layers", 1}}}}, ""),
             {"vision_model.encoder.layers.1", "belongs to nothing"});
    expectIn(errorOf("gemma2", {{"layer_types", {"sliding_attention"}}}, ""), {"layer_types", "4 were due"});
    expectIn(errorOf("gemma2", {{"attn_logit_softcapping", -1}}, ""), {"attn_logit_softcapping", "positive"});
    expectIn(errorOf("gemma2", {{"hidden_activation", "relu"}}, ""), {"hidden_activation", "\"relu\""});
    expectIn(errorOf("llama", {{"rope_scaling", {{"rope_type", "yarn"}}}}, ""), {"rope_scaling", "yarn"});
    expectIn(errorOf("llama", {{"model_type", "mystery"}}, ""), {"config.json", "\"mystery\"", "paligemma"});
}
