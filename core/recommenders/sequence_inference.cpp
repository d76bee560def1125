#include "core/recommenders/sequence_inference.h"

namespace core {

SequenceItems sequenceItems(SequenceNetwork& network, std::span<const std::int64_t> words) {
    const torch::NoGradGuard noGrad;
    network->eval();
    SequenceItems items;
    items.idVD = network->itemVD.detach();
    if (network->settings.readsText)
        items.textVD = network->textVectors(wordBags(words, network->settings.words, items.idVD.device()));
    return items;
}

torch::Tensor paddedRows(std::span<const std::vector<std::int64_t>> histories) {
    std::size_t longest = 1;
    for (const auto& history : histories) longest = std::max(longest, history.size());
    auto rowsBT =
        torch::zeros({static_cast<std::int64_t>(histories.size()), static_cast<std::int64_t>(longest)}, torch::kInt64);
    auto* to = rowsBT.data_ptr<std::int64_t>();
    for (const auto& history : histories) {
        std::copy(history.begin(), history.end(), to);
        to += longest;
    }
    return rowsBT;
}

SequenceScores sequenceScores(SequenceNetwork& network, const SequenceItems& items,
                              std::span<const std::vector<std::int64_t>> histories, SequenceScores room) {
    const torch::NoGradGuard noGrad;
    const auto device = items.idVD.device();
    const auto rowsBT = paddedRows(histories).to(device);
    const auto batch = rowsBT.size(0), length = rowsBT.size(1);
    std::vector<std::int64_t> last;
    for (std::int64_t b = 0; b < batch; ++b)
        last.push_back(b * length + std::ssize(histories[static_cast<std::size_t>(b)]) - 1);
    const auto lastB = torch::tensor(last, torch::kInt64).to(device);
    const auto scores = [&](SequenceTower& tower, const torch::Tensor& itemsVD, torch::Tensor& scoresBV) {
        const auto readBTD = itemsVD.index_select(0, rowsBT.flatten()).view({batch, length, itemsVD.size(1)});
        const auto lastBD = tower->forward(readBTD, lastB);
        if (!itemsVD.is_cpu()) {
            scoresBV = torch::matmul(lastBD, itemsVD.t()).to(torch::kCPU).contiguous();
            return;
        }
        if (!scoresBV.defined()) scoresBV = torch::empty({0});
        scoresBV.resize_({batch, itemsVD.size(0)});
        torch::mm_out(scoresBV, lastBD, itemsVD.t());
    };
    scores(network->tower, items.idVD, room.idBV);
    if (network->settings.readsText) scores(network->textTower, items.textVD, room.textBV);
    return room;
}

} // namespace core
