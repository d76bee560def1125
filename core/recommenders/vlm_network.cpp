#include "core/recommenders/vlm_network.h"
#include "core/backbones/beam_search.h"
#include "core/base/error.h"
#include "core/recommenders/picture_squares.h"
#include "core/tensors/device.h"
#include "core/tensors/tensor_on.h"
#include "core/tensors/weights.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace core {

namespace {

/// A batch at most: on a processor what stays in its caches, on a GPU what keeps it busy.
struct BatchSize {
    std::int64_t tokens, texts;
};
constexpr BatchSize onCpu{2048, 64}, onGpu{32'768, 1024};

/// LinearWeights of a block by the name in vlmTargets.
LinearWeights& layerOf(LanguageNetwork::Block& block, const std::string& target) {
    if (target == "q_proj") return block.query;
    if (target == "k_proj") return block.key;
    if (target == "v_proj") return block.value;
    if (target == "o_proj") return block.output;
    if (target == "gate_proj") return block.gate;
    return target == "up_proj" ? block.up : block.down;
}

/// The hidden states of texts of like length, batch by batch, smaller ones where memory ends:
/// `visit(which texts, hiddenBTD)`. What LibTorch throws becomes Error.
template <class Visit>
void readAll(VlmNetwork& network, const VlmCatalog& catalog, const torch::Tensor& picturesQKD,
             const std::vector<VlmText>& texts, const char* doing, const std::stop_token& stop, Visit visit) {
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return texts[a].ids.size() > texts[b].ids.size(); });
    const auto read = [&](std::span<const std::size_t> part) {
        VlmNetworkImpl::Batch batch;
        for (const auto text : part) batch.texts.push_back(&texts[text]);
        batch.openTokens = texts[part.front()].size();
        const auto shown = shownPictures(batch.texts, catalog.inputs.pictureCount());
        batch.placeOfPicture = shown.placeOfPicture;
        if (!shown.pictures.empty())
            batch.picturesQKD = picturesQKD.defined()
                                    ? picturesQKD.index_select(0, tensorOn(picturesQKD.device(), shown.pictures))
                                    : network->pictureTokens(catalog.inputs, shown.pictures);
        visit(part, network->hidden(batch, stop));
    };
    const auto readOrSay = [&](std::span<const std::size_t> part) {
        try {
            probeDevice();
            read(part);
        } catch (...) {
            rethrowDeviceFailure(doing);
        }
    };
    auto largest = network->device().is_cuda() ? onGpu : onCpu;
    for (std::size_t from = 0; from < order.size();) {
        throwIfStopped(stop, doing);
        const auto longest = std::max<std::int64_t>(1, texts[order[from]].size());
        auto count = std::min(std::clamp<std::int64_t>(largest.tokens / longest, 1, largest.texts),
                              static_cast<std::int64_t>(order.size() - from));
        if (network->hasOpenPrefix()) // the open part is one length for all of a batch
            for (std::int64_t i = 0; i < count; ++i)
                if (texts[order[from + static_cast<std::size_t>(i)]].size() != longest) count = i;
        try {
            readOrSay({order.data() + from, static_cast<std::size_t>(count)});
            from += static_cast<std::size_t>(count);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::outOfMemory || count == 1) throw;
            largest.tokens = count / 2 * longest; // also for those after it
        }
    }
}

} // namespace

VlmNetworkImpl::VlmNetworkImpl(const std::filesystem::path& folder, const VlmSettings& settings, Backbone use,
                               const Computing& computing)
    : settings_(settings), folder_(folder),
      model_(folder,
             use == Backbone::trained && !settings.isLowRank() ? LanguageModel::Weights::own
                                                               : LanguageModel::Weights::mapped,
             computing) {
    const auto& decoder = model_.settings().decoder;
    if (use == Backbone::trained && !settings.isLowRank() && decoder.kind == DecoderSettings::Kind::gemma2)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("train {}: Gemma 2 can be trained with LoRA only; set a rank", folder.string()));
    if (settings.readsPicture()) preprocessor_ = PicturePreprocessor::load(folder);
    if (settings.hasItemTower()) addItemTower();
    userProjection = register_module("user_projection", torch::nn::Linear(decoder.width, settings.projection));
    itemProjection = register_module("item_projection", torch::nn::Linear(decoder.width, settings.projection));
    {
        const torch::NoGradGuard noGradient; // both start alike: what is near in content scores high from the start
        userProjection->weight.copy_(itemProjection->weight);
        userProjection->bias.copy_(itemProjection->bias);
    }
    logTemperature = torch::full({}, std::log(settings.temperature), device());
    if (settings.learnsTemperature) register_parameter("log_temperature", logTemperature);
    if (settings.isLowRank())
        addChanges();
    else if (use == Backbone::trained)
        registerBackbone();
    to(device()); // what is random was drawn on the CPU, alike for all
}

