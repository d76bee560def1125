#pragma once
#include "core/engine/jobs.h"
#include "core/tensors/device.h"
#include <exception>
#include <thread>
#include <type_traits>

namespace core {

/// Lowest priority for the calling thread and for those that it will start. There is no way back, so it is for threads
/// that end.
void lowerThreadPriority();

/// Runs a job with as many threads as its context says. In the background it has a thread of its own, because a lowered
/// priority cannot be raised again; the caller waits for it.
template <class Job>
auto runJob(const JobContext& context, Job job) {
    using Result = std::invoke_result_t<Job>;
    if (!context.isBackground) {
        setComputeThreads(context.threads);
        return job();
    }
    std::conditional_t<std::is_void_v<Result>, bool, std::optional<Result>> result{};
    std::exception_ptr failure;
    std::thread([&] {
        try {
            lowerThreadPriority();
            setComputeThreads(context.threads);
            if constexpr (std::is_void_v<Result>)
                job();
            else
                result.emplace(job());
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<Result>) return *std::move(result);
}

} // namespace core
