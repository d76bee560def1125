#include "core/backbones/language_network.h"
#include "core/base/progress.h"
#include "core/tensors/attention.h"
#include "core/tensors/recomputed.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace core {

namespace {

// The functions below are written out, with their gradients, because a network of small width spends its time on
// passes over memory: as single tensor operations, each of them reads and writes several times as much.

using torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

constexpr std::int64_t lanes = 16; ///< sums are kept in so many parts, so that compilers use vectors

float dot(const float* first, const float* second, std::int64_t count) {
    float sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane) sums[lane] += first[i + lane] * second[i + lane];
    float sum = 0;
    for (const float part : sums) sum += part;
    for (; i < count; ++i) sum += first[i] * second[i];
    return sum;
}

template <class Work>
void forRows(std::int64_t rows, Work work) {
    constexpr std::int64_t aThread = 256;
    at::parallel_for(0, rows, aThread, [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t row = from; row < to; ++row) work(row);
    });
}

/// x / sqrt(mean(x^2) + epsilon) * weight, along the last dimension (Zhang and Sennrich 2019, arXiv 1910.07467).
struct RmsNorm final : torch::autograd::Function<RmsNorm> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& given, const torch::Tensor& weightD,
                                 double epsilon) {
        const auto input = given.contiguous(), weight = weightD.contiguous();
        const auto width = input.size(-1), rows = input.numel() / width;
        auto output = torch::empty_like(input), inverseR = torch::empty({rows});
        const float *x = input.data_ptr<float>(), *w = weight.data_ptr<float>();
        float *y = output.data_ptr<float>(), *inverse = inverseR.data_ptr<float>();
        forRows(rows, [&](std::int64_t row) {
            const float* from = x + row * width;
            float* to = y + row * width;
            const float scale =
                1.0F / std::sqrt(dot(from, from, width) / static_cast<float>(width) + static_cast<float>(epsilon));
            inverse[row] = scale;
            for (std::int64_t i = 0; i < width; ++i) to[i] = from[i] * scale * w[i];
        });
        context->save_for_backward({input, weight, inverseR});
        return output;
    }
    static Tensors backward(AutogradContext* context, const Tensors& gradients) {
        const auto saved = context->get_saved_variables();
        const auto gradient = gradients[0].contiguous();
        const auto width = gradient.size(-1), rows = gradient.numel() / width;
        auto toInput = torch::empty_like(gradient), toWeight = torch::zeros({width});
        const float *g = gradient.data_ptr<float>(), *x = saved[0].data_ptr<float>(), *w = saved[1].data_ptr<float>(),
                    *inverse = saved[2].data_ptr<float>();
        float *gx = toInput.data_ptr<float>(), *gw = toWeight.data_ptr<float>();
        forRows(rows, [&](std::int64_t row) {
            const float *from = x + row * width, *above = g + row * width;
            float* to = gx + row * width;
            for (std::int64_t i = 0; i < width; ++i) to[i] = above[i] * w[i];
            const float scale = inverse[row];
            const float along = dot(to, from, width) * scale * scale * scale / static_cast<float>(width);
            for (std::int64_t i = 0; i < width; ++i) to[i] = to[i] * scale - from[i] * along;
        });
        for (std::int64_t row = 0; row < rows; ++row) {
            const float *from = x + row * width, *above = g + row * width;
            const float scale = inverse[row];
            for (std::int64_t i = 0; i < width; ++i) gw[i] += above[i] * from[i] * scale;
        }
        return {toInput, toWeight, torch::Tensor()};
    }
};

