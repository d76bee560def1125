#pragma once
#include "core/tensors/torch.h"

// Shapes: N predictions, D width, C candidates.
namespace core {

/// Mean cross entropy of the targets among all candidates, with gradients for both factors:
///   -1/N sum_n log softmax_c(states_n . candidates_c + offset_c)[target_n]
/// Scores are made in blocks of rows that stay in the processor's cache and are never kept: memory grows with N + C,
/// not with N x C, and the gradients are made in the same pass (a second derivative cannot be had).
torch::Tensor catalogSoftmaxLoss(const torch::Tensor& statesND, const torch::Tensor& candidatesCD,
                                 const torch::Tensor& offsetC, const torch::Tensor& targetN);

} // namespace core
