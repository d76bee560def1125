#pragma once
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace core {

/// One worker thread with one pending slot per lane. A newer request replaces the pending one of its lane and stops the
/// running one if that is of the same lane; an answer that is no longer the newest of its lane is never delivered.
/// Lane 0 goes first. Threads: submit() and cancel() from any thread; `work` and `deliver` run on the worker thread,
/// and `work` is destroyed there, so what it owns is born and dies on one thread. `work` must not throw.
template <class Request, class Result, std::size_t laneCount = 1>
class LatestWins {
public:
    using Ticket = std::uint64_t;
    using Work = std::function<Result(const Request&, Ticket, std::stop_token)>;
    using Deliver = std::function<void(std::size_t lane, Ticket, Result)>;

    LatestWins(Work work, Deliver deliver)
        : work_(std::move(work)), deliver_(std::move(deliver)), thread_([this](std::stop_token quit) { loop(quit); }) {}

    ~LatestWins() {
        thread_.request_stop();
        const std::lock_guard lock(mutex_);
        running_.request_stop();
    }

    LatestWins(const LatestWins&) = delete;
    LatestWins& operator=(const LatestWins&) = delete;

    Ticket submit(std::size_t lane, Request request) {
        const std::lock_guard lock(mutex_);
        lanes_[lane].pending.emplace(std::move(request));
        if (runningLane_ == lane) running_.request_stop();
        wake_.notify_one();
        return ++lanes_[lane].newest;
    }

    void cancel(std::size_t lane) {
        const std::lock_guard lock(mutex_);
        ++lanes_[lane].newest;
        lanes_[lane].pending.reset();
        if (runningLane_ == lane) running_.request_stop();
    }

private:
    struct Lane {
        std::optional<Request> pending;
        Ticket newest = 0;
    };
    static constexpr std::size_t noLane = laneCount;

    std::size_t nextLane() const {
        std::size_t lane = 0;
        while (lane < laneCount && !lanes_[lane].pending) ++lane;
        return lane;
    }

    void loop(std::stop_token quit) {
        while (true) {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, quit, [this] { return nextLane() != noLane; }) || quit.stop_requested()) break;
            const std::size_t lane = runningLane_ = nextLane();
            const Request request = std::move(*lanes_[lane].pending);
            lanes_[lane].pending.reset();
            const Ticket ticket = lanes_[lane].newest;
            running_ = std::stop_source{};
            const std::stop_token stop = running_.get_token();
            lock.unlock();
            Result result = work_(request, ticket, stop);
            lock.lock();
            runningLane_ = noLane;
            const bool isNewest = ticket == lanes_[lane].newest && !quit.stop_requested();
            lock.unlock();
            if (isNewest) deliver_(lane, ticket, std::move(result));
        }
        work_ = nullptr;
    }

    Work work_;
    Deliver deliver_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::array<Lane, laneCount> lanes_;
    std::size_t runningLane_ = noLane;
    std::stop_source running_;
    std::jthread thread_; // last: starts when all members exist, joins before any of them dies
};

} // namespace core