/// Rotary positions: BT(HE) with each head's halves turned by their angles, as BHTE.
struct Rotate final : torch::autograd::Function<Rotate> {
    /// `sign` -1 turns back. From one layout into the other.
    static void turn(const torch::Tensor& from, const torch::Tensor& to, const torch::Tensor& cosTE,
                     const torch::Tensor& sinTE, bool isForward) {
        const auto& headed = isForward ? to : from;
        const auto texts = headed.size(0), heads = headed.size(1), count = headed.size(2), width = headed.size(3),
                   half = width / 2;
        const float *x = from.data_ptr<float>(), *cosines = cosTE.data_ptr<float>(), *sines = sinTE.data_ptr<float>();
        auto* y = to.data_ptr<float>();
        const float sign = isForward ? 1.0F : -1.0F;
        forRows(texts * count, [&](std::int64_t row) {
            const auto text = row / count, t = row % count;
            const float *c = cosines + t * width, *s = sines + t * width;
            for (std::int64_t head = 0; head < heads; ++head) {
                const auto flat = (row * heads + head) * width, byHead = ((text * heads + head) * count + t) * width;
                const float* in = x + (isForward ? flat : byHead);
                float* out = y + (isForward ? byHead : flat);
                for (std::int64_t i = 0; i < half; ++i) {
                    out[i] = in[i] * c[i] - sign * in[half + i] * s[i];
                    out[half + i] = in[half + i] * c[i] + sign * in[i] * s[i];
                }
            }
        });
    }
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& inputBTD, const torch::Tensor& cosTE,
                                 const torch::Tensor& sinTE) {
        const auto width = cosTE.size(1);
        auto outputBHTE =
            torch::empty({inputBTD.size(0), inputBTD.size(2) / width, inputBTD.size(1), width}, inputBTD.options());
        turn(inputBTD.contiguous(), outputBHTE, cosTE, sinTE, /*isForward=*/true);
        context->save_for_backward({cosTE, sinTE});
        return outputBHTE;
    }
    static Tensors backward(AutogradContext* context, const Tensors& gradients) {
        const auto saved = context->get_saved_variables();
        const auto aboveBHTE = gradients[0].contiguous();
        auto toInputBTD = torch::empty({aboveBHTE.size(0), aboveBHTE.size(2), aboveBHTE.size(1) * aboveBHTE.size(3)},
                                       aboveBHTE.options());
        turn(aboveBHTE, toInputBTD, saved[0], saved[1], /*isForward=*/false);
        return {toInputBTD, torch::Tensor(), torch::Tensor()};
    }
};

/// Softmax attention of BHTE over BKPE, in blocks of queries whose scores stay in the processor's cache and are made
/// anew for the gradient (Dao et al. 2022, arXiv 2205.14135). Key heads may serve several heads. `maskTP` (undefined:
/// all count) is added to the scores; `isCausal`: nothing behind the diagonal is even looked at.
struct BlockAttention final : torch::autograd::Function<BlockAttention> {
    static constexpr std::int64_t aBlock = 64;

