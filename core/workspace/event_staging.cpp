#include "core/workspace/event_staging.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <future>
#include <string>
#include <system_error>

namespace core {

namespace {

/// So many are sorted in memory at a time (48 MB) while as many are written; the file is read once for each such part.
constexpr std::int64_t eventsInMemory = 3'000'000;
constexpr std::int64_t eventsBetweenReports = 50'000;
constexpr std::size_t pendingRecords = 1 << 14;

template <class Table>
auto& grownTo(Table& table, std::int32_t index) {
    const auto slot = static_cast<std::size_t>(index);
    if (table.size() <= slot) table.resize(slot + 1);
    return table[slot];
}

} // namespace

/// Inserts sorted events, several with one statement: that halves the time of one statement for each.
class EventStaging::Writer {
public:
    Writer(Database& database, std::int64_t timeScale, Hasher& hasher)
        : timeScale_(timeScale), hasher_(hasher), insertMany_(database.prepare(insertion(rowsAtOnce))),
          insertOne_(database.prepare(insertion(1))) {
        pending_.reserve(rowsAtOnce);
    }

    /// `sequence`: how many events of this user came before. Returns the time as it is stored.
    std::int64_t write(const Record& record, std::int64_t sequence) {
        const std::int64_t time = record.time * timeScale_;
        pending_.push_back({std::int64_t{record.user} + 1, time, sequence, std::int64_t{record.item} + 1});
        if (pending_.size() == rowsAtOnce) {
            insert(insertMany_, pending_);
            pending_.clear();
        }
        hasher_.add(std::int64_t{record.user}).add(std::int64_t{record.item}).add(time);
        return time;
    }
    void finish() {
        for (const Row& row : pending_) insert(insertOne_, {&row, 1});
        pending_.clear();
    }

private:
    static constexpr std::size_t rowsAtOnce = 16;
    using Row = std::array<std::int64_t, 4>;

    static std::string insertion(std::size_t rows) {
        std::string sql = "INSERT INTO events (user, time, seq, item) VALUES (?, ?, ?, ?)";
        for (std::size_t row = 1; row < rows; ++row) sql += ", (?, ?, ?, ?)";
        return sql;
    }
    static void insert(SQLite::Statement& statement, std::span<const Row> rows) {
        int parameter = 0;
        for (const Row& row : rows)
            for (const std::int64_t value : row) statement.bind(++parameter, value);
        statement.exec();
        statement.reset();
    }

    std::int64_t timeScale_;
    Hasher& hasher_;
    SQLite::Statement insertMany_, insertOne_;
    std::vector<Row> pending_;
};

EventStaging::EventStaging(const std::filesystem::path& folder)
    : path_(folder / "events.staging"), file_(openFile(path_)) {
    pending_.reserve(pendingRecords);
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

EventStaging::File EventStaging::openFile(const std::filesystem::path& path) const {
    File file(std::fopen(path.c_str(), "w+be"));
    if (!file) fail();
    return file;
}

void EventStaging::add(UserIndex user, ItemIndex item, std::int64_t time) {
    pending_.push_back({user.value, item.value, time});
    if (pending_.size() == pendingRecords) flush();
    ++grownTo(userTotals_, user.value).events;
    ++grownTo(eventsOfItems_, item.value);
    ++count_;
}

void EventStaging::flush() {
    if (std::fwrite(pending_.data(), sizeof(Record), pending_.size(), file_.get()) != pending_.size()) fail();
    pending_.clear();
}

void EventStaging::forEachBlock(const std::function<void(std::span<const Record>)>& visit) {
    std::array<Record, 4096> block;
    std::rewind(file_.get());
    while (const std::size_t count = std::fread(block.data(), sizeof(Record), block.size(), file_.get()))
        visit(std::span(block).first(count));
    if (std::ferror(file_.get())) fail();
}

EventStaging::Part EventStaging::sortedPart(std::size_t first) {
    Part part{first, first, {}};
    std::vector<std::size_t> next; // where the next event of each user goes
    std::size_t total = 0;
    do {
        next.push_back(total);
        total += static_cast<std::size_t>(userTotals_[part.last++].events);
    } while (part.last < userTotals_.size() &&
             total + static_cast<std::size_t>(userTotals_[part.last].events) <= eventsInMemory);
    part.records.resize(total);
    forEachBlock([&](std::span<const Record> block) {
        for (const Record& record : block)
            if (const auto user = static_cast<std::size_t>(record.user); user >= first && user < part.last)
                part.records[next[user - first]++] = record;
    });
    auto begin = part.records.begin();
    const auto isEarlier = [](const Record& left, const Record& right) { return left.time < right.time; };
    for (std::size_t user = first; user < part.last; ++user) {
        const auto end = begin + static_cast<std::ptrdiff_t>(userTotals_[user].events);
        if (!std::is_sorted(begin, end, isEarlier)) std::stable_sort(begin, end, isEarlier);
        begin = end;
    }
    return part;
}

void EventStaging::moveSorted(Database& database, std::int64_t timeScale, Hasher& hasher, const ProgressSink& progress,
                              const std::stop_token& stop) {
    flush();
    if (std::fflush(file_.get()) != 0) fail();
    if (userTotals_.empty()) return;
    Writer writer(database, timeScale, hasher);
    std::int64_t moved = 0;
    progress({"sorting events", 0, count_, "rows"});
    // The next part is sorted while this one is written.
    const auto prepare = [this](std::size_t first) {
        return std::async(std::launch::async, [this, first] { return sortedPart(first); });
    };
    std::future<Part> next = prepare(0);
    while (next.valid()) {
        const Part part = next.get();
        if (part.last < userTotals_.size()) next = prepare(part.last);
        auto record = part.records.begin();
        for (std::size_t user = part.first; user < part.last; ++user) {
            const std::int64_t events = userTotals_[user].events;
            std::int64_t lastTime = 0;
            for (std::int64_t sequence = 0; sequence < events; ++sequence) {
                lastTime = writer.write(*record++, sequence);
                if (++moved % eventsBetweenReports != 0) continue;
                throwIfStopped(stop, "make workspace");
                progress({"storing events", moved, count_, "rows"});
            }
            if (events > 0) userTotals_[user].lastTime = lastTime;
        }
    }
    writer.finish();
}

} // namespace core
