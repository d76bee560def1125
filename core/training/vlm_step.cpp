#include "core/training/vlm_step.h"
#include "core/base/error.h"
#include "core/tensors/tensor_on.h"
#include "core/training/losses.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace core {

torch::Tensor nextTokenLossSum(const VlmNetworkImpl& network, const torch::Tensor& hiddenBTD,
                               const std::vector<std::int64_t>& predicted, const std::vector<std::int64_t>& tokenN) {
    if (predicted.empty()) return hiddenBTD.sum() * 0;
    auto before = predicted;
    for (auto& position : before) --position;
    const auto device = hiddenBTD.device();
    const auto scoresNV = network.logits(hiddenBTD.flatten(0, 1).index_select(0, tensorOn(device, before)));
    return torch::nn::functional::cross_entropy(
        scoresNV, tensorOn(device, tokenN), torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
}

torch::Tensor inBatchLoss(const torch::Tensor& anchorsBP, const torch::Tensor& candidatesBP, const torch::Tensor& rowB,
                          const torch::Tensor& temperature, LossDirection direction) {
    if (direction == LossDirection::row) return infoNce(anchorsBP, candidatesBP, rowB, temperature);
    auto columns = infoNce(candidatesBP, anchorsBP, rowB, temperature);
    if (direction == LossDirection::column) return columns;
    return (infoNce(anchorsBP, candidatesBP, rowB, temperature) + columns) / 2;
}

VlmStep::VlmStep(VlmNetwork network, const VlmPrompt& prompt, const VlmCatalog& catalog, const HeldOut& split,
                 const VlmRecipe& recipe, std::int64_t users)
    : network_(std::move(network)), prompt_(prompt), catalog_(catalog), split_(split), recipe_(recipe),
      isEven_(network_->settings().isEven()), shareOfRow_(static_cast<std::size_t>(catalog.rowCount()), 0) {
    if (isEven_ && network_->hasOpenPrefix())
        throw Error(ErrorKind::invalidInput,
                    "train: the even prompt needs a network in which no token sees a later one; use prompt=plain");
    if (!recipe.isDebiased) return;
    double events = 0;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(users); ++user)
        for (const auto& event : split.training({user})) {
            shareOfRow_[static_cast<std::size_t>(catalog.rowOf(event.item))] += 1;
            events += 1;
        }
    for (auto& share : shareOfRow_) share /= std::max(1.0, events);
}

VlmStep::Texts VlmStep::textsOf(std::span<const VlmWindow> batch) const {
    struct Read {
        VlmText text;
        std::vector<std::int32_t> rows;
        std::vector<VlmSpan> items; ///< of the targets
    };
    std::vector<Read> all;
    for (const auto& window : batch) {
        const auto events = split_.training(window.user).subspan(static_cast<std::size_t>(window.from));
        Read read;
        for (std::int64_t i = 0; i <= window.count; ++i)
            read.rows.push_back(catalog_.rowOf(events[static_cast<std::size_t>(i)].item));
        if (isEven_) {
            read.text = prompt_.stretch(catalog_, read.rows, read.items);
            read.items.erase(read.items.begin());
        } else {
            read.text = prompt_.history(catalog_, std::span(read.rows).first(read.rows.size() - 1));
            const auto from = read.text.size();
            read.text.append(prompt_.target(catalog_, read.rows.back()));
            read.items.push_back({from, read.text.size()});
        }
        all.push_back(std::move(read));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Read& first, const Read& second) { return first.text.size() > second.text.size(); });
    std::map<std::int32_t, std::size_t> aloneOfRow;
    for (const auto& read : all)
        for (std::size_t i = 0; i < read.items.size(); ++i)
            aloneOfRow[read.rows[read.rows.size() - read.items.size() + i]] = 0;
    std::vector<std::pair<std::int32_t, VlmText>> alone;
    for (const auto& [row, place] : aloneOfRow) alone.emplace_back(row, prompt_.target(catalog_, row));
    std::stable_sort(alone.begin(), alone.end(),
                     [](const auto& first, const auto& second) { return first.second.size() > second.second.size(); });
    Texts texts;
    for (auto& [row, text] : alone) {
        aloneOfRow[row] = texts.alone.size();
        texts.aloneRow.push_back(row);
        texts.alone.push_back(std::move(text));
    }
    for (auto& read : all) {
        const auto window = texts.joint.size();
        texts.firstTarget.push_back(texts.targets.size());
        const auto first = read.rows.size() - read.items.size();
        for (std::size_t i = 0; i < read.items.size(); ++i) {
            const auto row = read.rows[first + i];
            texts.targets.push_back({{static_cast<std::int64_t>(window), read.items[i]}, aloneOfRow[row], window, row});
        }
        texts.windowRows.emplace_back(read.rows.begin(), read.rows.end());
        texts.joint.push_back(std::move(read.text));
    }
    texts.firstTarget.push_back(texts.targets.size());
    std::vector<std::int64_t> predicted;
    for (const auto& target : texts.targets) addPredicted(texts, target, predicted);
    texts.predicted = std::ssize(predicted);
    return texts;
}