void VlmNetworkImpl::addChanges() {
    auto targets = settings_.targets;
    if (targets.empty()) targets.assign(std::begin(vlmTargets), std::end(vlmTargets));
    for (std::size_t i = 0; i < model_.network().blocks.size(); ++i)
        for (const auto& target : targets) {
            auto& layer = layerOf(model_.network().blocks[i], target);
            auto change = std::make_shared<LowRankChange>();
            const auto from = layer.weight.size(1), to = layer.weight.size(0);
            const double bound = 1 / std::sqrt(static_cast<double>(from));
            const auto name = fmt::format("lora_{}_{}", i, target);
            change->downRD = register_parameter(name + "_down", torch::empty({settings_.rank, from}));
            {
                const torch::NoGradGuard noGradient;
                change->downRD.uniform_(-bound, bound);
            }
            change->upER = register_parameter(name + "_up", torch::zeros({to, settings_.rank}));
            change->scale = settings_.alpha / settings_.rank;
            change->dropout = settings_.dropout;
            layer.change = change;
            changes_.emplace_back(Place{i, target}, std::move(change));
        }
}

/// As a submodule, whose parameters' names have / for the dots of the files'.
void VlmNetworkImpl::registerBackbone() {
    auto backbone = std::make_shared<torch::nn::Module>();
    for (const auto& [name, tensor] : model_.weights()) {
        if ((!settings_.readsPicture() || settings_.hasItemTower()) &&
            (name.find("vision") != std::string::npos || name.find("connector") != std::string::npos ||
             name.find("projector") != std::string::npos))
            continue; // never used: they stay what they are
        auto slashed = name;
        std::replace(slashed.begin(), slashed.end(), '.', '/');
        backbone->register_parameter(slashed, tensor);
    }
    register_module("backbone", std::move(backbone));
}

void VlmNetworkImpl::train(bool on) {
    torch::nn::Module::train(on);
    for (auto& [place, change] : changes_) change->isTraining = on && change->dropout > 0;
}

