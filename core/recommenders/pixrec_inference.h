#pragma once
#include "core/base/progress.h"
#include "core/recommenders/item_inputs.h"
#include "core/recommenders/pixrec_network.h"
#include "core/recommenders/recommender.h"
#include <functional>
#include <span>

// Running a network on a catalog, shared by the recommender and by validation during training. Shapes: R rows of
// ItemInputs, D width, P projection, T distinct texts, Q distinct pictures, W features, B histories.
namespace core {

/// Everything on the network's device; no gradients.
struct EncodedItems {
    torch::Tensor inputRD, scoreRP, textRD, pictureRD; ///< the tables of ItemVectors
    torch::Tensor textTW, pictureQW;                   ///< what the encoders saw; training goes on from it
};

torch::Device deviceOf(const PixRecNetworkImpl& network);
/// Distinct texts or pictures to the encoders' input, on `device`: TL int64, QSSC uint8 (undefined where there are
/// none).
torch::Tensor tokenTensor(const ItemInputs& inputs, torch::Device device);
torch::Tensor pixelTensor(const ItemInputs& inputs, std::int64_t from, std::int64_t count, torch::Device device);

/// Puts the network into evaluation mode. Throws Error(cancelled); asks for a stop every few milliseconds.
EncodedItems encodeItems(PixRecNetwork& network, const ItemInputs& inputs, const ProgressSink& progress,
                         const std::stop_token& stop);
/// z_U of each history: BP. `rowOfItem` leads from items to rows of `inputRD`. Only the newest `window` events are
/// read.
torch::Tensor userVectors(PixRecNetwork& network, const torch::Tensor& inputRD, std::span<const std::int32_t> rowOfItem,
                          std::span<const HistoryView> histories);
/// Scores of all items for all histories, block by block: `visit(firstHistory, scoresBV)` with rows of rowOfItem.size()
/// floats.
using VisitScores = std::function<void(std::size_t firstHistory, std::span<const float> scoresBV)>;
void scoreAll(PixRecNetwork& network, const torch::Tensor& inputRD, const torch::Tensor& scoreRP,
              std::span<const std::int32_t> rowOfItem, std::span<const HistoryView> histories,
              const std::stop_token& stop, const VisitScores& visit);

} // namespace core
