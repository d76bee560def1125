#include "core/workspace/event_staging.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <system_error>

namespace core {

namespace {

/// So many are sorted in memory at a time (64 MB); the file is read once for each such part.
constexpr std::int64_t eventsInMemory = 4'000'000;
constexpr std::int64_t eventsBetweenReports = 50'000;

template <class Table>
auto& grownTo(Table& table, std::int32_t index) {
    const auto slot = static_cast<std::size_t>(index);
    if (table.size() <= slot) table.resize(slot + 1);
    return table[slot];
}

} // namespace

/// Inserts sorted events and reports how many.
class EventStaging::Writer {
public:
    Writer(Database& database, std::int64_t timeScale, Hasher& hasher)
        : timeScale_(timeScale), hasher_(hasher),
          insert_(database.prepare("INSERT INTO events (user, time, seq, item) VALUES (?1, ?2, ?3, ?4)")) {}

    /// `sequence`: how many events of this user came before.
    std::int64_t write(const Record& record, std::int64_t sequence) {
        const std::int64_t time = record.time * timeScale_;
        insert_.bind(1, std::int64_t{record.user} + 1);
        insert_.bind(2, time);
        insert_.bind(3, sequence);
        insert_.bind(4, std::int64_t{record.item} + 1);
        insert_.exec();
        insert_.reset();
        hasher_.add(std::int64_t{record.user}).add(std::int64_t{record.item}).add(time);
        return time;
    }

private:
    std::int64_t timeScale_;
    Hasher& hasher_;
    SQLite::Statement insert_;
};

EventStaging::EventStaging(const std::filesystem::path& folder)
    : path_(folder / "events.staging"), file_(std::fopen(path_.c_str(), "w+be")) {
    if (!file_) fail();
}

EventStaging::~EventStaging() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void EventStaging::fail() const {
    const bool isFull = errno == ENOSPC || errno == EFBIG || errno == EDQUOT;
    throw Error(ErrorKind::unavailable,
                fmt::format("write {}: {}", path_.string(), isFull ? "the disk is full" : std::strerror(errno)));
}

void EventStaging::add(UserIndex user, ItemIndex item, std::int64_t time) {
    const Record record{user.value, item.value, time};
    if (std::fwrite(&record, sizeof record, 1, file_.get()) != 1) fail();
    ++grownTo(userTotals_, user.value).events;
    ++grownTo(eventsOfItems_, item.value);
    ++count_;
}

std::vector<EventStaging::Record> EventStaging::collect(std::size_t first, std::size_t last, std::int64_t total) {
    std::vector<std::size_t> next; // where the next event of each user goes
    std::size_t begin = 0;
    for (std::size_t user = first; user < last; ++user) {
        next.push_back(begin);
        begin += static_cast<std::size_t>(userTotals_[user].events);
    }
    std::vector<Record> records(static_cast<std::size_t>(total));
    std::array<Record, 4096> block;
    std::rewind(file_.get());
    while (const std::size_t count = std::fread(block.data(), sizeof(Record), block.size(), file_.get()))
        for (std::size_t i = 0; i < count; ++i)
            if (const auto user = static_cast<std::size_t>(block[i].user); user >= first && user < last)
                records[next[user - first]++] = block[i];
    if (std::ferror(file_.get())) fail();
    return records;
}

void EventStaging::moveSorted(Database& database, std::int64_t timeScale, Hasher& hasher, const ProgressSink& progress,
                              const std::stop_token& stop) {
    if (std::fflush(file_.get()) != 0) fail();
    Writer writer(database, timeScale, hasher);
    std::int64_t moved = 0;
    for (std::size_t first = 0, last = 0; first < userTotals_.size(); first = last) {
        progress({"sorting events", moved, count_, "rows"});
        std::int64_t total = userTotals_[last++].events;
        while (last < userTotals_.size() && total + userTotals_[last].events <= eventsInMemory)
            total += userTotals_[last++].events;
        std::vector<Record> records = collect(first, last, total);
        auto begin = records.begin();
        for (std::size_t user = first; user < last; ++user) {
            const auto end = begin + static_cast<std::ptrdiff_t>(userTotals_[user].events);
            std::stable_sort(begin, end,
                             [](const Record& left, const Record& right) { return left.time < right.time; });
            for (std::int64_t sequence = 0; begin != end; ++begin, ++sequence) {
                userTotals_[user].lastTime = writer.write(*begin, sequence);
                if (++moved % eventsBetweenReports != 0) continue;
                throwIfStopped(stop, "make workspace");
                progress({"storing events", moved, count_, "rows"});
            }
        }
    }
}

} // namespace core
