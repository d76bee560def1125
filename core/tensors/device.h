#pragma once
#include "core/base/error.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Where LibTorch computes. No LibTorch header is needed to use this one.
namespace core {

/// "cpu" first, then "cuda:0", ...
std::vector<std::string> availableDevices();
/// `wanted` is "auto" (the first GPU, else the CPU), "cpu", "cuda" or "cuda:N". Returns "cpu" or "cuda:N". Throws
/// Error(unavailable) where this LibTorch or this machine cannot (the message says which), Error(invalidInput) for
/// other words.
std::string pickDevice(const std::string& wanted);
/// "CPU", "NVIDIA H200 (cuda:0)".
std::string deviceDescription(const std::string& device);
/// Threads that an operation started by the calling thread may use; 0 means as many as OMP_NUM_THREADS says, else all
/// cores. Matrix products go by the last call of any thread, because OpenBLAS has one pool for the process. With more
/// than one, threads that wait for each other spin: beside other work one is faster.
void setComputeThreads(int threads);
/// Speed of one 512 x 512 float product on one core, in GFLOP/s. Takes some milliseconds.
double measureGflopsPerCore();
std::string libTorchVersion();

/// What matrix products are computed in. Sums stay fp32.
enum class Precision { fp32, bf16, fp16 };
const char* precisionName(Precision precision);
/// "fp32", "bf16" or "fp16"; throws Error(invalidInput) for other words.
Precision precisionFromName(const std::string& name);
/// What `device` computes in with this LibTorch, fp32 first.
std::vector<Precision> availablePrecisions(const std::string& device);

/// Whether bf16 is surely faster than fp32 there: on NVIDIA's processors from Ampere (2020) on.
bool hasFastBf16(const std::string& device);

/// Where a network computes, and its matrix products in what.
struct Computing {
    std::string device = "cpu"; ///< as pickDevice() returns it
    Precision precision = Precision::fp32;
};

/// While it lives, products that this thread computes on the device are in that precision (LibTorch's autocast).
/// Results may be of it: turn them to fp32 where they are kept. One inside another holds for its scope.
class WithPrecision {
public:
    explicit WithPrecision(const Computing& computing);
    ~WithPrecision();
    WithPrecision(const WithPrecision&) = delete;
    WithPrecision& operator=(const WithPrecision&) = delete;

private:
    struct Before;
    std::unique_ptr<Before> before_; ///< null where nothing changed
};

struct DeviceSpeed {
    double gflops = 0; ///< of a 1024 x 1024 product
    double listMs = 0; ///< scores of 100,000 products of width 128 for one history, and the best 100 of them
};
/// Takes some tenths of a second. Throws what rethrowDeviceFailure() does.
DeviceSpeed measureDevice(const std::string& device, Precision precision);

/// Bytes read and written in a second while a device copies `bytes` of its memory. Throws what rethrowDeviceFailure()
/// does.
double measureCopy(const std::string& device, std::int64_t bytes);

/// The GPU is gone, or its state is broken: nothing on it can be used again by this process.
class DeviceLost : public Error {
public:
    explicit DeviceLost(const std::string& message) : Error(ErrorKind::unavailable, message) {}
};
/// Inside a catch block: what LibTorch threw goes on as Error(outOfMemory), DeviceLost or Error(internal) that says
/// what was being done; anything else goes on as it is. After outOfMemory the GPU's unused memory is given back.
[[noreturn]] void rethrowDeviceFailure(const char* doing);

/// Called by probeDevice(), which comes before each block of work on a device, and may throw what a failing device
/// would: so tests fail one that they do not have. Set while nothing computes; empty for none.
void setDeviceProbe(std::function<void()> probe);
void probeDevice();

} // namespace core
