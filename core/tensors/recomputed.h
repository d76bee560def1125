#pragma once
#include "core/tensors/torch.h"
#include <functional>

namespace core {

using TensorFunction = std::function<torch::Tensor(const torch::Tensor&)>;

/// `function(input)` whose inner values are not kept for the gradient but made a second time when it is wanted, with
/// the same random numbers: less memory for more time (gradient checkpointing, Chen et al. 2016, arXiv 1604.06174).
/// Gradients of the leaves that `function` uses beside its input are added to them at once (what it uses must be
/// leaves); what it refers to must outlive the backward pass. Without gradients it is just called.
torch::Tensor recomputed(const torch::Tensor& input, TensorFunction function);

} // namespace core
