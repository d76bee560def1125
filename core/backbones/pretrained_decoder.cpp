#include "core/backbones/pretrained_decoder.h"
#include "core/backbones/beam_search.h"
#include "core/backbones/language_model.h"
#include "core/backbones/row_tensor.h"
#include <algorithm>
#include <fmt/format.h>

// Shapes: as in language_network.h.
namespace core {

namespace {

/// Borrows `rows`; undefined where there are none.
torch::Tensor tensorOf(const EncodedRows& rows) {
    if (rows.rows == 0) return {};
    return torch::from_blob(const_cast<float*>(rows.values.data()), {rows.rows, rows.width}, torch::kFloat32);
}

} // namespace

struct PretrainedDecoder::Network {
    LanguageModel model;

    explicit Network(const std::filesystem::path& folder) : model(folder) {}

    const DecoderSettings& settings() const { return model.settings().decoder; }

    /// The whole of a text at once, TD; `prompt` tokens of it are given.
    torch::Tensor read(std::span<const std::int32_t> ids, std::size_t prompt, const EncodedRows& pictures) const {
        check(ids.size());
        const auto embeddedTD = model.embed(ids, tensorOf(pictures));
        const auto mask = model.maskAfter(static_cast<std::int64_t>(prompt));
        return model.network().run(embeddedTD.unsqueeze(0), mask, nullptr)[0];
    }

    void check(std::size_t tokens) const {
        if (tokens == 0 || static_cast<std::int64_t>(tokens) > settings().positions)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("read a text: {} tokens; 1 to {} can be read", tokens, settings().positions));
    }

    int roomAfter(std::size_t prompt, const GenerateOptions& options) const {
        const auto room = settings().positions - static_cast<std::int64_t>(prompt);
        return static_cast<int>(std::clamp<std::int64_t>(options.mostTokens, 0, room));
    }

    /// Reads the prompt into `cache`, which gets room for `room` more; the scores of what follows, V.
    torch::Tensor start(std::span<const std::int32_t> prompt, const EncodedRows& pictures, int room,
                        KeyValueCache& cache) const {
        check(prompt.size());
        const auto count = static_cast<std::int64_t>(prompt.size());
        cache = model.network().makeCache(1, count + room);
        const auto embeddedTD = model.embed(prompt, tensorOf(pictures));
        const auto hiddenBTD = model.network().run(embeddedTD.unsqueeze(0), model.maskAfter(count), &cache);
        return model.network().logits(hiddenBTD[0][count - 1]);
    }

    /// One more token for each text of `cache`; the scores of what follows, BV.
    torch::Tensor step(const std::vector<std::int64_t>& tokens, std::int64_t prompt, KeyValueCache& cache) const {
        const auto embeddedBD = model.network().embed(torch::tensor(tokens, torch::kInt64));
        const auto hiddenBTD = model.network().run(embeddedBD.unsqueeze(1), model.maskAfter(prompt), &cache);
        return model.network().logits(hiddenBTD.select(1, 0));
    }
};

PretrainedDecoder::PretrainedDecoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedDecoder::~PretrainedDecoder() = default;

