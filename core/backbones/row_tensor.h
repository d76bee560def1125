#pragma once
#include "core/backbones/pretrained_encoders.h"
#include "core/tensors/torch.h"

namespace core {

/// A matrix of any type and on any device, as plain float32 rows.
inline EncodedRows rowsOf(const torch::Tensor& matrixNW) {
    const auto plain = matrixNW.to(torch::kCPU, torch::kFloat32).contiguous();
    EncodedRows rows{.rows = plain.size(0), .width = plain.size(1), .values = {}};
    const float* values = plain.data_ptr<float>();
    rows.values.assign(values, values + plain.numel());
    return rows;
}

} // namespace core
