#include "core/tensors/device.h"
#include "core/base/error.h"
#include "core/tensors/torch.h"
#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <thread>

/// OpenBLAS keeps a pool of threads of its own, one for the whole process, that LibTorch does not touch. Absent with
/// another BLAS.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int threads);

namespace core {

namespace {

int gpuCount() { return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0; }

} // namespace

std::vector<std::string> availableDevices() {
    std::vector<std::string> devices{"cpu"};
    for (int i = 0; i < gpuCount(); ++i) devices.push_back(fmt::format("cuda:{}", i));
    return devices;
}

std::string pickDevice(const std::string& wanted) {
    if (wanted == "cpu") return "cpu";
    const int gpus = gpuCount();
    if (wanted == "auto") return gpus > 0 ? "cuda:0" : "cpu";
    int index = wanted == "cuda" ? 0 : -1;
    const std::string prefix = "cuda:";
    if (wanted.starts_with(prefix)) {
        const char* end = wanted.data() + wanted.size();
        const auto [parsed, failure] = std::from_chars(wanted.data() + prefix.size(), end, index);
        if (failure != std::errc{} || parsed != end) index = -1;
    }
    if (index < 0)
        throw Error(ErrorKind::invalidInput, fmt::format("choose a device: \"{}\" is not auto, cpu or cuda:N", wanted));
    if (!at::hasCUDA())
        throw Error(
            ErrorKind::unavailable,
            fmt::format("choose a device: {} was asked for, but this LibTorch ({}) is built for the CPU alone; use "
                        "--device cpu, or build with a CUDA LibTorch",
                        wanted, libTorchVersion()));
    if (index >= gpus)
        throw Error(ErrorKind::unavailable,
                    fmt::format("choose a device: {} was asked for, but this machine shows {} GPUs", wanted, gpus));
    return fmt::format("cuda:{}", index);
}

std::string deviceDescription(const std::string& device) {
    if (device == "cpu") return "CPU";
#if defined(PIXREC_CUDA)
    const auto* properties =
        at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(torch::Device(device).index()));
    return fmt::format("{} ({})", properties->name, device);
#else
    return fmt::format("GPU ({})", device);
#endif
}

void setComputeThreads(int threads) {
    if (threads <= 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    torch::set_num_threads(threads);
    if (openblas_set_num_threads) openblas_set_num_threads(threads);
}

double measureGflopsPerCore() {
    const torch::NoGradGuard noGrad;
    constexpr std::int64_t side = 512;
    const int threadsBefore = torch::get_num_threads();
    setComputeThreads(1);
    const auto matrix = torch::ones({side, side});
    auto product = torch::matmul(matrix, matrix); // the first call also starts the library
    double best = 0;
    for (int repeat = 0; repeat < 3; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        product = torch::matmul(matrix, matrix);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        best = std::max(best, 2.0 * side * side * side / seconds.count() / 1e9);
    }
    setComputeThreads(threadsBefore);
    return best;
}

std::string libTorchVersion() { return TORCH_VERSION; }

} // namespace core
