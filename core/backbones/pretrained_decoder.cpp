#include "core/backbones/pretrained_decoder.h"
#include "core/backbones/decoder_settings.h"
#include "core/backbones/transformer_tower.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

// Shapes: T new tokens, P tokens read so far (with the new ones), D width, H heads, K key heads, E width of a head, V
// vocabulary.
namespace core {

namespace {

torch::Tensor rmsNorm(const torch::Tensor& input, const torch::Tensor& weight, double epsilon) {
    return input * torch::rsqrt(input.pow(2).mean(/*dim=*/-1, /*keepdim=*/true) + epsilon) * weight;
}

/// Keys and values of one block, with room for more.
struct BlockCache {
    torch::Tensor keysKPE, valuesKPE;
};

EncodedRows rowsOf(const torch::Tensor& tensor) {
    const auto plain = tensor.contiguous();
    EncodedRows rows{.rows = plain.size(0), .width = plain.size(1), .values = {}};
    const float* values = plain.data_ptr<float>();
    rows.values.assign(values, values + plain.numel());
    return rows;
}

} // namespace

struct PretrainedDecoder::Network {
    struct Block {
        torch::Tensor firstNorm, secondNorm;
        LinearWeights query, key, value, output, gate, up, down;
    };
    DecoderSettings settings;
    torch::Tensor tokensVD, headVD, finalNorm, frequencies; ///< frequencies: E/2
    std::vector<Block> blocks;

    explicit Network(const std::filesystem::path& folder)
        : settings(DecoderSettings::of(JsonPlace::read(folder / "config.json", 10'000'000))) {
        const auto files = CheckpointFiles::open(folder);
        const bool hasHead = files->find("model.embed_tokens.weight") != nullptr;
        WeightSource source(files, hasHead ? "model." : "");
        const auto width = settings.width, inner = settings.innerWidth;
        const auto queries = settings.heads * settings.headWidth, keys = settings.keyHeads * settings.headWidth;
        tokensVD = source.take("embed_tokens.weight", {settings.vocabulary, width});
        for (std::int64_t i = 0; i < settings.layers; ++i) {
            const std::string at = fmt::format("layers.{}.", i);
            const auto attention = [&](const char* name, std::int64_t to, std::int64_t from) {
                return takeLinear(source, at + "self_attn." + name, to, from, settings.hasAttentionBias);
            };
            const auto feedForward = [&](const char* name, std::int64_t to, std::int64_t from) {
                return takeLinear(source, at + "mlp." + name, to, from, settings.hasInnerBias);
            };
            blocks.push_back({.firstNorm = source.take(at + "input_layernorm.weight", {width}),
                              .secondNorm = source.take(at + "post_attention_layernorm.weight", {width}),
                              .query = attention("q_proj", queries, width),
                              .key = attention("k_proj", keys, width),
                              .value = attention("v_proj", keys, width),
                              .output = attention("o_proj", width, queries),
                              .gate = feedForward("gate_proj", inner, width),
                              .up = feedForward("up_proj", inner, width),
                              .down = feedForward("down_proj", width, inner)});
        }
        finalNorm = source.take("norm.weight", {width});
        std::vector<std::string_view> others;
        WeightSource whole(files, "");
        headVD =
            hasHead && !settings.hasTiedHead ? whole.take("lm_head.weight", {settings.vocabulary, width}) : tokensVD;
        others.push_back("lm_head."); // of a tied one some files hold a copy
        for (std::int64_t i = 0; i < settings.layers; ++i)
            unusedNames_.push_back(
                fmt::format("{}layers.{}.self_attn.rotary_emb.inv_freq", hasHead ? "model." : "", i));
        others.insert(others.end(), unusedNames_.begin(), unusedNames_.end());
        source.expectAllTaken(others);
        // Rotary positions (Su et al. 2021, arXiv 2104.09864), halves of a head as pairs.
        const auto pairs =
            torch::arange(0, settings.headWidth, 2, torch::kFloat32) / static_cast<double>(settings.headWidth);
        frequencies = 1.0 / torch::pow(settings.ropeTheta, pairs);
    }

    void check(std::span<const std::int32_t> ids) const {
        if (ids.empty() || static_cast<std::int64_t>(ids.size()) > settings.positions)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("read a text: {} tokens; 1 to {} can be read", ids.size(), settings.positions));
        for (const auto id : ids)
            if (id < 0 || id >= settings.vocabulary)
                throw Error(
                    ErrorKind::invalidInput,
                    fmt::format("read a text: token {} is not among the {} of this network", id, settings.vocabulary));
    }

    std::vector<BlockCache> makeCache(std::int64_t capacity) const {
        std::vector<BlockCache> cache(blocks.size());
        for (auto& one : cache) {
            one.keysKPE = torch::empty({settings.keyHeads, capacity, settings.headWidth});
            one.valuesKPE = torch::empty_like(one.keysKPE);
        }
        return cache;
    }

    static torch::Tensor rotated(const torch::Tensor& headsHTE, const torch::Tensor& cosTE,
                                 const torch::Tensor& sinTE) {
        const auto halves = headsHTE.chunk(2, /*dim=*/-1);
        return headsHTE * cosTE + torch::cat({-halves[1], halves[0]}, /*dim=*/-1) * sinTE;
    }

