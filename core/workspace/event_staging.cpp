#include "core/workspace/event_staging.h"
#include <system_error>

namespace core {

EventStaging::EventStaging(Database& database, const std::filesystem::path& folder)
    : database_(database), file_(folder / "staging.sqlite") {
    SQLite::Statement attach = database_.prepare("ATTACH :file AS staging");
    attach.bind(":file", file_.string());
    attach.exec();
    for (const char* sql : {"PRAGMA staging.journal_mode = OFF", "PRAGMA staging.synchronous = OFF",
                            "CREATE TABLE staging.events (user INTEGER, item INTEGER, time INTEGER)"})
        database_.execute(sql);
    insert_.emplace(database_.prepare("INSERT INTO staging.events (user, item, time) VALUES (?1, ?2, ?3)"));
}

EventStaging::~EventStaging() {
    insert_.reset();
    database_.sqlite().tryExec("DETACH staging");
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

void EventStaging::add(UserIndex user, ItemIndex item, std::int64_t time) {
    isSorted_ = isSorted_ && (lastUser_ < user || (lastUser_ == user && lastTime_ <= time));
    lastUser_ = user;
    lastTime_ = time;
    insert_->bind(1, std::int64_t{user.value});
    insert_->bind(2, std::int64_t{item.value});
    insert_->bind(3, time);
    insert_->exec();
    insert_->reset();
    ++count_;
}

void EventStaging::moveSorted(std::int64_t timeScale, std::int64_t items, Hasher& hasher, const ProgressSink& progress,
                              const std::stop_token& stop) {
    constexpr std::int64_t eventsBetweenReports = 50'000;
    eventsOfItems_.assign(static_cast<std::size_t>(items), 0);
    progress({"sorting events", 0, count_, "rows"});
    SQLite::Statement sorted =
        database_.prepare(isSorted_ ? "SELECT user, item, time FROM staging.events ORDER BY rowid"
                                    : "SELECT user, item, time FROM staging.events ORDER BY user, time, rowid");
    SQLite::Statement insert = database_.prepare("INSERT INTO events (user, time, seq, item) VALUES (?1, ?2, ?3, ?4)");
    std::int64_t moved = 0;
    while (sorted.executeStep()) {
        const auto user = static_cast<std::size_t>(sorted.getColumn(0).getInt64());
        const auto item = static_cast<std::size_t>(sorted.getColumn(1).getInt64());
        const std::int64_t time = sorted.getColumn(2).getInt64() * timeScale;
        if (userTotals_.size() <= user) userTotals_.resize(user + 1);
        UserTotal& total = userTotals_[user];
        insert.bind(1, static_cast<std::int64_t>(user) + 1);
        insert.bind(2, time);
        insert.bind(3, total.events);
        insert.bind(4, static_cast<std::int64_t>(item) + 1);
        insert.exec();
        insert.reset();
        ++total.events;
        total.lastTime = time;
        ++eventsOfItems_[item];
        hasher.add(static_cast<std::int64_t>(user)).add(static_cast<std::int64_t>(item)).add(time);
        if (++moved % eventsBetweenReports == 0) {
            throwIfStopped(stop, "make workspace");
            progress({"storing events", moved, count_, "rows"});
        }
    }
}

} // namespace core
