#pragma once
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/progress.h"
#include "core/storage/database.h"
#include "core/workspace/event_filter.h"
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace core {

/// Events in the order of their source, in a plain file, until they are sorted into the database. Memory grows with
/// users and items, not with events.
class EventStaging {
public:
    struct UserTotal {
        std::int64_t events = 0, lastTime = 0;
    };
    struct Sizes {
        std::int32_t users = 0, items = 0;
        std::int64_t timeScale = 1;
    };

    /// Throws Error(unavailable), as all calls do, where the file cannot be written.
    explicit EventStaging(const std::filesystem::path& folder);
    /// Removes the file.
    ~EventStaging();
    EventStaging(const EventStaging&) = delete;
    EventStaging& operator=(const EventStaging&) = delete;

    void add(UserIndex user, ItemIndex item, std::int64_t time);
    std::int64_t count() const { return count_; }
    /// Keeps what `filter` takes. Users without events are taken out, and for a k-core items; the rest is renumbered.
    FilterOutcome filter(const EventFilter& filter, const Sizes& sizes, const ProgressSink& progress,
                         const std::stop_token& stop);
    /// Into the table `events`: by user, then time, then order of add(). Times are multiplied by `timeScale`. Every
    /// event is added to `hasher`.
    void moveSorted(Database& database, std::int64_t timeScale, Hasher& hasher, const ProgressSink& progress,
                    const std::stop_token& stop);
    /// By position; users and items at the end that no event names may be missing. lastTime after moveSorted().
    const std::vector<UserTotal>& userTotals() const { return userTotals_; }
    const std::vector<std::int64_t>& eventsOfItems() const { return eventsOfItems_; }

private:
    struct Record {
        std::int32_t user, item;
        std::int64_t time;
    };
    /// Users [first, last) and their events, by user, then time, then order of add().
    struct Part {
        std::size_t first = 0, last = 0;
        std::vector<Record> records;
    };
    class Writer;
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using File = std::unique_ptr<std::FILE, Close>;

    [[noreturn]] void fail() const;
    File openFile(const std::filesystem::path& path) const;
    void flush();
    /// All records in the order of add(), block by block.
    void forEachBlock(const std::function<void(std::span<const Record>)>& visit);
    /// The next part behind user `first`, small enough for memory.
    Part sortedPart(std::size_t first);
    void dropByTimeAndRepeats(const EventFilter& filter, std::int64_t timeScale, const std::stop_token& stop);
    /// Marks users and items of the k-core.
    void findCore(std::int64_t k, std::vector<char>& users, std::vector<char>& items, const std::stop_token& stop);
    /// These and no other events from now on.
    void replaceBy(const std::function<void(EventStaging&)>& fill);

    std::filesystem::path path_;
    File file_;
    std::vector<Record> pending_; ///< not yet in the file
    std::int64_t count_ = 0;
    std::vector<UserTotal> userTotals_;
    std::vector<std::int64_t> eventsOfItems_;
};

} // namespace core