void VlmStep::addPredicted(const Texts& texts, const Target& target, std::vector<std::int64_t>& into) const {
    const auto& text = texts.joint[static_cast<std::size_t>(target.joint.text)];
    const auto [from, to] = target.joint.tokens;
    for (auto t = from; t < to; ++t)
        if (text.isWritten[static_cast<std::size_t>(t)]) into.push_back(t);
    // What ends a product in the even prompt is what follows it.
    if (isEven_ && to < text.size() && text.isWritten[static_cast<std::size_t>(to - 1)]) into.push_back(to);
}

template <class Visit>
void VlmStep::eachBlock(std::span<const VlmText> texts, Range range, std::span<const std::int64_t> openTokens,
                        const ShownPictures& shown, const torch::Tensor& picturesQKD, Visit visit) {
    const std::int64_t tokensABlock = network_->device().is_cuda() ? 65'536 : 4096; // more leaves a processor's caches
    for (auto from = range.from; from < range.to;) {
        const auto longest = std::max<std::int64_t>(1, texts[from].size());
        // Open parts differ in length, and a batch has one.
        const auto most = network_->hasOpenPrefix() ? 1 : std::max<std::int64_t>(1, tokensABlock / longest);
        const auto to = std::min(range.to, from + static_cast<std::size_t>(most));
        VlmNetworkImpl::Batch batch{.texts = {},
                                    .placeOfPicture = shown.placeOfPicture,
                                    .picturesQKD = picturesQKD,
                                    .openTokens = openTokens[from]};
        for (const auto& text : texts.subspan(from, to - from)) batch.texts.push_back(&text);
        visit(Range{from, to}, network_->hidden(batch));
        from = to;
    }
}

