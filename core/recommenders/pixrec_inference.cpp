#include "core/recommenders/pixrec_inference.h"
#include "core/base/halving_blocks.h"
#include "core/tensors/device.h"
#include "core/tensors/tensor_on.h"
#include <algorithm>

namespace core {

namespace {

// Small enough that a stop is noticed within some 20 ms on one core.
constexpr std::int64_t textsABlock = 128, picturesABlock = 16, rowsABlock = 512, historiesABlock = 64;

/// `run(from, count)` block by block, smaller ones where memory ends; what LibTorch throws becomes Error.
template <class Run>
void forBlocks(std::int64_t total, std::int64_t block, const char* doing, const std::stop_token& stop, Run run) {
    inHalvingBlocks(total, block, [&](std::int64_t from, std::int64_t count) {
        throwIfStopped(stop, doing);
        try {
            probeDevice();
            run(from, count);
        } catch (...) {
            rethrowDeviceFailure(doing);
        }
    });
}

/// What `run(from, count)` returns for consecutive blocks, joined along rows; undefined where total is 0.
template <class Run>
torch::Tensor inBlocks(std::int64_t total, std::int64_t block, const std::stop_token& stop, Run run) {
    std::vector<torch::Tensor> parts;
    forBlocks(total, block, "encode products", stop,
              [&](std::int64_t from, std::int64_t count) { parts.push_back(run(from, count)); });
    return parts.empty() ? torch::Tensor() : torch::cat(parts);
}

torch::Tensor vectorsOf(const EncodedTable& table, torch::Device device) {
    if (table.rowCount() == 0) return {};
    return tensorOn(device, table.values).view({table.rowCount(), table.width});
}

} // namespace

torch::Device deviceOf(const PixRecNetworkImpl& network) { return network.logTemperature.device(); }

torch::Tensor tokenTensor(const ItemInputs& inputs, torch::Device device) {
    return tensorOn(device, inputs.tokens).view({inputs.textCount(), std::max(1, inputs.tokensPerText)});
}

torch::Tensor pixelTensor(const ItemInputs& inputs, std::int64_t from, std::int64_t count, torch::Device device) {
    const std::int64_t side = inputs.side;
    requirePixels(inputs);
    auto tensor = torch::empty({count, side, side, 3}, torch::kUInt8);
    std::copy_n(inputs.pixels.begin() + from * side * side * 3, count * side * side * 3,
                tensor.data_ptr<std::uint8_t>());
    return tensor.to(device);
}

EncodedItems encodeItems(PixRecNetwork& network, const ItemInputs& inputs, const ProgressSink& progress,
                         const std::stop_token& stop) {
    const torch::NoGradGuard noGrad;
    network->eval();
    const auto device = deviceOf(*network);
    EncodedItems encoded;
    if (inputs.encoded.texts) {
        encoded.textTW = vectorsOf(*inputs.encoded.texts, device);
    } else {
        const auto tokensTL = tokenTensor(inputs, device);
        encoded.textTW = inBlocks(inputs.textCount(), textsABlock, stop, [&](std::int64_t from, std::int64_t count) {
            return network->textEncoder->encode(tokensTL.narrow(0, from, count));
        });
    }
    if (inputs.encoded.pictures)
        encoded.pictureQW = vectorsOf(*inputs.encoded.pictures, device);
    else
        encoded.pictureQW =
            inBlocks(inputs.pictureCount(), picturesABlock, stop, [&](std::int64_t from, std::int64_t count) {
                progress({"reading pictures", from, inputs.pictureCount(), "pictures"});
                return network->pictureEncoder->encode(pixelTensor(inputs, from, count, device));
            });
    const auto textOfR = tensorOn(device, inputs.textOfRow), pictureOfR = tensorOn(device, inputs.pictureOfRow);
    std::vector<torch::Tensor> input, score, text, picture;
    forBlocks(inputs.rowCount(), rowsABlock, "encode products", stop, [&](std::int64_t from, std::int64_t count) {
        const auto output = network->itemTower->forward(network->gather(
            encoded.textTW, textOfR.narrow(0, from, count), encoded.pictureQW, pictureOfR.narrow(0, from, count)));
        const auto scoreND = network->projectItem(network->userTower->alone(output.itemND));
        const auto textND = unitLength(output.textND), pictureND = unitLength(output.pictureND);
        input.push_back(output.itemND.to(torch::kFloat));
        score.push_back(scoreND.to(torch::kFloat));
        text.push_back(textND.to(torch::kFloat));
        picture.push_back(pictureND.to(torch::kFloat));
    });
    if (!input.empty()) {
        encoded.inputRD = torch::cat(input);
        encoded.scoreRP = torch::cat(score);
        encoded.textRD = torch::cat(text);
        encoded.pictureRD = torch::cat(picture);
    }
    return encoded;
}

torch::Tensor userVectors(PixRecNetwork& network, const torch::Tensor& inputRD, std::span<const std::int32_t> rowOfItem,
                          std::span<const HistoryView> histories) {
    const torch::NoGradGuard noGrad;
    const auto window = static_cast<std::size_t>(network->settings.window);
    const auto count = static_cast<std::int64_t>(histories.size());
    std::size_t longest = 1;
    bool hasTimes = !histories.empty();
    for (const auto& history : histories) {
        longest = std::max(longest, std::min(window, history.events.size()));
        hasTimes = hasTimes && history.hasTimes;
    }
    const auto length = static_cast<std::int64_t>(longest);
    auto rowsBT = torch::zeros({count, length}, torch::kInt64), timesBT = torch::zeros({count, length}, torch::kInt64);
    auto lengthsB = torch::zeros({count}, torch::kInt64);
    for (std::size_t b = 0; b < histories.size(); ++b) {
        const auto events = histories[b].events.last(std::min(window, histories[b].events.size()));
        auto* rows = rowsBT.data_ptr<std::int64_t>() + b * longest;
        auto* times = timesBT.data_ptr<std::int64_t>() + b * longest;
        for (std::size_t t = 0; t < events.size(); ++t) {
            rows[t] = rowOfItem[events[t].item.slot()];
            times[t] = events[t].time;
        }
        lengthsB[static_cast<std::int64_t>(b)] = static_cast<std::int64_t>(events.size());
    }
    HistoryBatch batch;
    batch.itemsBTD =
        inputRD.index_select(0, rowsBT.flatten().to(inputRD.device())).view({count, length, inputRD.size(1)});
    if (hasTimes) batch.timesBT = timesBT;
    const auto hiddenBTD = network->userTower->forward(batch);
    const auto lastB = torch::arange(count, torch::kInt64) * (length + 1) + lengthsB;
    return network->projectUser(hiddenBTD.flatten(0, 1).index_select(0, lastB.to(inputRD.device())));
}

void scoreAll(PixRecNetwork& network, const torch::Tensor& inputRD, const torch::Tensor& scoreRP,
              std::span<const std::int32_t> rowOfItem, std::span<const HistoryView> histories,
              const std::stop_token& stop, const VisitScores& visit) {
    const torch::NoGradGuard noGrad;
    const std::size_t items = rowOfItem.size();
    std::vector<float> scoresBV;
    const auto all = static_cast<std::int64_t>(histories.size());
    forBlocks(all, historiesABlock, "score products", stop, [&](std::int64_t first, std::int64_t count) {
        const auto from = static_cast<std::size_t>(first);
        const auto block = histories.subspan(from, static_cast<std::size_t>(count));
        const auto usersBP = userVectors(network, inputRD, rowOfItem, block);
        throwIfStopped(stop, "score products");
        torch::Tensor scoresBR;
        {
            const WithPrecision exact({scoreRP.device().str(), Precision::fp32}); // rounded scores would tie
            scoresBR = torch::matmul(usersBP.to(torch::kFloat), scoreRP.t()).to(torch::kCPU).contiguous();
        }
        scoresBV.resize(block.size() * items);
        for (std::size_t b = 0; b < block.size(); ++b) {
            const float* ofRow = scoresBR.data_ptr<float>() + static_cast<std::int64_t>(b) * scoresBR.size(1);
            for (std::size_t item = 0; item < items; ++item) scoresBV[b * items + item] = ofRow[rowOfItem[item]];
        }
        visit(from, scoresBV);
    });
}

} // namespace core
