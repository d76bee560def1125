#pragma once
#include "core/array_files/safetensors.h"

namespace core {

/// The numbers of an array as 32-bit floats, row-major. Reads F16, BF16, F32, F64 and I8; throws Error(invalidInput),
/// naming `name`, for other kinds. A double beyond the range of floats becomes an infinity.
std::vector<float> toFloats(const std::string& name, const StoredTensor& tensor);

} // namespace core