VlmStep::Vectors VlmStep::read(const Texts& texts, Range joint, Range alone, bool wantsTokens) {
    std::vector<const VlmText*> all;
    for (auto i = joint.from; i < joint.to; ++i) all.push_back(&texts.joint[i]);
    for (auto i = alone.from; i < alone.to; ++i) all.push_back(&texts.alone[i]);
    const auto shown = shownPictures(all, catalog_.inputs.pictureCount());
    torch::Tensor picturesQKD;
    if (!shown.pictures.empty()) picturesQKD = network_->pictureTokens(catalog_.inputs, shown.pictures);

    std::vector<std::int64_t> openJoint, openAlone;
    for (std::size_t i = 0; i < texts.joint.size(); ++i)
        openJoint.push_back(texts.targets[texts.firstTarget[i]].joint.tokens.from);
    for (const auto& text : texts.alone) openAlone.push_back(text.size());
    Vectors vectors;
    std::vector<torch::Tensor> users, joints, alones;
    eachBlock(texts.joint, joint, openJoint, shown, picturesQKD, [&](Range block, const torch::Tensor& hiddenBTD) {
        std::vector<BatchSpan> before, own;
        std::vector<std::int64_t> predicted, tokens;
        for (auto n = texts.firstTarget[block.from]; n < texts.firstTarget[block.to]; ++n) {
            const auto& target = texts.targets[n];
            const auto text = target.joint.text - static_cast<std::int64_t>(block.from);
            before.push_back({text, {0, target.joint.tokens.from}});
            own.push_back({text, target.joint.tokens});
            if (!wantsTokens) continue;
            const auto first = predicted.size();
            addPredicted(texts, target, predicted);
            for (auto i = first; i < predicted.size(); ++i) {
                tokens.push_back(texts.joint[static_cast<std::size_t>(target.joint.text)]
                                     .ids[static_cast<std::size_t>(predicted[i])]);
                predicted[i] += text * hiddenBTD.size(1);
            }
        }
        users.push_back(meansOf(hiddenBTD, before));
        joints.push_back(meansOf(hiddenBTD, own));
        if (!wantsTokens) return;
        const auto sum = nextTokenLossSum(*network_, hiddenBTD, predicted, tokens);
        vectors.nextTokenSum = vectors.nextTokenSum.defined() ? vectors.nextTokenSum + sum : sum;
    });
    eachBlock(texts.alone, alone, openAlone, shown, picturesQKD, [&](Range block, const torch::Tensor& hiddenBTD) {
        std::vector<BatchSpan> whole;
        for (auto i = block.from; i < block.to; ++i)
            whole.push_back({static_cast<std::int64_t>(i - block.from), {0, texts.alone[i].size()}});
        alones.push_back(meansOf(hiddenBTD, whole));
    });
    if (!users.empty()) {
        vectors.userNP = network_->projectUser(torch::cat(users));
        vectors.jointNP = network_->projectItem(torch::cat(joints));
    }
    if (!alones.empty()) vectors.aloneCP = network_->projectItem(torch::cat(alones));
    return vectors;
}

torch::Tensor VlmStep::overCatalog(const torch::Tensor& anchorsNP, const torch::Tensor& aloneCP, const Texts& texts) {
    NextItem next{.usersNP = anchorsNP,
                  .itemsCP = aloneCP,
                  .targetN = {},
                  .logWeightC = {},
                  .excludedRowK = {},
                  .excludedColumnK = {},
                  .excludedByK = {}};
    std::vector<float> logWeight;
    std::vector<std::int64_t> aloneOfRow(static_cast<std::size_t>(catalog_.rowCount()), -1), target, row, column;
    for (std::size_t c = 0; c < texts.aloneRow.size(); ++c) {
        const auto at = static_cast<std::size_t>(texts.aloneRow[c]);
        aloneOfRow[at] = static_cast<std::int64_t>(c);
        const double chance = -std::expm1(-static_cast<double>(texts.targets.size()) * shareOfRow_[at]);
        logWeight.push_back(static_cast<float>(std::log(catalog_.inputs.itemsOfRow[at] / chance)));
    }
    for (std::size_t n = 0; n < texts.targets.size(); ++n) {
        target.push_back(static_cast<std::int64_t>(texts.targets[n].alone));
        for (const auto other : texts.windowRows[texts.targets[n].window])
            if (const auto at = aloneOfRow[static_cast<std::size_t>(other)]; at >= 0 && at != target.back()) {
                row.push_back(static_cast<std::int64_t>(n));
                column.push_back(at);
            }
    }
    const auto device = network_->device();
    next.targetN = tensorOn(device, target);
    next.logWeightC = tensorOn(device, logWeight);
    next.excludedRowK = tensorOn(device, row);
    next.excludedColumnK = tensorOn(device, column);
    next.excludedByK = torch::full({std::ssize(row)}, -1e9, device);
    return nextItemLoss(next, network_->temperature());
}

