#include "core/training/vlm_step.h"
#include "core/base/error.h"
#include "core/training/losses.h"
#include <cmath>
#include <fmt/format.h>

namespace core {

torch::Tensor nextTokenLossSum(const VlmNetworkImpl& network, const torch::Tensor& hiddenBTD,
                               const std::vector<std::int64_t>& predicted, const std::vector<std::int64_t>& tokenN) {
    if (predicted.empty()) return hiddenBTD.sum() * 0;
    auto before = predicted;
    for (auto& position : before) --position;
    const auto scoresNV = network.logits(hiddenBTD.flatten(0, 1).index_select(0, torch::tensor(before, torch::kInt64)));
    return torch::nn::functional::cross_entropy(
        scoresNV, torch::tensor(tokenN, torch::kInt64),
        torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
}

torch::Tensor inBatchLoss(const torch::Tensor& anchorsBP, const torch::Tensor& candidatesBP, const torch::Tensor& rowB,
                          const torch::Tensor& temperature, LossDirection direction) {
    if (direction == LossDirection::row) return infoNce(anchorsBP, candidatesBP, rowB, temperature);
    const auto columns = infoNce(candidatesBP, anchorsBP, rowB, temperature);
    if (direction == LossDirection::column) return columns;
    return (infoNce(anchorsBP, candidatesBP, rowB, temperature) + columns) / 2;
}

VlmStep::Texts VlmStep::textsOf(std::span<const VlmWindow> batch) const {
    Texts texts;
    for (const auto& window : batch) {
        const auto events = split_.training(window.user).subspan(static_cast<std::size_t>(window.from));
        std::vector<std::int32_t> history;
        for (std::int64_t i = 0; i < window.count; ++i)
            history.push_back(catalog_.rowOf(events[static_cast<std::size_t>(i)].item));
        const auto target = catalog_.rowOf(events[static_cast<std::size_t>(window.count)].item);
        texts.joint.push_back(prompt_.history(catalog_, history));
        texts.historyTokens.push_back(texts.joint.back().size());
        texts.alone.push_back(prompt_.target(catalog_, target));
        texts.joint.back().append(texts.alone.back());
        texts.row.push_back(target);
        for (const bool isWritten : texts.alone.back().isWritten) texts.predicted += isWritten;
    }
    return texts;
}

torch::Tensor VlmStep::hidden(std::span<const VlmText> texts, std::span<const std::int64_t> openTokens,
                              const ShownPictures& shown, const torch::Tensor& picturesQKD) {
    const auto read = [&](std::span<const VlmText> part, std::int64_t open) {
        VlmNetworkImpl::Batch batch{
            .texts = {}, .placeOfPicture = shown.placeOfPicture, .picturesQKD = picturesQKD, .openTokens = open};
        for (const auto& text : part) batch.texts.push_back(&text);
        return network_->hidden(batch);
    };
    if (!network_->hasOpenPrefix()) return read(texts, 0);
    // Their open parts differ in length, and a batch has one.
    std::int64_t longest = 0;
    for (const auto& text : texts) longest = std::max(longest, text.size());
    std::vector<torch::Tensor> each;
    for (std::size_t b = 0; b < texts.size(); ++b) {
        const auto one = read(texts.subspan(b, 1), openTokens[b]);
        each.push_back(torch::constant_pad_nd(one, {0, 0, 0, longest - one.size(1)}));
    }
    return torch::cat(each);
}

VlmStep::Vectors VlmStep::read(const Texts& texts, std::size_t from, std::size_t count, bool wantsTokens) {
    const std::span joint(texts.joint.data() + from, count), alone(texts.alone.data() + from, count);
    const std::span history(texts.historyTokens.data() + from, count);
    std::vector<const VlmText*> all;
    for (const auto& text : joint) all.push_back(&text);
    const auto shown = shownPictures(all, catalog_.inputs.pictureCount()); // targets stand in joint texts, too
    torch::Tensor picturesQKD;
    if (!shown.pictures.empty()) picturesQKD = network_->pictureTokens(catalog_.inputs, shown.pictures);

    const auto jointBTD = hidden(joint, history, shown, picturesQKD);
    std::vector<std::int64_t> start(count, 0), jointEnd, aloneEnd, predicted, tokens;
    for (std::size_t b = 0; b < count; ++b) {
        jointEnd.push_back(joint[b].size());
        aloneEnd.push_back(alone[b].size());
        for (std::int64_t t = history[b]; t < joint[b].size(); ++t) {
            if (!joint[b].isWritten[static_cast<std::size_t>(t)]) continue;
            predicted.push_back(static_cast<std::int64_t>(b) * jointBTD.size(1) + t);
            tokens.push_back(joint[b].ids[static_cast<std::size_t>(t)]);
        }
    }
    const auto aloneBTD = hidden(alone, aloneEnd, shown, picturesQKD);
    Vectors vectors;
    vectors.userBP = network_->projectUser(meanOf(jointBTD, start, history));
    vectors.jointBP = network_->projectItem(meanOf(jointBTD, history, jointEnd));
    vectors.aloneBP = network_->projectItem(meanOf(aloneBTD, start, aloneEnd));
    if (wantsTokens) vectors.nextTokenSum = nextTokenLossSum(*network_, jointBTD, predicted, tokens);
    return vectors;
}

torch::Tensor VlmStep::contrast(const Vectors& vectors, const Texts& texts, VlmLosses& losses) {
    const auto rowB = torch::tensor(texts.row, torch::kInt64);
    const auto temperature = network_->temperature();
    const auto itemItem = inBatchLoss(vectors.jointBP, vectors.aloneBP, rowB, temperature, recipe_.direction);
    const auto userItem = inBatchLoss(vectors.userBP, vectors.aloneBP, rowB, temperature, recipe_.direction);
    losses.itemItem = itemItem.item<double>();
    losses.userItem = userItem.item<double>();
    return recipe_.itemItem * itemItem + recipe_.userItem * userItem;
}

VlmLosses VlmStep::addGradients(std::span<const VlmWindow> batch, double share, std::uint64_t seed,
                                const std::stop_token& stop) {
    const auto texts = textsOf(batch);
    const double tokenWeight =
        (1 - recipe_.itemItem - recipe_.userItem) / static_cast<double>(std::max<std::int64_t>(1, texts.predicted));
    const auto part = static_cast<std::size_t>(recipe_.microBatch);
    VlmLosses losses;
    double tokenSum = 0;
    if (batch.size() <= part) {
        throwIfStopped(stop, "train");
        torch::manual_seed(seed);
        const auto vectors = read(texts, 0, batch.size(), /*wantsTokens=*/true);
        tokenSum = vectors.nextTokenSum.item<double>();
        throwIfStopped(stop, "train");
        ((contrast(vectors, texts, losses) + tokenWeight * vectors.nextTokenSum) * share).backward();
    } else {
        std::vector<torch::Tensor> user, joint, alone;
        for (std::size_t from = 0; from < batch.size(); from += part) {
            throwIfStopped(stop, "train");
            const torch::NoGradGuard noGradients;
            torch::manual_seed(seed + from); // the second reading drops out the same
            const auto vectors = read(texts, from, std::min(part, batch.size() - from), /*wantsTokens=*/false);
            user.push_back(vectors.userBP);
            joint.push_back(vectors.jointBP);
            alone.push_back(vectors.aloneBP);
        }
        // The losses' gradients stop at the projections; from there on each part goes alone.
        Vectors whole;
        whole.userBP = torch::cat(user).requires_grad_();
        whole.jointBP = torch::cat(joint).requires_grad_();
        whole.aloneBP = torch::cat(alone).requires_grad_();
        (contrast(whole, texts, losses) * share).backward();
        for (std::size_t from = 0; from < batch.size(); from += part) {
            throwIfStopped(stop, "train");
            torch::manual_seed(seed + from);
            const auto count = std::min(part, batch.size() - from);
            const auto vectors = read(texts, from, count, /*wantsTokens=*/true);
            tokenSum += vectors.nextTokenSum.item<double>();
            const auto carried = [&](const torch::Tensor& projected, const torch::Tensor& wholeBP) {
                return (projected *
                        wholeBP.grad().narrow(0, static_cast<std::int64_t>(from), static_cast<std::int64_t>(count)))
                    .sum();
            };
            (carried(vectors.userBP, whole.userBP) + carried(vectors.jointBP, whole.jointBP) +
             carried(vectors.aloneBP, whole.aloneBP) + share * tokenWeight * vectors.nextTokenSum)
                .backward();
        }
    }
    losses.nextToken = tokenSum / static_cast<double>(std::max<std::int64_t>(1, texts.predicted));
    losses.total = (1 - recipe_.itemItem - recipe_.userItem) * losses.nextToken + recipe_.itemItem * losses.itemItem +
                   recipe_.userItem * losses.userItem;
    if (!std::isfinite(losses.total))
        throw Error(ErrorKind::internal, fmt::format("train: the loss is {}", losses.total));
    return losses;
}

} // namespace core
