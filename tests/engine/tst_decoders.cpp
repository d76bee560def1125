#include "core/backbones/pretrained_decoder.h"
#include "core/base/error.h"
#include "core/array_files/safetensors.h"
#include "tests/support/cases.h"
#include <cmath>
#include <cstring>

using namespace core;

namespace {

const std::filesystem::path folder = PIXREC_TEST_DATA "/hf/decoders";

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

} // namespace

TEST_CASE(languageNetworksGiveTransformersNumbers) {
    for (const std::string name : {"llama", "llama_tied"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        VERIFY(golden.metadata.contains("transformers"));
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i) {
            const std::string at = std::to_string(i);
            const auto ids = valuesOf<std::int32_t>(golden, at + ".ids");
            expectNear(network->hiddenStates(ids), valuesOf<float>(golden, at + ".hidden"), name + ": hidden " + at);
            expectNear(network->logits(ids), valuesOf<float>(golden, at + ".logits"), name + ": logits " + at);
        }
    }
}

TEST_CASE(greedyTextsAreTransformersTexts) {
    int longTexts = 0;
    for (const std::string name : {"llama", "llama_tied"}) {
        const TensorFile golden = readTensorFile(folder / name / "golden.bin");
        const auto network = PretrainedDecoder::load(folder / name);
        for (int i = 0; i < 4; ++i)
            for (const double penalty : {1.0, 1.3}) {
                const std::string at = std::to_string(i);
                const auto due = valuesOf<std::int32_t>(golden, at + ".greedy." + (penalty > 1 ? "1.3" : "1.0"));
                const auto found = network->generate(valuesOf<std::int32_t>(golden, at + ".ids"),
                                                     {.mostTokens = 40, .repetitionPenalty = penalty});
                VERIFY2(found.ids == due, name + ": prompt " + at);
                VERIFY(found.logProbabilities.size() == due.size());
                longTexts += due.size() >= 20;
            }
    }
    VERIFY(longTexts >= 4); // else they would prove little
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

TEST_CASE(textsThatCannotBeReadAreRefused) {
    const auto network = PretrainedDecoder::load(folder / "llama");
    THROWS_ERROR(network->generate({}), ErrorKind::invalidInput);
    const std::vector<std::int32_t> outside{150}, tooLong(129, 5), full(128, 5);
    THROWS_ERROR(network->logits(outside), ErrorKind::invalidInput);
    THROWS_ERROR(network->logits(tooLong), ErrorKind::invalidInput);
    VERIFY(network->generate(full).ids.empty()); // no room
    THROWS_ERROR(PretrainedDecoder::load(PIXREC_TEST_DATA "/hf/encoders/bert"), ErrorKind::corrupt);
}
