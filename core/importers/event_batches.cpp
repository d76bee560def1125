#include "core/importers/event_batches.h"
#include <string_view>

namespace core {

namespace {

constexpr std::size_t rowsOfBatch = 8192, bytesOfBatch = std::size_t{4} << 20;
constexpr std::size_t batchesAhead = 4;

/// Findings go with the batch, so that they are reported in the order of the rows.
class BatchSink : public FindingSink {
public:
    void add(const ImportFinding& finding) override { put(finding, false); }
    void addBlocking(const ImportFinding& finding) override { put(finding, true); }
    void collectInto(EventBatch* batch) { batch_ = batch; }

private:
    void put(const ImportFinding& finding, bool isBlocking) {
        batch_->findings.push_back({batch_->rows.size(), isBlocking, finding});
    }
    EventBatch* batch_ = nullptr;
};

} // namespace

EventRow EventBatch::row(std::size_t index) const {
    const Row& row = rows[index];
    const char* from = bytes.data() + row.begin;
    const auto take = [&](std::uint32_t length) {
        const std::string_view text(from, length);
        from += length;
        return text;
    };
    EventRow event;
    event.line = row.line;
    event.isGood = row.isGood;
    event.user = take(row.user);
    event.item = take(row.item);
    event.time = take(row.time);
    event.rating = take(row.rating);
    event.price = take(row.price);
    return event;
}

EventBatches::EventBatches(const PlannedFile& file)
    : file_(file), lines_(file.file, file.encoding), isUtf16_(lines_.isUtf16()),
      thread_([this](const std::stop_token& stop) {
          try {
              run(stop);
          } catch (...) {
              const std::lock_guard lock(mutex_);
              failure_ = std::current_exception();
              isDone_ = true;
              changed_.notify_all();
          }
      }) {}

EventBatches::~EventBatches() {
    thread_.request_stop();
    thread_.join();
}

void EventBatches::run(const std::stop_token& stop) {
    if (isUtf16_) {
        const std::lock_guard lock(mutex_);
        isDone_ = true;
        changed_.notify_all();
        return;
    }
    BatchSink sink;
    EventBatch batch;
    sink.collectInto(&batch); // the header is read here
    const auto reader = openEvents(file_, lines_, sink);
    for (bool isAtEnd = false; !isAtEnd;) {
        fill(*reader, batch, isAtEnd);
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return full_.size() < batchesAhead; })) return;
        full_.push_back(std::move(batch));
        isDone_ = isAtEnd;
        batch = {};
        if (!empty_.empty()) {
            batch = std::move(empty_.back());
            empty_.pop_back();
            batch.rows.clear();
            batch.bytes.clear();
            batch.findings.clear();
        }
        changed_.notify_all();
    }
}

void EventBatches::fill(EventReader& reader, EventBatch& batch, bool& isAtEnd) {
    EventRow row;
    while (batch.rows.size() < rowsOfBatch && batch.bytes.size() < bytesOfBatch) {
        if (!reader.next(row)) {
            isAtEnd = true;
            break;
        }
        EventBatch::Row added{row.line, static_cast<std::uint32_t>(batch.bytes.size()), 0, 0, 0, 0, 0, row.isGood};
        if (row.isGood) {
            const auto put = [&](std::string_view text) {
                batch.bytes += text;
                return static_cast<std::uint32_t>(text.size());
            };
            added.user = put(row.user);
            added.item = put(row.item);
            added.time = put(row.time);
            added.rating = put(row.rating);
            added.price = put(row.price);
        }
        batch.rows.push_back(added);
        row = {};
    }
    batch.columns = reader.columns();
    batch.estimatedLines = lines_.estimatedLines();
}

bool EventBatches::next(EventBatch& batch) {
    std::unique_lock lock(mutex_);
    if (!batch.rows.empty()) empty_.push_back(std::move(batch));
    batch = {};
    changed_.wait(lock, [this] { return !full_.empty() || isDone_; });
    if (!full_.empty()) {
        batch = std::move(full_.front());
        full_.pop_front();
        changed_.notify_all();
        return true;
    }
    if (failure_) std::rethrow_exception(failure_);
    return false;
}

} // namespace core
