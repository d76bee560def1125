#pragma once
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/progress.h"
#include "core/storage/database.h"
#include <cstdio>
#include <filesystem>
#include <memory>
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

    /// Throws Error(unavailable), as all calls do, where the file cannot be written.
    explicit EventStaging(const std::filesystem::path& folder);
    /// Removes the file.
    ~EventStaging();
    EventStaging(const EventStaging&) = delete;
    EventStaging& operator=(const EventStaging&) = delete;

    void add(UserIndex user, ItemIndex item, std::int64_t time);
    std::int64_t count() const { return count_; }
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
    class Writer;
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    [[noreturn]] void fail() const;
    /// The events of users in [first, last), by user and then in order of add().
    std::vector<Record> collect(std::size_t first, std::size_t last, std::int64_t total);

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::int64_t count_ = 0;
    std::vector<UserTotal> userTotals_;
    std::vector<std::int64_t> eventsOfItems_;
};

} // namespace core