torch::Tensor VlmNetworkImpl::unit(const torch::Tensor& vectors) {
    return torch::nn::functional::normalize(vectors, torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

std::map<std::string, torch::Tensor> VlmNetworkImpl::merged() const {
    const torch::NoGradGuard noGradient;
    if (changes_.empty()) return model_.weights();
    LanguageModel whole(folder_,
                        LanguageModel::Weights::own); // on the CPU, where there is room for it, and not rounded
    for (const auto& [place, change] : changes_) {
        auto& weight = layerOf(whole.network().blocks[place.block], place.target).weight;
        weight.add_(torch::matmul(change->upER, change->downRD).to(torch::kCPU), change->scale);
    }
    return whole.weights();
}

void VlmNetworkImpl::addItemTower() {
    itemTower_ = register_module("picture_encoder", makeSmallPictureEncoder({}));
    for (auto& parameter : itemTower_->parameters()) parameter.set_requires_grad(false);
    const int from = itemTower_->width();
    const auto to = model_.settings().decoder.width;
    featureMean_ = register_buffer("picture_mean", torch::zeros({from}));
    featureScale_ = register_buffer("picture_scale", torch::ones({}));
    connector_ =
        register_module("picture_connector", torch::nn::Sequential(torch::nn::Linear(from, 2 * to), torch::nn::GELU(),
                                                                   torch::nn::Linear(2 * to, to)));
}

void VlmNetworkImpl::takeItemTower(const TensorFile& weights, const std::string& source, const ItemInputs& inputs,
                                   const std::stop_token& stop) {
    loadWeights(*itemTower_, "picture_encoder.", weights, source);
    for (auto& parameter : itemTower_->parameters()) parameter.set_requires_grad(false);
    const torch::NoGradGuard noGradient;
    const auto features = allFeatures(inputs, stop).flatten(0, 1);
    featureMean_.copy_(features.mean(0));
    featureScale_.copy_((features - featureMean_).square().mean().sqrt().clamp_min(1e-6));
}

torch::Tensor VlmNetworkImpl::connected(const torch::Tensor& featuresQKW) const {
    return itemTower_ ? connector_->forward((featuresQKW - featureMean_) / featureScale_) : featuresQKW;
}

void VlmNetworkImpl::keepPictures(const ItemInputs& inputs, std::int64_t largestBytes, const std::stop_token& stop) {
    if (!preprocessor_ || inputs.pictureCount() == 0 || (!itemTower_ && !settings_.isLowRank())) return;
    const auto width = itemTower_ ? itemTower_->width() : model_.settings().decoder.width;
    if (inputs.pictureCount() * model_.settings().tokensPerPicture() * width * std::int64_t{sizeof(float)} >
        largestBytes)
        return;
    keptQKW_ = allFeatures(inputs, stop);
    kept_ = &inputs;
}

torch::Tensor VlmNetworkImpl::allFeatures(const ItemInputs& inputs, const std::stop_token& stop) const {
    const torch::NoGradGuard noGradient;
    constexpr std::int64_t aBlock = 64;
    std::vector<torch::Tensor> parts;
    for (std::int64_t from = 0; from < inputs.pictureCount(); from += aBlock) {
        throwIfStopped(stop, "read pictures");
        std::vector<std::int32_t> block(static_cast<std::size_t>(std::min(aBlock, inputs.pictureCount() - from)));
        std::iota(block.begin(), block.end(), static_cast<std::int32_t>(from));
        parts.push_back(pictureFeatures(inputs, block));
    }
    return torch::cat(parts);
}

torch::Tensor VlmNetworkImpl::pictureTokens(const ItemInputs& inputs, std::span<const std::int32_t> pictures) const {
    if (kept_ == &inputs) return connected(keptQKW_.index_select(0, tensorOn(device(), pictures)));
    return connected(pictureFeatures(inputs, pictures));
}

torch::Tensor VlmNetworkImpl::pictureFeatures(const ItemInputs& inputs, std::span<const std::int32_t> pictures) const {
    requirePixels(inputs);
    if (itemTower_) {
        auto pixelsNSSC = torch::empty({std::ssize(pictures), inputs.side, inputs.side, 3}, torch::kUInt8);
        const auto each = std::int64_t{inputs.side} * inputs.side * 3;
        for (std::size_t i = 0; i < pictures.size(); ++i)
            std::copy_n(inputs.pixels.begin() + pictures[i] * each, each,
                        pixelsNSSC.data_ptr<std::uint8_t>() + static_cast<std::int64_t>(i) * each);
        const auto along = std::llround(std::sqrt(static_cast<double>(model_.settings().tokensPerPicture())));
        return encodeSquares(*itemTower_, pixelsNSSC.to(device()), along);
    }
    std::vector<NetworkPixels> pixels;
    const auto bytes = std::int64_t{inputs.side} * inputs.side * 3;
    for (const auto picture : pictures) {
        PixelArray array(inputs.side, inputs.side);
        std::copy_n(inputs.pixels.begin() + picture * bytes, bytes, array.values.begin());
        pixels.push_back(preprocessor_->apply(array));
    }
    return model_.pictureTokens(stacked(pixels, model_.settings().tower->side));
}

torch::Tensor VlmNetworkImpl::hidden(const Batch& batch, const std::stop_token& stop) const {
    return model_.network().run(embedded(batch), model_.maskAfter(batch.openTokens), nullptr, stop);
}

torch::Tensor VlmNetworkImpl::embedded(const Batch& batch) const {
    std::int64_t longest = 1;
    for (const auto* text : batch.texts) longest = std::max(longest, text->size());
    if (longest > model_.settings().decoder.positions)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("read a history: {} tokens, the network reads {} at most; read fewer of a product's "
                                "text or of the newest products",
                                longest, model_.settings().decoder.positions));
    const auto texts = static_cast<std::int64_t>(batch.texts.size());
    auto idsBT = torch::zeros({texts, longest}, torch::kInt64);
    std::vector<std::int64_t> places, sources; // of picture tokens
    const auto each = batch.picturesQKD.defined() ? batch.picturesQKD.size(1) : 0;
    for (std::int64_t b = 0; b < texts; ++b) {
        const auto& text = *batch.texts[static_cast<std::size_t>(b)];
        auto* ids = idsBT.data_ptr<std::int64_t>() + b * longest;
        std::int64_t seen = 0;
        for (std::int64_t t = 0; t < text.size(); ++t) {
            const auto id = text.ids[static_cast<std::size_t>(t)];
            const bool isPicture =
                each > 0 && !text.isWritten[static_cast<std::size_t>(t)] && id == model_.settings().pictureToken;
            ids[t] = isPicture ? 0 : id;
            if (!isPicture) continue;
            const auto picture = text.pictures[static_cast<std::size_t>(seen / each)];
            places.push_back(b * longest + t);
            sources.push_back(batch.placeOfPicture[static_cast<std::size_t>(picture)] * each + seen % each);
            ++seen;
        }
    }
    auto rowsD = model_.network().embed(idsBT.flatten());
    if (!places.empty())
        rowsD = rowsD.index_copy(0, tensorOn(device(), places),
                                 batch.picturesQKD.flatten(0, 1).index_select(0, tensorOn(device(), sources)));
    return rowsD.view({texts, longest, -1});
}

torch::Tensor meansOf(const torch::Tensor& hiddenBTD, std::span<const BatchSpan> spansN) {
    const auto texts = hiddenBTD.size(0), length = hiddenBTD.size(1);
    std::vector<std::int64_t> countB(static_cast<std::size_t>(texts), 0), place;
    for (const auto& span : spansN) place.push_back(countB[static_cast<std::size_t>(span.text)]++);
    const auto most = std::max<std::int64_t>(1, *std::max_element(countB.begin(), countB.end()));
    auto sharesBKT = torch::zeros({texts, most, length});
    for (std::size_t i = 0; i < spansN.size(); ++i) {
        const auto [from, to] = spansN[i].tokens;
        place[i] += spansN[i].text * most;
        auto* shares = sharesBKT.data_ptr<float>() + place[i] * length;
        std::fill(shares + from, shares + to, 1.0F / static_cast<float>(std::max<std::int64_t>(1, to - from)));
    }
    const auto device = hiddenBTD.device();
    return torch::bmm(sharesBKT.to(device), hiddenBTD).flatten(0, 1).index_select(0, tensorOn(device, place));
}

torch::Tensor meanOf(const torch::Tensor& hiddenBTD, std::span<const std::int64_t> fromB,
                     std::span<const std::int64_t> toB) {
    std::vector<BatchSpan> spans;
    for (std::size_t b = 0; b < fromB.size(); ++b) spans.push_back({static_cast<std::int64_t>(b), {fromB[b], toB[b]}});
    return meansOf(hiddenBTD, spans);
}

ShownPictures shownPictures(std::span<const VlmText* const> texts, std::int64_t pictureCount) {
    ShownPictures shown;
    shown.placeOfPicture.assign(static_cast<std::size_t>(pictureCount), -1);
    for (const auto* text : texts)
        for (const auto picture : text->pictures) shown.placeOfPicture[static_cast<std::size_t>(picture)] = 0;
    for (std::size_t picture = 0; picture < shown.placeOfPicture.size(); ++picture)
        if (shown.placeOfPicture[picture] == 0) {
            shown.placeOfPicture[picture] = static_cast<std::int32_t>(shown.pictures.size());
            shown.pictures.push_back(static_cast<std::int32_t>(picture));
        }
    return shown;
}

torch::Tensor encodeRows(VlmNetwork& network, const VlmPrompt& prompt, const VlmCatalog& catalog,
                         const torch::Tensor& picturesQKD, const ProgressSink& progress, const std::stop_token& stop) {
    const torch::NoGradGuard noGradients;
    network->eval();
    std::vector<VlmText> texts;
    for (std::int32_t row = 0; row < catalog.rowCount(); ++row) texts.push_back(prompt.target(catalog, row));
    const auto device = network->device();
    auto vectorsRP = torch::empty({catalog.rowCount(), network->settings().projection}, device);
    std::int64_t done = 0;
    readAll(network, catalog, picturesQKD, texts, "encode products", stop,
            [&](std::span<const std::size_t> part, const torch::Tensor& hiddenBTD) {
                std::vector<std::int64_t> rows(part.begin(), part.end()), from(part.size(), 0), to;
                for (const auto row : part) to.push_back(texts[row].size());
                vectorsRP.index_copy_(0, tensorOn(device, rows), network->projectItem(meanOf(hiddenBTD, from, to)));
                done += std::ssize(part);
                progress({"reading products", done, catalog.rowCount(), "products"});
            });
    return vectorsRP;
}

torch::Tensor encodeHistories(VlmNetwork& network, const VlmPrompt& prompt, const VlmCatalog& catalog,
                              const torch::Tensor& picturesQKD, std::span<const std::vector<std::int32_t>> histories,
                              const std::stop_token& stop) {
    const torch::NoGradGuard noGradients;
    network->eval();
    std::vector<VlmText> texts;
    for (const auto& history : histories) texts.push_back(prompt.history(catalog, history));
    const auto device = network->device();
    auto vectorsBP = torch::empty({std::ssize(texts), network->settings().projection}, device);
    readAll(network, catalog, picturesQKD, texts, "read a history", stop,
            [&](std::span<const std::size_t> part, const torch::Tensor& hiddenBTD) {
                std::vector<std::int64_t> rows(part.begin(), part.end()), from(part.size(), 0), to;
                for (const auto row : part) to.push_back(texts[row].size());
                vectorsBP.index_copy_(0, tensorOn(device, rows), network->projectUser(meanOf(hiddenBTD, from, to)));
            });
    return vectorsBP;
}

torch::Tensor allPictureTokens(VlmNetwork& network, const VlmCatalog& catalog, std::int64_t largestBytes,
                               const ProgressSink& progress, const std::stop_token& stop) {
    const torch::NoGradGuard noGradients;
    const auto pictures = catalog.inputs.pictureCount();
    const auto& sizes = network->model().settings();
    const auto bytes = pictures * sizes.tokensPerPicture() * sizes.decoder.width * std::int64_t{sizeof(float)};
    if (pictures == 0 || bytes > largestBytes) return {};
    std::vector<torch::Tensor> parts;
    constexpr std::int32_t aBlock = 16;
    for (std::int32_t from = 0; from < pictures; from += aBlock) {
        throwIfStopped(stop, "read pictures");
        progress({"reading pictures", from, pictures, "pictures"});
        std::vector<std::int32_t> block(static_cast<std::size_t>(std::min<std::int64_t>(aBlock, pictures - from)));
        std::iota(block.begin(), block.end(), from);
        parts.push_back(network->pictureTokens(catalog.inputs, block));
    }
    return torch::cat(parts);
}

std::vector<GeneratedText> writeAfter(VlmNetwork& network, const VlmNetworkImpl::Batch& prompt,
                                      const GenerateOptions& options, std::span<const std::int32_t> ends,
                                      const OnStep& onStep, const std::stop_token& stop) {
    const torch::NoGradGuard noGradients;
    network->eval();
    const auto& language = network->model().network();
    const auto& read = prompt.texts.front()->ids;
    const auto count = std::ssize(read);
    const auto room = std::clamp<std::int64_t>(language.settings().positions - count, 0, options.mostTokens);
    const auto mask = network->model().maskAfter(count);
    auto cache = language.makeCache(1, count + room);
    auto hiddenBTD = language.run(network->embedded(prompt), mask, &cache, stop);
    auto scoresBV = language.logits(hiddenBTD.select(1, count - 1));
    auto allEnds = language.settings().endTokens;
    allEnds.insert(allEnds.end(), ends.begin(), ends.end());
    BeamSearch search(options, allEnds, static_cast<int>(room));
    std::mt19937_64 random(options.seed);
    while (!search.isDone()) {
        throwIfStopped(stop, "write texts");
        const auto ownBV = torch::log_softmax(scoresBV, /*dim=*/-1).to(torch::kCPU).contiguous();
        const std::span<const float> own(ownBV.data_ptr<float>(), static_cast<std::size_t>(ownBV.numel()));
        std::vector<float> chosen(own.begin(), own.end());
        const auto width = static_cast<std::size_t>(ownBV.size(1));
        for (std::size_t b = 0; b < search.running().size(); ++b)
            penaliseRepetition(std::span(chosen).subspan(b * width, width), read, search.running()[b].ids, options);
        search.advance(own, chosen, random);
        if (search.isDone()) break;
        std::vector<std::vector<std::int32_t>> running;
        for (const auto& text : search.running()) running.push_back(text.ids);
        onStep(running);
        std::vector<std::int64_t> from, tokens;
        for (const auto& text : search.running()) {
            from.push_back(static_cast<std::int64_t>(text.from));
            tokens.push_back(text.ids.back());
        }
        cache.reorder(tensorOn(torch::kCPU, from));
        hiddenBTD = language.run(language.embed(tensorOn(torch::kCPU, tokens)).unsqueeze(1), mask, &cache);
        scoresBV = language.logits(hiddenBTD.select(1, 0));
    }
    std::vector<GeneratedText> texts;
    for (auto& text : search.finished())
        texts.push_back({std::move(text.ids), std::move(text.logProbabilities), text.score});
    return texts;
}

} // namespace core