    /// Calls work(text, head, first query, queries, keys that they may see).
    template <class Work>
    static void eachBlock(const torch::Tensor& queriesBHTE, std::int64_t total, bool isCausal, Work work) {
        const auto texts = queriesBHTE.size(0), heads = queriesBHTE.size(1), count = queriesBHTE.size(2);
        for (std::int64_t text = 0; text < texts; ++text)
            for (std::int64_t head = 0; head < heads; ++head)
                for (std::int64_t from = 0; from < count; from += aBlock) {
                    const auto block = std::min(aBlock, count - from);
                    work(text, head, from, block, isCausal ? total - count + from + block : total);
                }
    }
    static torch::Tensor weights(const torch::Tensor& queriesSE, const torch::Tensor& keysPE,
                                 const torch::Tensor& maskTP, std::int64_t from, double scale) {
        auto scoresSP = torch::mm(queriesSE, keysPE.t()).mul_(scale);
        if (maskTP.defined()) scoresSP.add_(maskTP.narrow(0, from, queriesSE.size(0)).narrow(1, 0, keysPE.size(0)));
        return torch::softmax(scoresSP, /*dim=*/-1);
    }
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& queriesBHTE,
                                 const torch::Tensor& keysBKPE, const torch::Tensor& valuesBKPE,
                                 const torch::Tensor& maskTP, double scale, bool isCausal) {
        const auto shared = queriesBHTE.size(1) / keysBKPE.size(1);
        auto outputBHTE = torch::empty_like(queriesBHTE);
        eachBlock(queriesBHTE, keysBKPE.size(2), isCausal, [&](auto text, auto head, auto from, auto block, auto seen) {
            const auto keysPE = keysBKPE[text][head / shared].narrow(0, 0, seen),
                       valuesPE = valuesBKPE[text][head / shared].narrow(0, 0, seen);
            auto outputSE = outputBHTE[text][head].narrow(0, from, block);
            torch::mm_out(outputSE,
                          weights(queriesBHTE[text][head].narrow(0, from, block), keysPE, maskTP, from, scale),
                          valuesPE);
        });
        context->save_for_backward({queriesBHTE, keysBKPE, valuesBKPE, maskTP, outputBHTE});
        context->saved_data["scale"] = scale;
        context->saved_data["is_causal"] = isCausal;
        return outputBHTE;
    }
    static Tensors backward(AutogradContext* context, const Tensors& gradients) {
        const auto saved = context->get_saved_variables();
        const auto &queries = saved[0], &keys = saved[1], &values = saved[2], &maskTP = saved[3], &output = saved[4];
        const double scale = context->saved_data["scale"].toDouble();
        const auto above = gradients[0].contiguous();
        const auto shared = queries.size(1) / keys.size(1);
        auto toQueries = torch::empty_like(queries), toKeys = torch::zeros_like(keys),
             toValues = torch::zeros_like(values);
        eachBlock(queries, keys.size(2), context->saved_data["is_causal"].toBool(),
                  [&](auto text, auto head, auto from, auto block, auto seen) {
                      const auto cut = [&](const torch::Tensor& of, std::int64_t at, std::int64_t first,
                                           std::int64_t rows) { return of[text][at].narrow(0, first, rows); };
                      const auto queriesSE = cut(queries, head, from, block), aboveSE = cut(above, head, from, block);
                      const auto keysPE = cut(keys, head / shared, 0, seen),
                                 valuesPE = cut(values, head / shared, 0, seen);
                      const auto weightsSP = weights(queriesSE, keysPE, maskTP, from, scale);
                      const auto meanS1 = (aboveSE * cut(output, head, from, block)).sum(/*dim=*/1, /*keepdim=*/true);
                      const auto toScoresSP = torch::mm(aboveSE, valuesPE.t()).sub_(meanS1).mul_(weightsSP).mul_(scale);
                      auto toQueriesSE = cut(toQueries, head, from, block);
                      torch::mm_out(toQueriesSE, toScoresSP, keysPE);
                      cut(toKeys, head / shared, 0, seen).addmm_(toScoresSP.t(), queriesSE);
                      cut(toValues, head / shared, 0, seen).addmm_(weightsSP.t(), aboveSE);
                  });
        return {toQueries, toKeys, toValues, torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

/// What is added to scores: 0 where token `read + t` sees token p, else -inf. Undefined where all see all.
torch::Tensor maskOf(std::int64_t read, std::int64_t count, std::int64_t openPrefix, std::int64_t window,
                     torch::Device device) {
    const std::int64_t total = read + count;
    const bool seesAllEarlier = window <= 0 || total <= window;
    if (seesAllEarlier && (count == 1 || openPrefix >= total)) return {};
    const auto queriesT1 = torch::arange(read, total).unsqueeze(1), keys1P = torch::arange(total).unsqueeze(0);
    auto hiddenTP = keys1P > queriesT1;
    if (openPrefix > 0) hiddenTP = hiddenTP.logical_and(keys1P >= openPrefix);
    if (!seesAllEarlier) hiddenTP = hiddenTP.logical_or(keys1P <= queriesT1 - window);
    return torch::zeros({count, total}).masked_fill(hiddenTP, -std::numeric_limits<float>::infinity()).to(device);
}

} // namespace

void KeyValueCache::reorder(const torch::Tensor& fromB) {
    for (auto& block : blocks) {
        const auto from = fromB.to(block.keysBKPE.device());
        block.keysBKPE = block.keysBKPE.index_select(0, from);
        block.valuesBKPE = block.valuesBKPE.index_select(0, from);
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
    frequencies_ = (1.0 / torch::pow(settings.ropeTheta, pairs)).to(device());
    hasOwnKernels = device().is_cpu();
}

KeyValueCache LanguageNetwork::makeCache(std::int64_t texts, std::int64_t capacity) const {
    KeyValueCache cache;
    cache.blocks.resize(blocks.size());
    for (auto& block : cache.blocks) {
        block.keysBKPE = torch::empty({texts, settings_.keyHeads, capacity, settings_.headWidth},
                                      tokensVD_.options().dtype(attentionType()).requires_grad(false));
        block.valuesBKPE = torch::empty_like(block.keysBKPE);
    }
    return cache;
}

torch::Tensor LanguageNetwork::embed(const torch::Tensor& idsT) const {
    return torch::embedding(tokensVD_, idsT.to(device())).to(torch::kFloat32);
}

torch::Tensor LanguageNetwork::normed(const torch::Tensor& inputBTD, const torch::Tensor& weightD) const {
    const auto exactBTD = inputBTD.to(torch::kFloat32);
    if (hasOwnKernels) return RmsNorm::apply(exactBTD, weightD, settings_.epsilon);
    return exactBTD * torch::rsqrt(exactBTD.square().mean(/*dim=*/-1, /*keepdim=*/true) + settings_.epsilon) * weightD;
}

torch::Tensor LanguageNetwork::turned(const torch::Tensor& inputBTD, const torch::Tensor& cosTE,
                                      const torch::Tensor& sinTE) const {
    const auto exactBTD = inputBTD.to(torch::kFloat32);
    if (hasOwnKernels) return Rotate::apply(exactBTD, cosTE, sinTE);
    const auto inputBHTE = exactBTD.unflatten(2, {-1, settings_.headWidth}).transpose(1, 2);
    const auto halves = inputBHTE.chunk(2, /*dim=*/-1);
    const auto crossedBHTE = torch::cat({-halves[1], halves[0]}, /*dim=*/-1);
    return (inputBHTE * cosTE + crossedBHTE * sinTE).to(attentionType());
}

torch::Tensor LanguageNetwork::attendedByLibTorch(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                                                  const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP,
                                                  bool isCausal) const {
    const auto shared = settings_.heads / settings_.keyHeads;
    const auto keysBHPE = keysBKPE.repeat_interleave(shared, /*dim=*/1),
               valuesBHPE = valuesBKPE.repeat_interleave(shared, /*dim=*/1);
    torch::Tensor outputBHTE;
    if (settings_.attentionCap <= 0) {
        outputBHTE = attention(queriesBHTE, keysBHPE, valuesBHPE, settings_.queryScale,
                               {.mask = maskTP, .isCausal = isCausal, .dropout = 0});
    } else {
        auto scoresBHTP =
            torch::matmul(queriesBHTE * settings_.queryScale, keysBHPE.transpose(2, 3)).to(torch::kFloat32);
        scoresBHTP = torch::tanh(scoresBHTP / settings_.attentionCap) * settings_.attentionCap;
        if (maskTP.defined()) scoresBHTP = scoresBHTP + maskTP;
        outputBHTE = torch::matmul(torch::softmax(scoresBHTP, /*dim=*/-1).to(attentionType()), valuesBHPE);
    }
    return outputBHTE.transpose(1, 2).flatten(2);
}

torch::Tensor LanguageNetwork::attended(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBKPE,
                                        const torch::Tensor& valuesBKPE, const torch::Tensor& maskTP,
                                        bool isCausal) const {
    if (!hasOwnKernels) return attendedByLibTorch(queriesBHTE, keysBKPE, valuesBKPE, maskTP, isCausal);
    const auto texts = queriesBHTE.size(0), count = queriesBHTE.size(2), total = keysBKPE.size(2);
    // Each key head serves several query heads: they are rows of one product.
    const auto shared = settings_.heads / settings_.keyHeads;
    // Many short texts are one product for all: by themselves they are too small to pay for a call each.
    const bool areShort = texts > 1 && count * total <= BlockAttention::aBlock * BlockAttention::aBlock;
    if (count > 1 && !areShort && settings_.attentionCap <= 0)
        return BlockAttention::apply(queriesBHTE, keysBKPE, valuesBKPE, maskTP, settings_.queryScale, isCausal)
            .transpose(1, 2)
            .reshape({texts, count, settings_.heads * settings_.headWidth});
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

torch::Tensor LanguageNetwork::run(const torch::Tensor& embeddingsBTD, const Mask& mask, KeyValueCache* cache,
                                   const std::stop_token& stop) const {
    const auto texts = embeddingsBTD.size(0), count = embeddingsBTD.size(1);
    const std::int64_t read = cache ? cache->read : 0, total = read + count;
    const auto places = torch::arange(read + firstPosition_, total + firstPosition_, frequencies_.options());
    const auto anglesTH = places.unsqueeze(1) * frequencies_.unsqueeze(0);
    const auto anglesTE = torch::cat({anglesTH, anglesTH}, /*dim=*/-1);
    const auto cosTE = anglesTE.cos(), sinTE = anglesTE.sin();
    // A mask that hides what comes later and nothing else need not be read by LibTorch's attention.
    const bool isPlain = !hasOwnKernels && mask.openPrefix == 0 && read == 0 && settings_.attentionCap <= 0;
    const auto wholeTP = isPlain ? torch::Tensor() : maskOf(read, count, mask.openPrefix, 0, device());
    const bool areWindowed = settings_.window > 0 && mask.hasWindows && total > settings_.window;
    const auto windowTP = areWindowed ? maskOf(read, count, mask.openPrefix, settings_.window, device()) : wholeTP;
    const auto byHead = [=, this](const torch::Tensor& tensor, std::int64_t heads) {
        return tensor.view({texts, count, heads, settings_.headWidth}).transpose(1, 2).to(attentionType());
    };
    const bool isGemma = settings_.kind == DecoderSettings::Kind::gemma2;
    // By value: where it is recomputed, it runs again after this function has returned.
    const auto throughBlock = [=, this](std::size_t i, torch::Tensor hiddenBTD, KeyValueCache* into,
                                        const std::stop_token& ending) {
        const Block& block = blocks[i];
        throwIfStopped(ending, "read a text");
        const auto inputBTD = normed(hiddenBTD, block.firstNormD).to(productType);
        const auto queriesBHTE = turned(block.query(inputBTD), cosTE, sinTE);
        auto keysBKPE = turned(block.key(inputBTD), cosTE, sinTE);
        auto valuesBKPE = byHead(block.value(inputBTD), settings_.keyHeads);
        if (into) {
            auto& kept = into->blocks[i];
            kept.keysBKPE.slice(2, read, total).copy_(keysBKPE);
            kept.valuesBKPE.slice(2, read, total).copy_(valuesBKPE);
            keysBKPE = kept.keysBKPE.slice(2, 0, total);
            valuesBKPE = kept.valuesBKPE.slice(2, 0, total);
        }
        const bool isWindowed = areWindowed && settings_.hasWindow[i];
        auto stepBTD = block.output(attended(queriesBHTE, keysBKPE, valuesBKPE, isWindowed ? windowTP : wholeTP,
                                             /*isCausal=*/hasOwnKernels ? mask.openPrefix == 0 : isPlain && !isWindowed)
                                        .to(productType));
        hiddenBTD = hiddenBTD + (isGemma ? normed(stepBTD, block.afterAttentionD) : stepBTD);
        throwIfStopped(ending, "read a text");
        const auto middleBTD = normed(hiddenBTD, block.secondNormD).to(productType);
        stepBTD = block.down(activate(block.gate(middleBTD), settings_.activation) * block.up(middleBTD));
        return hiddenBTD + (isGemma ? normed(stepBTD, block.afterInnerD) : stepBTD);
    };
    auto hiddenBTD = settings_.embeddingScale == 1 ? embeddingsBTD : embeddingsBTD * settings_.embeddingScale;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        hiddenBTD =
            recomputes && !cache
                ? recomputed(hiddenBTD, [=](const auto& inputBTD) { return throughBlock(i, inputBTD, {}, stop); })
                : throughBlock(i, hiddenBTD, cache, stop);
    if (cache) cache->read = total;
    return normed(hiddenBTD, finalNormD_);
}

torch::Tensor LanguageNetwork::logits(const torch::Tensor& hiddenD) const {
    const auto scoresV = torch::linear(hiddenD.to(productType), headVD_.to(productType)).to(torch::kFloat32);
    return settings_.logitCap > 0 ? torch::tanh(scoresV / settings_.logitCap) * settings_.logitCap : scoresV;
}

} // namespace core
