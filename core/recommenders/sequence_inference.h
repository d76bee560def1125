#pragma once
#include "core/recommenders/sequence_network.h"
#include <span>
#include <stop_token>
#include <vector>

// Running a sequence network, shared by the recommender and by validation during training. Shapes: B histories, D
// width, V products of the model.
namespace core {

/// Everything on the network's device; no gradients.
struct SequenceItems {
    torch::Tensor idVD, textVD; ///< textVD undefined where no text is read
};
/// Puts the network into evaluation mode. `words`: the table of hashedWords(), empty where no text is read.
SequenceItems sequenceItems(SequenceNetwork& network, std::span<const std::int64_t> words);

/// Scores of the two towers for histories of product rows, none of them empty, at most a window long: BV, on the CPU.
struct SequenceScores {
    torch::Tensor idBV, textBV; ///< textBV undefined where no text is read
};
/// `room`: scores that are not needed any more, whose memory is taken again: fresh memory for each block of a large
/// catalog costs a third of an evaluation.
SequenceScores sequenceScores(SequenceNetwork& network, const SequenceItems& items,
                              std::span<const std::vector<std::int64_t>> histories, SequenceScores room = {});

/// Rows left-aligned: B x longest, the rest 0; a padded place can only follow a history.
torch::Tensor paddedRows(std::span<const std::vector<std::int64_t>> histories);

} // namespace core
