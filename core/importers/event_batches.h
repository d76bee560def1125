#pragma once
#include "core/importers/event_reader.h"
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace core {

/// Some thousand events with their texts, and what was found wrong among them.
struct EventBatch {
    struct Row {
        std::int64_t line;
        std::uint32_t begin, user, item, time, rating, price; ///< lengths in `bytes`, one text behind the other
        bool isGood;
    };
    struct Finding {
        std::size_t row; ///< it stands before this one
        bool isBlocking;
        ImportFinding finding;
    };
    std::vector<Row> rows;
    std::string bytes;
    std::vector<Finding> findings;
    std::int64_t estimatedLines = 0;
    EventColumns columns;

    EventRow row(std::size_t index) const;
};

/// Reads the events of a file on a thread of its own, a few batches ahead of who takes them.
class EventBatches {
public:
    /// Throws what LineReader throws.
    explicit EventBatches(const PlannedFile& file);
    /// Stops the thread.
    ~EventBatches();
    EventBatches(const EventBatches&) = delete;
    EventBatches& operator=(const EventBatches&) = delete;

    bool isUtf16() const { return isUtf16_; } ///< nothing is read then
    /// The next batch into `batch`, whose memory is used again; false at the end. Throws what the reader threw.
    bool next(EventBatch& batch);
    const LineReader& lines() const { return lines_; } ///< after the end

private:
    void run(const std::stop_token& stop);
    void fill(EventReader& reader, EventBatch& batch, bool& isAtEnd);

    const PlannedFile& file_;
    LineReader lines_;
    bool isUtf16_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<EventBatch> full_, empty_;
    bool isDone_ = false;
    std::exception_ptr failure_;
    std::jthread thread_; ///< last: it uses all of the above
};

} // namespace core
