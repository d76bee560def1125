#pragma once
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/progress.h"
#include "core/storage/database.h"
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace core {

/// Events in the order of their source, in a file beside the database, until they are sorted into it. Memory does not
/// grow with them. A transaction of the database must be open.
class EventStaging {
public:
    struct UserTotal {
        std::int64_t events = 0, lastTime = 0;
    };

    EventStaging(Database& database, const std::filesystem::path& folder);
    /// Removes the file; the transaction must be over.
    ~EventStaging();
    EventStaging(const EventStaging&) = delete;
    EventStaging& operator=(const EventStaging&) = delete;

    void add(UserIndex user, ItemIndex item, std::int64_t time);
    std::int64_t count() const { return count_; }
    /// Into the table `events`: by user, then time, then order of add(). Times are multiplied by `timeScale`. Every
    /// event is added to `hasher`.
    void moveSorted(std::int64_t timeScale, std::int64_t items, Hasher& hasher, const ProgressSink& progress,
                    const std::stop_token& stop);
    /// After moveSorted(): by position; users at the end without events may be missing.
    const std::vector<UserTotal>& userTotals() const { return userTotals_; }
    const std::vector<std::int64_t>& eventsOfItems() const { return eventsOfItems_; }

private:
    Database& database_;
    std::filesystem::path file_;
    std::optional<SQLite::Statement> insert_;
    std::int64_t count_ = 0;
    bool isSorted_ = true; ///< so far; many sources are, and then there is nothing to sort
    UserIndex lastUser_;
    std::int64_t lastTime_ = 0;
    std::vector<UserTotal> userTotals_;
    std::vector<std::int64_t> eventsOfItems_;
};

} // namespace core
