#pragma once
#include <memory>
#include <mutex>
#include <vector>

namespace core {

/// Objects that only one caller may use at a time, made when none is idle. Thread-safe.
template <class Worker>
class WorkerPool {
public:
    /// Gives the worker back when it goes.
    class Loan {
    public:
        Loan(WorkerPool& pool, std::unique_ptr<Worker> worker) : pool_(pool), worker_(std::move(worker)) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() {
            const std::scoped_lock lock(pool_.mutex_);
            pool_.idle_.push_back(std::move(worker_));
        }
        Worker& operator*() const { return *worker_; }
        Worker* operator->() const { return worker_.get(); }

    private:
        WorkerPool& pool_;
        std::unique_ptr<Worker> worker_;
    };

    /// `make()` returns a unique_ptr<Worker>.
    template <class Make>
    Loan take(Make make) {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto worker = std::move(idle_.back());
                idle_.pop_back();
                return Loan(*this, std::move(worker));
            }
        }
        return Loan(*this, make());
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Worker>> idle_;
};

} // namespace core
