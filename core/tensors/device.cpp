#include "core/tensors/device.h"
#include "core/base/error.h"
#include "core/tensors/autocast.h"
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>

/// OpenBLAS keeps a pool of threads of its own, one for the whole process, that LibTorch does not touch. Absent with
/// another BLAS.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int threads);

namespace core {

namespace {

std::function<void()> deviceProbe;

/// The shortest of `times` runs, in seconds; one more before them starts the libraries.
template <class Work>
double bestSeconds(int times, const torch::Device& device, Work work) {
    double best = 1e9;
    for (int repeat = 0; repeat <= times; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        work();
        if (device.is_cuda()) torch::cuda::synchronize(device.index());
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        if (repeat > 0) best = std::min(best, seconds.count());
    }
    return best;
}

/// LibTorch's words up to the stack trace.
std::string firstLine(std::string_view words) { return std::string(words.substr(0, words.find('\n'))); }

/// fp32 on a GPU is fp32: without this, convolutions there round to ten bits. Who wants less asks for bf16.
std::string exactly(int gpu) {
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
    return fmt::format("cuda:{}", gpu);
}

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
    if (wanted == "auto") return gpus > 0 ? exactly(0) : "cpu";
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
    return exactly(index);
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
    if (threads <= 0) {
        const char* chosen = std::getenv("OMP_NUM_THREADS"); // who sets it shares the machine with others
        threads = chosen ? std::atoi(chosen) : 0;
        if (threads <= 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    }
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

const char* precisionName(Precision precision) {
    if (precision == Precision::fp32) return "fp32";
    return precision == Precision::bf16 ? "bf16" : "fp16";
}

Precision precisionFromName(const std::string& name) {
    for (const auto precision : {Precision::fp32, Precision::bf16, Precision::fp16})
        if (name == precisionName(precision)) return precision;
    throw Error(ErrorKind::invalidInput, fmt::format("choose a precision: \"{}\" is not fp32, bf16 or fp16", name));
}

std::vector<Precision> availablePrecisions(const std::string& device) {
    if (device == "cpu" && !autocastHasCpuHalf) return {Precision::fp32, Precision::bf16};
    return {Precision::fp32, Precision::bf16, Precision::fp16};
}

bool hasFastBf16([[maybe_unused]] const std::string& device) {
#if defined(PIXREC_CUDA)
    const torch::Device where(device);
    return where.is_cuda() && at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(where.index()))->major >= 8;
#else
    return false;
#endif
}

struct WithPrecision::Before {
    torch::DeviceType device;
    bool isEnabled;
    torch::Dtype dtype;
};

WithPrecision::WithPrecision(const Computing& computing) {
    const auto type = torch::Device(computing.device).type();
    const bool isRounded = computing.precision != Precision::fp32;
    if (!isRounded && !autocastEnabled(type)) return;
    before_ = std::make_unique<Before>(Before{type, autocastEnabled(type), autocastDtype(type)});
    setAutocast(type, isRounded, isRounded ? dtypeOf(computing.precision) : before_->dtype);
    at::autocast::increment_nesting();
}

WithPrecision::~WithPrecision() {
    if (!before_) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    setAutocast(before_->device, before_->isEnabled, before_->dtype);
}

DeviceSpeed measureDevice(const std::string& device, Precision precision) {
    try {
        const torch::NoGradGuard noGrad;
        constexpr std::int64_t side = 1024, items = 100'000, width = 128, k = 100;
        const torch::Device where(device);
        const auto options = torch::TensorOptions().device(where).dtype(dtypeOf(precision));
        const auto matrix = torch::ones({side, side}, options);
        const auto itemsVP = torch::ones({items, width}, options), user1P = torch::ones({1, width}, options);
        DeviceSpeed speed;
        probeDevice();
        speed.gflops = 2.0 * side * side * side / 1e9 /
                       bestSeconds(3, where, [&] { static_cast<void>(torch::matmul(matrix, matrix)); });
        speed.listMs =
            1000 * bestSeconds(5, where, [&] { torch::matmul(user1P, itemsVP.t()).to(torch::kFloat).topk(k); });
        return speed;
    } catch (...) {
        rethrowDeviceFailure("time a device");
    }
}

double measureCopy(const std::string& device, std::int64_t bytes) {
    try {
        const torch::NoGradGuard noGrad;
        const torch::Device where(device);
        const auto from = torch::ones({bytes}, torch::TensorOptions().device(where).dtype(torch::kByte));
        auto to = torch::empty_like(from);
        probeDevice();
        return 2.0 * static_cast<double>(bytes) / bestSeconds(5, where, [&] { to.copy_(from); });
    } catch (...) {
        rethrowDeviceFailure("measure a device's memory");
    }
}

void rethrowDeviceFailure(const char* doing) {
    try {
        throw;
    } catch (const c10::Error& error) {
        const std::string words = firstLine(error.what_without_backtrace());
        const auto says = [&words](const char* part) { return words.find(part) != std::string::npos; };
        if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr || says("out of memory") ||
            says("can't allocate memory")) {
            giveBackUnusedGpuMemory();
            throw Error(ErrorKind::outOfMemory, fmt::format("{}: not enough memory: {}", doing, words));
        }
        if (says("CUDA error") || says("CUDA driver error") || says("CUBLAS_STATUS") || says("CUDNN_STATUS"))
            throw DeviceLost(fmt::format("{}: the GPU failed: {}", doing, words));
        throw Error(ErrorKind::internal, fmt::format("{}: {}", doing, words));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::outOfMemory, fmt::format("{}: not enough memory", doing));
    }
}

void setDeviceProbe(std::function<void()> probe) { deviceProbe = std::move(probe); }

void probeDevice() {
    if (deviceProbe) deviceProbe();
}

} // namespace core