std::unique_ptr<PretrainedDecoder> PretrainedDecoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedDecoder>(new PretrainedDecoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedDecoder::hiddenStates(std::span<const std::int32_t> ids, const EncodedRows& pictures) const {
    const c10::InferenceMode noGradients;
    return rowsOf(network_->read(ids, ids.size(), pictures));
}

EncodedRows PretrainedDecoder::logits(std::span<const std::int32_t> ids, const EncodedRows& pictures) const {
    const c10::InferenceMode noGradients;
    return rowsOf(network_->model.network().logits(network_->read(ids, ids.size(), pictures)));
}

std::vector<double> PretrainedDecoder::logProbabilities(std::span<const std::int32_t> prompt,
                                                        std::span<const std::int32_t> text,
                                                        const EncodedRows& pictures) const {
    const c10::InferenceMode noGradients;
    network_->check(prompt.size());
    std::vector<std::int32_t> ids(prompt.begin(), prompt.end());
    ids.insert(ids.end(), text.begin(), text.end());
    const auto hiddenTD = network_->read(ids, prompt.size(), pictures);
    const auto before = static_cast<std::int64_t>(prompt.size()) - 1, count = static_cast<std::int64_t>(text.size());
    const auto scores = rowsOf(network_->model.network().logits(hiddenTD.slice(0, before, before + count)));
    std::vector<double> result;
    for (std::int64_t i = 0; i < count; ++i)
        result.push_back(logProbability(scores.row(i), text[static_cast<std::size_t>(i)]));
    return result;
}

GeneratedText PretrainedDecoder::generate(std::span<const std::int32_t> prompt, const GenerateOptions& options,
                                          const EncodedRows& pictures) const {
    if (options.beams > 1) {
        auto texts = generateBeams(prompt, options, pictures);
        return texts.empty() ? GeneratedText{} : std::move(texts[0]);
    }
    const c10::InferenceMode noGradients;
    const int room = network_->roomAfter(prompt.size(), options);
    KeyValueCache cache;
    auto scoresV = network_->start(prompt, pictures, room, cache);
    std::mt19937_64 random(options.seed);
    const auto& ends = network_->settings().endTokens;
    GeneratedText text;
    while (static_cast<int>(text.ids.size()) < room) {
        const auto own = rowsOf(scoresV.view({1, -1})).values;
        auto scores = own;
        penaliseRepetition(scores, prompt, text.ids, options);
        const std::int32_t token = options.samples ? drawToken(scores, options, random) : mostLikely(scores);
        text.ids.push_back(token);
        text.logProbabilities.push_back(logProbability(own, token));
        text.score += text.logProbabilities.back();
        if (std::find(ends.begin(), ends.end(), token) != ends.end() || static_cast<int>(text.ids.size()) == room)
            break;
        scoresV = network_->step({token}, static_cast<std::int64_t>(prompt.size()), cache);
    }
    return text;
}

std::vector<GeneratedText> PretrainedDecoder::generateBeams(std::span<const std::int32_t> prompt,
                                                            const GenerateOptions& options,
                                                            const EncodedRows& pictures) const {
    if (options.beams < 1 || options.beams > 1000)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("write a text: {} beams; 1 to 1000 can be had", options.beams));
    const c10::InferenceMode noGradients;
    const int room = network_->roomAfter(prompt.size(), options);
    KeyValueCache cache;
    auto scoresBV = network_->start(prompt, pictures, room, cache).unsqueeze(0);
    BeamSearch search(options, network_->settings().endTokens, room);
    std::mt19937_64 random(options.seed);
    while (!search.isDone()) {
        const auto own = rowsOf(torch::log_softmax(scoresBV, /*dim=*/-1));
        auto chosen = own.values;
        for (std::size_t b = 0; b < search.running().size(); ++b) {
            const auto width = static_cast<std::size_t>(own.width);
            penaliseRepetition(std::span(chosen).subspan(b * width, width), prompt, search.running()[b].ids, options);
        }
        search.advance(own.values, chosen, random);
        if (search.isDone()) break;
        std::vector<std::int64_t> from, tokens;
        for (const auto& text : search.running()) {
            from.push_back(static_cast<std::int64_t>(text.from));
            tokens.push_back(text.ids.back());
        }
        cache.reorder(torch::tensor(from, torch::kInt64));
        scoresBV = network_->step(tokens, static_cast<std::int64_t>(prompt.size()), cache);
    }
    std::vector<GeneratedText> texts;
    for (auto& text : search.finished())
        texts.push_back({std::move(text.ids), std::move(text.logProbabilities), text.score});
    return texts;
}

EncodedRows PretrainedDecoder::encodePictures(std::span<const NetworkPixels> pictures) const {
    const c10::InferenceMode noGradients;
    if (!readsPictures()) throw Error(ErrorKind::invalidInput, "read a picture: this network reads texts alone");
    EncodedRows result{.rows = 0, .width = width(), .values = {}};
    for (const auto& picture : pictures) {
        const auto pixels = stacked(std::span(&picture, 1), pictureSide());
        const auto rows = rowsOf(network_->model.pictureTokens(pixels)[0]);
        result.rows += rows.rows;
        result.values.insert(result.values.end(), rows.values.begin(), rows.values.end());
    }
    return result;
}

bool PretrainedDecoder::readsPictures() const { return network_->model.settings().readsPictures(); }
int PretrainedDecoder::pictureSide() const {
    return readsPictures() ? static_cast<int>(network_->model.settings().tower->side) : 0;
}
std::int64_t PretrainedDecoder::tokensPerPicture() const { return network_->model.settings().tokensPerPicture(); }
std::int32_t PretrainedDecoder::pictureToken() const { return network_->model.settings().pictureToken; }
std::int64_t PretrainedDecoder::width() const { return network_->settings().width; }
std::int64_t PretrainedDecoder::vocabularySize() const { return network_->settings().vocabulary; }
std::int64_t PretrainedDecoder::mostTokens() const { return network_->settings().positions; }

} // namespace core