    /// The hidden states TD of `ids`, which come after `read` tokens whose keys and values are in `cache`.
    torch::Tensor run(std::span<const std::int32_t> ids, std::int64_t read, std::vector<BlockCache>& cache) const {
        const auto count = static_cast<std::int64_t>(ids.size()), total = read + count;
        auto idsT = torch::empty({count}, torch::kInt64);
        std::copy(ids.begin(), ids.end(), idsT.data_ptr<std::int64_t>());
        auto hiddenTD = torch::embedding(tokensVD, idsT);
        const auto angles = torch::arange(read, total, torch::kFloat32).unsqueeze(1) * frequencies.unsqueeze(0);
        const auto anglesTE = torch::cat({angles, angles}, /*dim=*/-1);
        const auto cosTE = anglesTE.cos(), sinTE = anglesTE.sin();
        torch::Tensor maskTP;
        if (count > 1) maskTP = torch::full({count, total}, -std::numeric_limits<float>::infinity()).triu(read + 1);
        const auto byHead = [&](const torch::Tensor& tensor, std::int64_t heads) {
            return tensor.view({count, heads, settings.headWidth}).transpose(0, 1);
        };
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const Block& block = blocks[i];
            const auto inputTD = rmsNorm(hiddenTD, block.firstNorm, settings.epsilon);
            const auto queriesHTE = rotated(byHead(block.query(inputTD), settings.heads), cosTE, sinTE);
            cache[i]
                .keysKPE.slice(1, read, total)
                .copy_(rotated(byHead(block.key(inputTD), settings.keyHeads), cosTE, sinTE));
            cache[i].valuesKPE.slice(1, read, total).copy_(byHead(block.value(inputTD), settings.keyHeads));
            // Each key head serves several query heads: they are rows of one product.
            const auto shared = settings.heads / settings.keyHeads;
            const auto groupedKSE = queriesHTE.reshape({settings.keyHeads, shared * count, settings.headWidth});
            auto scores = torch::matmul(groupedKSE, cache[i].keysKPE.slice(1, 0, total).transpose(1, 2)) /
                          std::sqrt(static_cast<double>(settings.headWidth));
            scores = scores.view({settings.heads, count, total});
            if (maskTP.defined()) scores = scores + maskTP;
            const auto weightsKSP = torch::softmax(scores, /*dim=*/-1).view({settings.keyHeads, shared * count, total});
            const auto mixedHTE = torch::matmul(weightsKSP, cache[i].valuesKPE.slice(1, 0, total))
                                      .view({settings.heads, count, settings.headWidth});
            hiddenTD =
                hiddenTD + block.output(mixedHTE.transpose(0, 1).reshape({count, settings.heads * settings.headWidth}));
            const auto middleTD = rmsNorm(hiddenTD, block.secondNorm, settings.epsilon);
            hiddenTD = hiddenTD + block.down(torch::silu(block.gate(middleTD)) * block.up(middleTD));
        }
        return rmsNorm(hiddenTD, finalNorm, settings.epsilon);
    }

private:
    std::vector<std::string> unusedNames_;
};

PretrainedDecoder::PretrainedDecoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedDecoder::~PretrainedDecoder() = default;

std::unique_ptr<PretrainedDecoder> PretrainedDecoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedDecoder>(new PretrainedDecoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedDecoder::hiddenStates(std::span<const std::int32_t> ids) const {
    const c10::InferenceMode noGradients;
    network_->check(ids);
    auto cache = network_->makeCache(static_cast<std::int64_t>(ids.size()));
    return rowsOf(network_->run(ids, 0, cache));
}

EncodedRows PretrainedDecoder::logits(std::span<const std::int32_t> ids) const {
    const c10::InferenceMode noGradients;
    network_->check(ids);
    auto cache = network_->makeCache(static_cast<std::int64_t>(ids.size()));
    return rowsOf(torch::linear(network_->run(ids, 0, cache), network_->headVD));
}

GeneratedText PretrainedDecoder::generate(std::span<const std::int32_t> prompt, const GenerateOptions& options) const {
    const c10::InferenceMode noGradients;
    network_->check(prompt);
    const auto read = static_cast<std::int64_t>(prompt.size());
    const auto room = std::min<std::int64_t>(options.mostTokens, network_->settings.positions - read);
    auto cache = network_->makeCache(read + std::max<std::int64_t>(room, 0));
    std::mt19937_64 random(options.seed);
    std::vector<std::int32_t> seen(prompt.begin(), prompt.end());
    GeneratedText text;
    auto hiddenTD = network_->run(prompt, 0, cache);
    for (std::int64_t written = 0; written < room; ++written) {
        auto own = rowsOf(torch::linear(hiddenTD.slice(0, hiddenTD.size(0) - 1), network_->headVD)).values;
        auto scores = own;
        penaliseRepetition(scores, seen, options.repetitionPenalty);
        const std::int32_t token = options.samples ? drawToken(scores, options, random) : mostLikely(scores);
        text.ids.push_back(token);
        text.logProbabilities.push_back(logProbability(own, token));
        seen.push_back(token);
        const auto& ends = network_->settings.endTokens;
        if (std::find(ends.begin(), ends.end(), token) != ends.end() || written + 1 == room) break;
        hiddenTD = network_->run(std::span(&token, 1), read + written, cache);
    }
    return text;
}

std::int64_t PretrainedDecoder::width() const { return network_->settings.width; }
std::int64_t PretrainedDecoder::vocabularySize() const { return network_->settings.vocabulary; }
std::int64_t PretrainedDecoder::mostTokens() const { return network_->settings.positions; }

} // namespace core
