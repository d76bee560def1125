#include "core/workspace/workspace_builder.h"
#include "core/base/hash.h"
#include "core/storage/database.h"
#include "core/workspace/build_folder.h"
#include "core/workspace/durable_files.h"
#include "core/workspace/event_staging.h"
#include "core/workspace/id_rules.h"
#include "core/workspace/id_table.h"
#include "core/workspace/item_table.h"
#include "core/workspace/layout.h"
#include "core/workspace/meta.h"
#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>
#include <system_error>
#include <vector>

namespace core {

namespace {

namespace fs = std::filesystem;

/// Lets a stop interrupt a single long statement.
class InterruptOnStop {
public:
    InterruptOnStop(Database& database, const std::stop_token& stop)
        : handle_(database.sqlite().getHandle()), stop_(stop) {
        sqlite3_progress_handler(
            handle_, 10'000,
            [](void* token) { return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0; }, &stop_);
    }
    ~InterruptOnStop() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
    InterruptOnStop(const InterruptOnStop&) = delete;
    InterruptOnStop& operator=(const InterruptOnStop&) = delete;

private:
    sqlite3* handle_;
    std::stop_token stop_;
};

} // namespace

struct WorkspaceBuilder::Impl {
    Impl(const fs::path& target, IfExists ifExists)
        : folder(target, ifExists), what(fmt::format("make workspace {}", folder.target().string())),
          database(std::in_place, folder.path() / layout::database, DatabaseAccess::create) {
        beginLoading();
    }

    void beginLoading();
    void insertUsers();
    void countEventsOfItems();
    void createIndexes();
    void finishDatabase();

