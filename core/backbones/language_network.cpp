#include "core/backbones/language_network.h"
#include <fmt/format.h>
#include <limits>

namespace core {

namespace {

torch::Tensor rmsNorm(const torch::Tensor& input, const torch::Tensor& weightD, double epsilon) {
    return input * torch::rsqrt(input.pow(2).mean(/*dim=*/-1, /*keepdim=*/true) + epsilon) * weightD;
}

torch::Tensor rotated(const torch::Tensor& headsBHTE, const torch::Tensor& cosTE, const torch::Tensor& sinTE) {
    const auto halves = headsBHTE.chunk(2, /*dim=*/-1);
    return headsBHTE * cosTE + torch::cat({-halves[1], halves[0]}, /*dim=*/-1) * sinTE;
}

/// What is added to scores: 0 where token `read + t` sees token p, else -inf. Undefined where all see all.
torch::Tensor maskOf(std::int64_t read, std::int64_t count, std::int64_t openPrefix, std::int64_t window) {
    const std::int64_t total = read + count;
    const bool seesAllEarlier = window <= 0 || total <= window;
    if (seesAllEarlier && (count == 1 || openPrefix >= total)) return {};
    const auto queriesT1 = torch::arange(read, total).unsqueeze(1), keys1P = torch::arange(total).unsqueeze(0);
    auto hiddenTP = keys1P > queriesT1;
    if (openPrefix > 0) hiddenTP = hiddenTP.logical_and(keys1P >= openPrefix);
    if (!seesAllEarlier) hiddenTP = hiddenTP.logical_or(keys1P <= queriesT1 - window);
    return torch::zeros({count, total}).masked_fill(hiddenTP, -std::numeric_limits<float>::infinity());
}

} // namespace

void KeyValueCache::reorder(const torch::Tensor& fromB) {
    for (auto& block : blocks) {
        block.keysBKPE = block.keysBKPE.index_select(0, fromB);
        block.valuesBKPE = block.valuesBKPE.index_select(0, fromB);
    }
}

LanguageNetwork::LanguageNetwork(WeightSource source, WeightSource head, const DecoderSettings& settings,
                                 std::int64_t firstPosition)
    : settings_(settings), firstPosition_(firstPosition) {
    const bool isGemma = settings.kind == DecoderSettings::Kind::gemma2;
    const auto width = settings.width, inner = settings.innerWidth;
    const auto queries = settings.heads * settings.headWidth, keys = settings.keyHeads * settings.headWidth;
    const auto norm = [&](const std::string& name) {
        const auto weightD = source.take(name + ".weight", {width});
        return isGemma ? weightD + 1 : weightD;
    };
    tokensVD_ = source.take("embed_tokens.weight", {settings.vocabulary, width});
    for (std::int64_t i = 0; i < settings.layers; ++i) {
        const std::string at = fmt::format("layers.{}.", i);
        const auto attention = [&](const char* name, std::int64_t to, std::int64_t from) {
            return takeLinear(source, at + "self_attn." + name, to, from, settings.hasAttentionBias);
        };
        const auto feedForward = [&](const char* name, std::int64_t to, std::int64_t from) {
            return takeLinear(source, at + "mlp." + name, to, from, settings.hasInnerBias);
        };
        Block block;
        block.firstNormD = norm(at + "input_layernorm");
        if (isGemma) {
            block.afterAttentionD = norm(at + "post_attention_layernorm");
            block.secondNormD = norm(at + "pre_feedforward_layernorm");
            block.afterInnerD = norm(at + "post_feedforward_layernorm");
        } else
            block.secondNormD = norm(at + "post_attention_layernorm");
        block.query = attention("q_proj", queries, width);
        block.key = attention("k_proj", keys, width);
        block.value = attention("v_proj", keys, width);
        block.output = attention("o_proj", width, queries);
        block.gate = feedForward("gate_proj", inner, width);
        block.up = feedForward("up_proj", inner, width);
        block.down = feedForward("down_proj", width, inner);
        blocks.push_back(std::move(block));
    }
    finalNormD_ = norm("norm");
    headVD_ = settings.hasTiedHead ? tokensVD_ : head.take("lm_head.weight", {settings.vocabulary, width});
    // Rotary positions (Su et al. 2021, arXiv 2104.09864), halves of a head as pairs.
    const auto pairs =
        torch::arange(0, settings.headWidth, 2, torch::kFloat32) / static_cast<double>(settings.headWidth);
    frequencies_ = 1.0 / torch::pow(settings.ropeTheta, pairs);
}

KeyValueCache LanguageNetwork::makeCache(std::int64_t texts, std::int64_t capacity) const {
    KeyValueCache cache;
    cache.blocks.resize(blocks.size());
    for (auto& block : cache.blocks) {
        block.keysBKPE = torch::empty({texts, settings_.keyHeads, capacity, settings_.headWidth});
        block.valuesBKPE = torch::empty_like(block.keysBKPE);
    }
    return cache;
}

torch::Tensor LanguageNetwork::embed(const torch::Tensor& idsT) const { return torch::embedding(tokensVD_, idsT); }

torch::Tensor LanguageNetwork::attended(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                                        const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP) const {
    const auto texts = queriesBHTE.size(0), count = queriesBHTE.size(2), total = keysBKPE.size(2);
    // Each key head serves several query heads: they are rows of one product.
    const auto shared = settings_.heads / settings_.keyHeads;
    const auto groupedBKSE = queriesBHTE.reshape({texts, settings_.keyHeads, shared * count, settings_.headWidth});
    auto scores = torch::matmul(groupedBKSE, keysBKPE.transpose(2, 3)) * settings_.queryScale;
    if (settings_.attentionCap > 0) scores = torch::tanh(scores / settings_.attentionCap) * settings_.attentionCap;
    if (maskTP.defined()) scores = scores.view({texts, settings_.heads, count, total}) + maskTP;
    const auto weightsBKSP =
        torch::softmax(scores, /*dim=*/-1).view({texts, settings_.keyHeads, shared * count, total});
    return torch::matmul(weightsBKSP, valuesBKPE)
        .view({texts, settings_.heads, count, settings_.headWidth})
        .transpose(1, 2)
        .reshape({texts, count, settings_.heads * settings_.headWidth});
}

torch::Tensor LanguageNetwork::run(const torch::Tensor& embeddingsBTD, const Mask& mask, KeyValueCache* cache) const {
    const auto texts = embeddingsBTD.size(0), count = embeddingsBTD.size(1);
    const std::int64_t read = cache ? cache->read : 0, total = read + count;
    const auto places = torch::arange(read + firstPosition_, total + firstPosition_, torch::kFloat32);
    const auto anglesTH = places.unsqueeze(1) * frequencies_.unsqueeze(0);
    const auto anglesTE = torch::cat({anglesTH, anglesTH}, /*dim=*/-1);
    const auto cosTE = anglesTE.cos(), sinTE = anglesTE.sin();
    const auto wholeTP = maskOf(read, count, mask.openPrefix, 0);
    const auto windowTP =
        settings_.window > 0 && mask.hasWindows ? maskOf(read, count, mask.openPrefix, settings_.window) : wholeTP;
    const auto byHead = [&](const torch::Tensor& tensor, std::int64_t heads) {
        return tensor.view({texts, count, heads, settings_.headWidth}).transpose(1, 2);
    };
    const auto normed = [&](const torch::Tensor& input, const torch::Tensor& weightD) {
        return rmsNorm(input, weightD, settings_.epsilon);
    };
    const bool isGemma = settings_.kind == DecoderSettings::Kind::gemma2;
    auto hiddenBTD = settings_.embeddingScale == 1 ? embeddingsBTD : embeddingsBTD * settings_.embeddingScale;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Block& block = blocks[i];
        const auto inputBTD = normed(hiddenBTD, block.firstNormD);
        const auto queriesBHTE = rotated(byHead(block.query(inputBTD), settings_.heads), cosTE, sinTE);
        auto keysBKPE = rotated(byHead(block.key(inputBTD), settings_.keyHeads), cosTE, sinTE);
        auto valuesBKPE = byHead(block.value(inputBTD), settings_.keyHeads);
        if (cache) {
            auto& kept = cache->blocks[i];
            kept.keysBKPE.slice(2, read, total).copy_(keysBKPE);
            kept.valuesBKPE.slice(2, read, total).copy_(valuesBKPE);
            keysBKPE = kept.keysBKPE.slice(2, 0, total);
            valuesBKPE = kept.valuesBKPE.slice(2, 0, total);
        }
        auto stepBTD =
            block.output(attended(queriesBHTE, keysBKPE, valuesBKPE, settings_.hasWindow[i] ? windowTP : wholeTP));
        hiddenBTD = hiddenBTD + (isGemma ? normed(stepBTD, block.afterAttentionD) : stepBTD);
        const auto middleBTD = normed(hiddenBTD, block.secondNormD);
        stepBTD = block.down(activate(block.gate(middleBTD), settings_.activation) * block.up(middleBTD));
        hiddenBTD = hiddenBTD + (isGemma ? normed(stepBTD, block.afterInnerD) : stepBTD);
    }
    if (cache) cache->read = total;
    return normed(hiddenBTD, finalNormD_);
}

torch::Tensor LanguageNetwork::logits(const torch::Tensor& hiddenD) const {
    const auto scoresV = torch::linear(hiddenD, headVD_);
    return settings_.logitCap > 0 ? torch::tanh(scoresV / settings_.logitCap) * settings_.logitCap : scoresV;
}

} // namespace core
