#include "core/workspace/event_filter.h"
#include "core/workspace/event_staging.h"
#include <algorithm>
#include <system_error>
#include <utility>

namespace core {

namespace {

constexpr const char* what = "filter events";

/// Positions of those that are marked, in order; -1 for the others.
std::vector<std::int32_t> numbered(const std::vector<char>& marks) {
    std::vector<std::int32_t> numbers;
    numbers.reserve(marks.size());
    std::int32_t next = 0;
    for (const char mark : marks) numbers.push_back(mark ? next++ : -1);
    return numbers;
}

std::int64_t countOf(const std::vector<char>& marks) { return std::count(marks.begin(), marks.end(), 1); }

} // namespace

/// In a second file, which then takes the place of the first.
void EventStaging::replaceBy(const std::function<void(EventStaging&)>& fill) {
    const std::filesystem::path folder = path_.parent_path() / "filter";
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    {
        EventStaging other(folder);
        fill(other);
        other.flush();
        std::swap(file_, other.file_);
        std::swap(path_, other.path_); // the old file goes with `other`
        pending_.clear();
        count_ = other.count_;
        userTotals_ = std::move(other.userTotals_);
        eventsOfItems_ = std::move(other.eventsOfItems_);
    }
    // Back under the name that no finished workspace holds.
    std::filesystem::rename(path_, folder.parent_path() / path_.filename(), error);
    if (!error) path_ = folder.parent_path() / path_.filename();
    std::filesystem::remove(folder, error);
}

void EventStaging::dropByTimeAndRepeats(const EventFilter& filter, std::int64_t timeScale,
                                        const std::stop_token& stop) {
    const std::size_t users = userTotals_.size();
    const auto isInTime = [&](const Record& record) {
        const std::int64_t time = record.time * timeScale;
        return (!filter.since || time >= *filter.since) && (!filter.until || time <= *filter.until);
    };
    replaceBy([&](EventStaging& kept) {
        std::vector<std::int32_t> seen; // by this user; histories are short against the catalog
        for (std::size_t first = 0; first < users;) {
            const Part part = sortedPart(first);
            std::int32_t user = -1;
            for (const Record& record : part.records) {
                if (!isInTime(record)) continue;
                if (filter.firstOfRepeats) {
                    if (std::exchange(user, record.user) != record.user) seen.clear();
                    const auto place = std::lower_bound(seen.begin(), seen.end(), record.item);
                    if (place != seen.end() && *place == record.item) continue;
                    seen.insert(place, record.item);
                }
                kept.add(UserIndex{record.user}, ItemIndex{record.item}, record.time);
            }
            first = part.last;
            throwIfStopped(stop, what);
        }
    });
}

void EventStaging::findCore(std::int64_t k, std::vector<char>& users, std::vector<char>& items,
                            const std::stop_token& stop) {
    while (true) {
        std::vector<std::int64_t> ofUser(users.size(), 0), ofItem(items.size(), 0);
        forEachBlock([&](std::span<const Record> block) {
            for (const Record& record : block) {
                const auto user = static_cast<std::size_t>(record.user), item = static_cast<std::size_t>(record.item);
                if (!users[user] || !items[item]) continue;
                ++ofUser[user];
                ++ofItem[item];
            }
        });
        bool isStable = true;
        const auto drop = [&](std::vector<char>& marks, const std::vector<std::int64_t>& counts) {
            for (std::size_t i = 0; i < marks.size(); ++i)
                if (marks[i] && counts[i] < k) {
                    marks[i] = 0;
                    isStable = false;
                }
        };
        drop(users, ofUser);
        drop(items, ofItem);
        if (isStable) return;
        throwIfStopped(stop, what);
    }
}

FilterOutcome EventStaging::filter(const EventFilter& filter, const Sizes& sizes, const ProgressSink& progress,
                                   const std::stop_token& stop) {
    FilterOutcome outcome{.eventsBefore = count_,
                          .eventsAfter = count_,
                          .usersBefore = sizes.users,
                          .usersAfter = sizes.users,
                          .itemsBefore = sizes.items,
                          .itemsAfter = sizes.items,
                          .newUsers = {},
                          .newItems = {}};
    if (!filter.isOn()) return outcome;
    progress({"filtering events", 0, count_, "rows"});
    flush();
    if (filter.since || filter.until || filter.firstOfRepeats) dropByTimeAndRepeats(filter, sizes.timeScale, stop);

    std::vector<char> users(static_cast<std::size_t>(sizes.users), 1), items(static_cast<std::size_t>(sizes.items), 1);
    findCore(std::max<std::int64_t>(filter.kCore, 0), users, items, stop);
    for (std::size_t user = 0; user < users.size(); ++user) // who has none, with or without a core
        if (filter.kCore == 0 && (user >= userTotals_.size() || userTotals_[user].events == 0)) users[user] = 0;
    outcome.newUsers = numbered(users);
    if (filter.kCore > 0) outcome.newItems = numbered(items);
    const auto renumbered = [](const std::vector<std::int32_t>& numbers, std::int32_t old) {
        return numbers.empty() ? old : numbers[static_cast<std::size_t>(old)];
    };
    replaceBy([&](EventStaging& kept) {
        forEachBlock([&](std::span<const Record> block) {
            for (const Record& record : block) {
                const std::int32_t user = renumbered(outcome.newUsers, record.user);
                const std::int32_t item = renumbered(outcome.newItems, record.item);
                if (user >= 0 && item >= 0) kept.add(UserIndex{user}, ItemIndex{item}, record.time);
            }
        });
    });
    outcome.eventsAfter = count_;
    outcome.usersAfter = countOf(users);
    outcome.itemsAfter = countOf(items);
    return outcome;
}

} // namespace core