    BuildFolder folder;
    std::string what;
    std::optional<Database> database;
    std::vector<std::string> indexes; ///< SQL of the indexes that are made after loading
    std::optional<ItemTable> items;
    std::optional<EventStaging> staging;
    IdTable users;
    std::int64_t timeScale = 1;
    std::string pictureRoot;
    WorkspaceSummary summary;
    bool isCommitted = false;
};

/// Nothing is kept of a build that fails, so SQLite needs no journal while it loads, and indexes are made at the end.
void WorkspaceBuilder::Impl::beginLoading() {
    translatingErrors(what, [&] {
        migrate(*database, layout::applicationId, workspaceMigrations());
        for (const char* pragma : {"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF",
                                   "PRAGMA cache_size = -65536"})
            database->execute(pragma);
        staging.emplace(folder.path());
        database->execute("BEGIN");
        SQLite::Statement named =
            database->prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL");
        std::vector<std::string> names;
        while (named.executeStep()) {
            names.push_back(named.getColumn(0).getString());
            indexes.push_back(named.getColumn(1).getString());
        }
        named.reset();
        for (const auto& name : names) database->execute("DROP INDEX " + name);
        items.emplace(*database);
    });
}

void WorkspaceBuilder::Impl::insertUsers() {
    const auto& totals = staging->userTotals();
    SQLite::Statement insert =
        database->prepare("INSERT INTO users (row, id, events, last_time) VALUES (?1, ?2, ?3, ?4)");
    for (std::int32_t user = 0; user < users.size(); ++user) {
        const auto total = static_cast<std::size_t>(user) < totals.size() ? totals[static_cast<std::size_t>(user)]
                                                                          : EventStaging::UserTotal{};
        insert.bind(1, std::int64_t{user} + 1);
        insert.bind(2, std::string(users.id(user)));
        insert.bind(3, total.events);
        if (summary.hasTimes && total.events > 0)
            insert.bind(4, total.lastTime);
        else
            insert.bind(4);
        insert.exec();
        insert.reset();
    }
}

void WorkspaceBuilder::Impl::countEventsOfItems() {
    SQLite::Statement update = database->prepare("UPDATE items SET events = ?1 WHERE row = ?2");
    std::int64_t row = 0;
    for (const std::int64_t events : staging->eventsOfItems()) {
        ++row;
        if (events == 0) continue;
        update.bind(1, events);
        update.bind(2, row);
        update.exec();
        update.reset();
    }
}

void WorkspaceBuilder::Impl::createIndexes() {
    for (const auto& sql : indexes) database->execute(sql);
    database->execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')");
    database->execute("PRAGMA analysis_limit = 1000");
    database->execute("ANALYZE");
}

void WorkspaceBuilder::Impl::finishDatabase() {
    writeSummary(*database, summary);
    writeMeta(*database, "picture_root", pictureRoot);
    items.reset();
    staging.reset();
    database->execute("COMMIT");
    database->execute("PRAGMA journal_mode = WAL");
    database.reset();
    syncPath(folder.path() / layout::database);
}

WorkspaceBuilder::WorkspaceBuilder(const fs::path& folder, IfExists ifExists)
    : impl_(std::make_unique<Impl>(folder, ifExists)) {}

WorkspaceBuilder::~WorkspaceBuilder() = default;

const fs::path& WorkspaceBuilder::buildFolder() const { return impl_->folder.path(); }

ItemIndex WorkspaceBuilder::addItem(const NewItem& item) {
    requireId(item.text.id, impl_->what);
    const auto index = translatingErrors(impl_->what, [&] { return impl_->items->insert(item); });
    if (!index)
        throw Error(ErrorKind::invalidInput, fmt::format("{}: item {} is there already", impl_->what, item.text.id));
    return *index;
}

std::int32_t WorkspaceBuilder::itemCount() const { return impl_->items->size(); }

std::optional<ItemIndex> WorkspaceBuilder::findItem(std::string_view id) const { return impl_->items->find(id); }

std::optional<UserIndex> WorkspaceBuilder::findUser(std::string_view id) const {
    const auto position = impl_->users.find(id);
    return position ? std::optional(UserIndex{*position}) : std::nullopt;
}

UserIndex WorkspaceBuilder::addUser(std::string_view id) {
    if (const auto known = impl_->users.find(id)) return {*known};
    requireId(id, impl_->what);
    bool isNew = false;
    return {impl_->users.insert(id, isNew)};
}

void WorkspaceBuilder::addEvent(UserIndex user, ItemIndex item, std::int64_t time) {
    impl_->staging->add(user, item, time);
}

std::int64_t WorkspaceBuilder::eventCountOf(UserIndex user) const {
    const auto& totals = impl_->staging->userTotals();
    return user.slot() < totals.size() ? totals[user.slot()].events : 0;
}

void WorkspaceBuilder::fillPrices(const std::vector<std::optional<double>>& prices) {
    translatingErrors(impl_->what, [&] { impl_->items->fillPrices(prices); });
}

FilterOutcome WorkspaceBuilder::filterEvents(const EventFilter& filter, const ProgressSink& progress,
                                             const std::stop_token& stop) {
    Impl& impl = *impl_;
    FilterOutcome outcome =
        impl.staging->filter(filter, {impl.users.size(), impl.items->size(), impl.timeScale}, progress, stop);
    if (!outcome.newUsers.empty()) {
        IdTable users;
        for (std::int32_t user = 0; user < impl.users.size(); ++user) {
            bool isNew = false;
            if (outcome.newUsers[static_cast<std::size_t>(user)] >= 0) users.insert(impl.users.id(user), isNew);
        }
        impl.users = std::move(users);
    }
    if (!outcome.newItems.empty()) translatingErrors(impl.what, [&] { impl.items->renumber(outcome.newItems); });
    return outcome;
}

std::vector<std::string> WorkspaceBuilder::picturePaths() const {
    return translatingErrors(impl_->what, [&] {
        SQLite::Statement paths =
            impl_->database->prepare("SELECT DISTINCT picture FROM items WHERE picture_identity <> ''");
        std::vector<std::string> found;
        while (paths.executeStep()) found.push_back(paths.getColumn(0).getString());
        return found;
    });
}

void WorkspaceBuilder::setHasTimes(bool hasTimes) { impl_->summary.hasTimes = hasTimes; }
void WorkspaceBuilder::setTimeScale(std::int64_t factor) { impl_->timeScale = factor; }
void WorkspaceBuilder::setSimulated(bool isSimulated) { impl_->summary.isSimulated = isSimulated; }
void WorkspaceBuilder::setSource(std::string_view source) { impl_->summary.source = source; }
void WorkspaceBuilder::setProvenance(std::string_view json) { impl_->summary.provenance = json; }
void WorkspaceBuilder::setPictureRoot(const fs::path& root) { impl_->pictureRoot = root.string(); }

WorkspaceSummary WorkspaceBuilder::commit(const ProgressSink& progress, std::stop_token stop) {
    Impl& impl = *impl_;
    if (impl.isCommitted) throw Error(ErrorKind::internal, impl.what + ": it was committed already");
    impl.isCommitted = true;
    translatingErrors(impl.what, [&] {
        {
            const InterruptOnStop interrupt(*impl.database, stop);
            Hasher hasher;
            hasher.add(impl.items->contentHash());
            hasher.add(std::int64_t{impl.summary.hasTimes});
            impl.staging->moveSorted(*impl.database, impl.timeScale, hasher, progress, stop);
            for (std::int32_t user = 0; user < impl.users.size(); ++user) hasher.add(impl.users.id(user));
            impl.summary.catalogHash = hasher.hex();
            impl.summary.events = impl.staging->count();
            impl.summary.users = impl.users.size();
            impl.items->summarise(impl.summary);
            impl.insertUsers();
            impl.countEventsOfItems();
            progress({"indexing products", 0, impl.summary.items, "items"});
            impl.createIndexes();
            throwIfStopped(stop, "make workspace");
        }
        impl.finishDatabase();
    });
    if (impl.folder.replaces()) {
        const fs::path models = impl.folder.target() / layout::models;
        std::error_code error;
        if (fs::is_directory(models, error) && !fs::exists(impl.folder.path() / layout::models, error))
            linkTree(models, impl.folder.path() / layout::models);
    }
    progress({"writing to disk", 0, 0, ""});
    impl.folder.putInPlace();
    return impl.summary;
}

} // namespace core
