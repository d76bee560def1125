#pragma once
#include "core/tensors/torch.h"

// Shapes: N predictions, C candidates, B batch, D width, P projection, K exclusions.
namespace core {

/// Cross entropy of the next item among candidates (the L_NIG of methods.md 1 at item level).
struct NextItem {
    torch::Tensor usersNP, itemsCP; ///< unit vectors
    torch::Tensor targetN;          ///< int64: which candidate is the truth
    torch::Tensor logWeightC;       ///< log(items of the row) - log(chance that the row was drawn)
    /// Entries of the N x C scores that are changed, as index pairs and what is added: items that are no candidates
    /// there.
    torch::Tensor excludedRowK, excludedColumnK, excludedByK;
};
torch::Tensor nextItemLoss(const NextItem& next, const torch::Tensor& temperature);

/// In-batch InfoNCE: row b's positive is candidate b; other candidates of the same `rowB` as b are equal items and are
/// masked, so that no item is pushed away from itself.
torch::Tensor infoNce(const torch::Tensor& anchorsBP, const torch::Tensor& candidatesBP, const torch::Tensor& rowB,
                      const torch::Tensor& temperature);

/// Mean cross entropy of the targets among all candidates, with gradients for both factors:
///   -1/N sum_n log softmax_c(states_n . candidates_c + offset_c)[target_n]
/// Scores are made in blocks of rows that stay in the processor's cache and are never kept: memory grows with N + C,
/// not with N x C, and the gradients are made in the same pass (a second derivative cannot be had).
torch::Tensor catalogSoftmaxLoss(const torch::Tensor& statesND, const torch::Tensor& candidatesCD,
                                 const torch::Tensor& offsetC, const torch::Tensor& targetN);

} // namespace core
