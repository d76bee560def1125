#pragma once
// What few need of LibTorch, and what differs there between 1.13 (Debian's) and 2.x.
#include "core/tensors/device.h"
#include "core/tensors/torch.h"
#include <ATen/autocast_mode.h>
#if defined(PIXREC_CUDA)
#include <c10/cuda/CUDACachingAllocator.h>
#endif

namespace core {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
inline constexpr bool autocastHasCpuHalf = true;
inline bool autocastEnabled(at::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
inline at::ScalarType autocastDtype(at::DeviceType device) { return at::autocast::get_autocast_dtype(device); }
inline void setAutocast(at::DeviceType device, bool isEnabled, at::ScalarType dtype) {
    at::autocast::set_autocast_enabled(device, isEnabled);
    at::autocast::set_autocast_dtype(device, dtype);
}
#else
inline constexpr bool autocastHasCpuHalf = false;
inline bool autocastEnabled(at::DeviceType device) {
    return device == at::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
inline at::ScalarType autocastDtype(at::DeviceType device) {
    return device == at::kCPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
}
inline void setAutocast(at::DeviceType device, bool isEnabled, at::ScalarType dtype) {
    if (device == at::kCPU) {
        at::autocast::set_cpu_enabled(isEnabled);
        at::autocast::set_autocast_cpu_dtype(dtype);
    } else {
        at::autocast::set_enabled(isEnabled);
        at::autocast::set_autocast_gpu_dtype(dtype);
    }
}
#endif

inline torch::Dtype dtypeOf(Precision precision) {
    if (precision == Precision::fp32) return torch::kFloat;
    return precision == Precision::bf16 ? torch::kBFloat16 : torch::kHalf;
}

inline void giveBackUnusedGpuMemory() {
#if defined(PIXREC_CUDA)
    c10::cuda::CUDACachingAllocator::emptyCache();
#endif
}

} // namespace core
