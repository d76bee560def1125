#pragma once
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
/// Threads that an operation started by the calling thread may use; 0 means all cores. Matrix products go by the last
/// call of any thread, because OpenBLAS has one pool for the process. With more than one, threads that wait for each
/// other spin: beside other work one is faster.
void setComputeThreads(int threads);
/// Speed of one 512 x 512 float product on one core, in GFLOP/s. Takes some milliseconds.
double measureGflopsPerCore();
std::string libTorchVersion();

} // namespace core