torch::Tensor VlmStep::contrast(const Vectors& vectors, const Texts& texts, VlmLosses& losses) {
    torch::Tensor itemItem, userItem;
    if (recipe_.isDebiased) {
        itemItem = overCatalog(vectors.jointNP, vectors.aloneCP, texts);
        userItem = overCatalog(vectors.userNP, vectors.aloneCP, texts);
    } else {
        std::vector<std::int64_t> rows, alone;
        for (const auto& target : texts.targets) {
            rows.push_back(target.row);
            alone.push_back(static_cast<std::int64_t>(target.alone));
        }
        const auto rowN = tensorOn(network_->device(), rows);
        const auto aloneNP = vectors.aloneCP.index_select(0, tensorOn(network_->device(), alone));
        const auto temperature = network_->temperature();
        itemItem = inBatchLoss(vectors.jointNP, aloneNP, rowN, temperature, recipe_.direction);
        userItem = inBatchLoss(vectors.userNP, aloneNP, rowN, temperature, recipe_.direction);
    }
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
        const auto vectors =
            read(texts, {0, texts.joint.size()}, {0, texts.alone.size()}, /*wantsTokens=*/tokenWeight != 0);
        auto loss = contrast(vectors, texts, losses);
        if (tokenWeight != 0) {
            tokenSum = vectors.nextTokenSum.item<double>();
            loss = loss + tokenWeight * vectors.nextTokenSum;
        }
        throwIfStopped(stop, "train");
        (loss * share).backward();
    } else {
        // Joint parts first, then targets alone; a part is one or the other.
        std::vector<std::pair<Range, Range>> parts;
        for (std::size_t from = 0; from < texts.joint.size(); from += part)
            parts.push_back({{from, std::min(texts.joint.size(), from + part)}, {}});
        for (std::size_t from = 0; from < texts.alone.size(); from += part)
            parts.push_back({{}, {from, std::min(texts.alone.size(), from + part)}});
        std::vector<torch::Tensor> user, joint, alone;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            throwIfStopped(stop, "train");
            const torch::NoGradGuard noGradients;
            torch::manual_seed(seed + i); // the second reading drops out the same
            const auto vectors = read(texts, parts[i].first, parts[i].second, /*wantsTokens=*/false);
            if (vectors.aloneCP.defined()) alone.push_back(vectors.aloneCP);
            if (!vectors.userNP.defined()) continue;
            user.push_back(vectors.userNP);
            joint.push_back(vectors.jointNP);
        }
        // The losses' gradients stop at the projections; from there on each part goes alone.
        Vectors whole;
        whole.userNP = torch::cat(user).requires_grad_();
        whole.jointNP = torch::cat(joint).requires_grad_();
        whole.aloneCP = torch::cat(alone).requires_grad_();
        (contrast(whole, texts, losses) * share).backward();
        const auto carried = [](const torch::Tensor& projected, const torch::Tensor& wholeNP, std::size_t from) {
            return (projected * wholeNP.grad().narrow(0, static_cast<std::int64_t>(from), projected.size(0))).sum();
        };
        for (std::size_t i = 0; i < parts.size(); ++i) {
            throwIfStopped(stop, "train");
            torch::manual_seed(seed + i);
            const auto& [joints, alones] = parts[i];
            const auto vectors = read(texts, joints, alones, /*wantsTokens=*/true);
            if (alones.size() > 0) {
                carried(vectors.aloneCP, whole.aloneCP, alones.from).backward();
                continue;
            }
            const auto first = texts.firstTarget[joints.from];
            tokenSum += vectors.nextTokenSum.item<double>();
            (carried(vectors.userNP, whole.userNP, first) + carried(vectors.jointNP, whole.jointNP, first) +
             share * tokenWeight * vectors.nextTokenSum)
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
