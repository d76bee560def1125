#include "core/interactions/interactions.h"
#include "core/storage/database.h"
#include <fmt/format.h>

namespace core {

namespace {

UserRow readUser(const SQLite::Statement& row) {
    UserRow user;
    user.index = {static_cast<std::int32_t>(row.getColumn(0).getInt64() - 1)};
    user.id = row.getColumn(1).getString();
    user.events = row.getColumn(2).getInt64();
    if (!row.isColumnNull(3)) user.lastTime = row.getColumn(3).getInt64();
    return user;
}

const char* orderOf(UserSort sort) {
    switch (sort) {
    case UserSort::mostEvents:
        return "events DESC, row";
    case UserSort::fewestEvents:
        return "events, row";
    case UserSort::mostRecent:
        return "last_time DESC, row";
    case UserSort::fileOrder:
        break;
    }
    return "row";
}

ItemIndex itemOfRow(std::int64_t row) { return {static_cast<std::int32_t>(row - 1)}; }

} // namespace

std::int64_t Interactions::userCount() const {
    return translatingErrors("count shoppers",
                             [&] { return database_->number("SELECT coalesce(max(row), 0) FROM users"); });
}

std::int64_t Interactions::eventCount() const {
    return translatingErrors("count events",
                             [&] { return database_->number("SELECT coalesce(sum(events), 0) FROM users"); });
}

UserRow Interactions::user(UserIndex index) const {
    return translatingErrors("read a shopper", [&] {
        SQLite::Statement statement =
            database_->prepare("SELECT row, id, events, last_time FROM users WHERE row = :row");
        statement.bind(":row", std::int64_t{index.value} + 1);
        if (!statement.executeStep())
            throw Error(ErrorKind::notFound, fmt::format("read a shopper: there is no position {}", index.value));
        return readUser(statement);
    });
}

std::optional<UserIndex> Interactions::find(std::string_view id) const {
    return translatingErrors("find a shopper", [&]() -> std::optional<UserIndex> {
        SQLite::Statement statement = database_->prepare("SELECT row FROM users WHERE id = :id");
        statement.bind(":id", std::string(id));
        if (!statement.executeStep()) return std::nullopt;
        return UserIndex{static_cast<std::int32_t>(statement.getColumn(0).getInt64() - 1)};
    });
}

UserPage Interactions::search(std::string_view text, UserSort sort, std::int64_t offset, std::int64_t limit) const {
    return translatingErrors("search shoppers", [&] {
        // instr and lower, not LIKE: nothing in the text has a meaning, and ids keep their bytes.
        const std::string condition = text.empty() ? "1" : "instr(lower(id), lower(:text)) > 0";
        SQLite::Statement count = database_->prepare(fmt::format("SELECT count(*) FROM users WHERE {}", condition));
        SQLite::Statement rows = database_->prepare(
            fmt::format("SELECT row, id, events, last_time FROM users WHERE {} ORDER BY {} LIMIT :limit OFFSET :offset",
                        condition, orderOf(sort)));
        if (!text.empty()) {
            count.bind(":text", std::string(text));
            rows.bind(":text", std::string(text));
        }
        rows.bind(":limit", std::max<std::int64_t>(limit, 0));
        rows.bind(":offset", std::max<std::int64_t>(offset, 0));
        UserPage page;
        while (rows.executeStep()) page.users.push_back(readUser(rows));
        count.executeStep();
        page.total = count.getColumn(0).getInt64();
        return page;
    });
}

std::vector<Event> Interactions::history(UserIndex index) const {
    return translatingErrors("read a history", [&] {
        SQLite::Statement statement =
            database_->prepare("SELECT item, time FROM events WHERE user = :user ORDER BY time, seq");
        statement.bind(":user", std::int64_t{index.value} + 1);
        std::vector<Event> events;
        while (statement.executeStep())
            events.push_back({itemOfRow(statement.getColumn(0).getInt64()), statement.getColumn(1).getInt64()});
        return events;
    });
}

Histories Interactions::allHistories() const {
    return translatingErrors("read all histories", [&] {
        Histories histories;
        const auto users = static_cast<std::size_t>(userCount());
        histories.events.reserve(static_cast<std::size_t>(eventCount()));
        histories.begin.reserve(users + 1);
        SQLite::Statement statement =
            database_->prepare("SELECT user, item, time FROM events ORDER BY user, time, seq");
        const auto closeUntil = [&](std::size_t closed) {
            histories.begin.resize(closed + 1, static_cast<std::int64_t>(histories.events.size()));
        };
        while (statement.executeStep()) {
            closeUntil(static_cast<std::size_t>(statement.getColumn(0).getInt64() - 1));
            histories.events.push_back(
                {itemOfRow(statement.getColumn(1).getInt64()), statement.getColumn(2).getInt64()});
        }
        closeUntil(users);
        return histories;
    });
}

std::vector<ScratchShopper> Interactions::scratchShoppers() const {
    return translatingErrors("read scratch shoppers", [&] {
        SQLite::Statement shopper = database_->prepare("SELECT id, name FROM scratch_shoppers ORDER BY id");
        SQLite::Statement items =
            database_->prepare("SELECT item FROM scratch_events WHERE shopper = :shopper ORDER BY position");
        std::vector<ScratchShopper> shoppers;
        while (shopper.executeStep()) {
            shoppers.push_back({shopper.getColumn(0).getInt64(), shopper.getColumn(1).getString(), {}});
            items.reset();
            items.bind(":shopper", shoppers.back().id);
            while (items.executeStep()) shoppers.back().items.push_back(itemOfRow(items.getColumn(0).getInt64()));
        }
        return shoppers;
    });
}

std::int64_t Interactions::saveScratchShopper(const ScratchShopper& shopper) {
    return translatingErrors("save a scratch shopper", [&] {
        Transaction transaction(*database_);
        SQLite::Statement head = database_->prepare("INSERT INTO scratch_shoppers (id, name) VALUES (:id, :name) "
                                                    "ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id");
        if (shopper.id != 0) head.bind(":id", shopper.id);
        head.bind(":name", shopper.name);
        head.executeStep();
        const std::int64_t id = head.getColumn(0).getInt64();
        head.reset(); // a statement that is not finished would keep the transaction open
        SQLite::Statement clear = database_->prepare("DELETE FROM scratch_events WHERE shopper = :id");
        clear.bind(":id", id);
        clear.exec();
        SQLite::Statement insert = database_->prepare(
            "INSERT INTO scratch_events (shopper, position, item) VALUES (:shopper, :position, :item)");
        std::int64_t position = 0;
        for (const ItemIndex item : shopper.items) {
            insert.bind(":shopper", id);
            insert.bind(":position", position++);
            insert.bind(":item", std::int64_t{item.value} + 1);
            insert.exec();
            insert.reset();
        }
        transaction.commit();
        return id;
    });
}

void Interactions::removeScratchShopper(std::int64_t id) {
    translatingErrors("remove a scratch shopper", [&] {
        Transaction transaction(*database_);
        SQLite::Statement statement = database_->prepare("DELETE FROM scratch_shoppers WHERE id = :id");
        statement.bind(":id", id);
        statement.exec();
        transaction.commit();
    });
}

} // namespace core
