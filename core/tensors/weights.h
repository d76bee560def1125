#pragma once
#include "core/array_files/safetensors.h"
#include "core/tensors/torch.h"

namespace core {

/// A copy of a tensor's elements on the CPU: float, double, int64, int32 or uint8.
StoredTensor toStored(const torch::Tensor& tensor);
/// Owns its memory.
torch::Tensor toTensor(const StoredTensor& stored);

/// All parameters and buffers by their dotted names, with `prefix` before each.
void storeWeights(const torch::nn::Module& module, const std::string& prefix, TensorFile& into);
/// Copies into the module, on whatever device it is. Throws Error(corrupt) naming `source` and the first tensor that is
/// missing, has another shape, or belongs to nothing in the module.
void loadWeights(torch::nn::Module& module, const std::string& prefix, const TensorFile& from,
                 const std::string& source);

} // namespace core
