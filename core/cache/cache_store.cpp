#include "core/cache/cache_store.h"
#include "core/base/hash.h"
#include "core/cache/matrix_file.h"
#include "core/storage/database.h"
#include <fmt/format.h>
#include <set>
#include <sqlite3.h>
#include <system_error>
#include <utility>

namespace core {

namespace {

namespace fs = std::filesystem;

/// Of the tables below and of what is stored in them; another number makes a new cache.
constexpr int cacheVersion = 1;
constexpr std::uint32_t cacheApplicationId = 0x50784361; // "PxCa"
/// A cache that is busy is no cache: nobody waits for it.
constexpr int busyTimeoutMs = 100;

// `file` is empty for a value in the row, else the name of a file in cache/ whose checksum is `checksum`. `used` is a
// clock that ticks with every use. The provenance of lists is spelled out, so that a person can see what is stored.
constexpr const char* schema = R"sql(
CREATE TABLE entries (
    kind TEXT NOT NULL, key TEXT NOT NULL,
    value BLOB, file TEXT NOT NULL DEFAULT '', checksum INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL, used INTEGER NOT NULL,
    model_hash TEXT, catalog_hash TEXT, history_hash TEXT, rules_hash TEXT, k INTEGER, device TEXT, precision TEXT, version TEXT,
    PRIMARY KEY (kind, key)
);
CREATE INDEX entries_by_use ON entries (used);
)sql";

std::string keyOf(const Provenance& of, std::string_view probesHash) {
    Hasher hasher;
    for (const std::string& field :
         {of.modelHash, of.catalogHash, of.historyHash, of.rulesHash, of.device, of.precision, of.version})
        hasher.add(field);
    return hasher.add(std::int64_t{of.k}).add(probesHash).hex();
}

void removeFiles(const fs::path& folder) {
    std::error_code ignored;
    for (const char* name : {"cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm", "cache.sqlite-journal"})
        fs::remove(folder / name, ignored);
    fs::remove_all(folder / "cache", ignored);
}

bool isOurs(Database& database) {
    return database.number("PRAGMA user_version") == cacheVersion &&
           database.number("PRAGMA application_id") == std::int64_t{cacheApplicationId};
}

void setUp(Database& database) {
    database.sqlite().setBusyTimeout(busyTimeoutMs);
    database.execute("PRAGMA synchronous = OFF"); // what a power cut takes is computed again
    if (isOurs(database)) return;
    Transaction transaction(database);
    if (!isOurs(database)) { // another program may have been faster
        database.execute(schema);
        database.execute(fmt::format("PRAGMA application_id = {}", cacheApplicationId));
        database.execute(fmt::format("PRAGMA user_version = {}", cacheVersion));
    }
    transaction.commit();
}

bool isDamage(int code) { return code == SQLITE_CORRUPT || code == SQLITE_NOTADB; }
/// The disk, not another program that is writing just now.
bool isRefusal(int code) {
    return code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_READONLY || code == SQLITE_CANTOPEN;
}

} // namespace

struct CacheStore::Impl {
    fs::path folder;
    std::optional<Database> database;
    CacheStatistics statistics;
    std::set<std::pair<std::string, std::string>> touched; ///< read since the last write; their time is written with it
    int restarts = 0;

    fs::path fileOf(const std::string& name) const { return folder / "cache" / name; }

    void open();
    void startAnew();
    void giveUp(std::string why);
    /// Runs `work`; a damaged cache is made anew, anything else that goes wrong leaves things as they are.
    template <class Work>
    void guarded(Work work);

    std::optional<std::string> value(const char* kind, std::string_view key);
    void put(const char* kind, std::string_view key, std::string_view value, const Provenance* provenance);
    void store(SQLite::Statement& insert, const char* kind, std::string_view key, std::int64_t bytes);
    void touch(const char* kind, std::string_view key) { touched.emplace(kind, key); }
    void writeTouched();
    void evict();
    void remove(const std::string& kind, const std::string& key, const std::string& file);
    std::int64_t nextTick() { return database->number("SELECT coalesce(max(used), 0) + 1 FROM entries"); }
};

void CacheStore::Impl::giveUp(std::string why) {
    statistics.problem = std::move(why);
    database.reset();
}

void CacheStore::Impl::startAnew() {
    database.reset();
    // More than once in a session means that the disk, not the file, is the problem.
    if (++restarts > 3) return giveUp("the cache is damaged again and again");
    removeFiles(folder);
    touched.clear();
    database.emplace(folder / "cache.sqlite", DatabaseAccess::create);
    setUp(*database);
}

void CacheStore::Impl::open() {
    try {
        database.emplace(folder / "cache.sqlite", DatabaseAccess::create);
        const bool isNew = database->number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && !isOurs(*database)) return startAnew();
        setUp(*database);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::corrupt) return startAnew();
        throw;
    } catch (const SQLite::Exception& failure) {
        if (isDamage(failure.getErrorCode())) return startAnew();
        throw;
    }
}

template <class Work>
void CacheStore::Impl::guarded(Work work) {
    if (!database) return;
    try {
        try {
            work();
        } catch (const SQLite::Exception& failure) {
            if (isDamage(failure.getErrorCode())) startAnew();
            if (isRefusal(failure.getErrorCode())) statistics.problem = failure.what(); // what is there can be read
        }
    } catch (const std::exception& failure) {
        giveUp(failure.what());
    }
}

std::optional<std::string> CacheStore::Impl::value(const char* kind, std::string_view key) {
    std::optional<std::string> found;
    guarded([&] {
        SQLite::Statement select = database->prepare("SELECT value FROM entries WHERE kind = :kind AND key = :key");
        select.bind(":kind", kind);
        select.bind(":key", std::string(key));
        if (select.executeStep()) found = select.getColumn(0).getString();
    });
    ++(found ? statistics.hits : statistics.misses);
    if (found) touch(kind, key);
    return found;
}

void CacheStore::Impl::store(SQLite::Statement& insert, const char* kind, std::string_view key, std::int64_t bytes) {
    Transaction transaction(*database);
    writeTouched();
    insert.bind(":kind", kind);
    insert.bind(":key", std::string(key));
    insert.bind(":bytes", bytes + static_cast<std::int64_t>(key.size()));
    insert.bind(":used", nextTick());
    insert.exec();
    evict();
    transaction.commit();
}

void CacheStore::Impl::put(const char* kind, std::string_view key, std::string_view value, const Provenance* of) {
    guarded([&] {
        SQLite::Statement insert = database->prepare("INSERT OR REPLACE INTO entries (kind, key, value, bytes, used, "
                                                     "model_hash, catalog_hash, history_hash, rules_hash, "
                                                     "k, device, precision, version) VALUES (:kind, :key, :value, "
                                                     ":bytes, :used, :model, :catalog, :history, :rules, "
                                                     ":k, :device, :precision, :version)");
        insert.bind(":value", value.data(), static_cast<int>(value.size()));
        if (of) {
            insert.bind(":model", of->modelHash);
            insert.bind(":catalog", of->catalogHash);
            insert.bind(":history", of->historyHash);
            insert.bind(":rules", of->rulesHash);
            insert.bind(":k", of->k);
            insert.bind(":device", of->device);
            insert.bind(":precision", of->precision);
            insert.bind(":version", of->version);
        }
        store(insert, kind, key, static_cast<std::int64_t>(value.size()));
    });
}

void CacheStore::Impl::writeTouched() {
    SQLite::Statement update = database->prepare("UPDATE entries SET used = :used WHERE kind = :kind AND key = :key");
    const std::int64_t tick = touched.empty() ? 0 : nextTick();
    for (const auto& [kind, key] : touched) {
        update.bind(":used", tick);
        update.bind(":kind", kind);
        update.bind(":key", key);
        update.exec();
        update.reset();
    }
    touched.clear();
}

/// Oldest use first, until the rest fits. The newest entry stays, however large.
void CacheStore::Impl::evict() {
    std::int64_t bytes = database->number("SELECT coalesce(sum(bytes), 0) FROM entries");
    while (bytes > statistics.capBytes && database->number("SELECT count(*) FROM entries") > 1) {
        SQLite::Statement oldest =
            database->prepare("SELECT kind, key, file, bytes FROM entries ORDER BY used LIMIT 1");
        if (!oldest.executeStep()) return;
        const std::string kind = oldest.getColumn(0).getString(), key = oldest.getColumn(1).getString();
        const std::string file = oldest.getColumn(2).getString();
        bytes -= oldest.getColumn(3).getInt64();
        oldest.reset();
        remove(kind, key, file);
    }
}

void CacheStore::Impl::remove(const std::string& kind, const std::string& key, const std::string& file) {
    SQLite::Statement statement = database->prepare("DELETE FROM entries WHERE kind = :kind AND key = :key");
    statement.bind(":kind", kind);
    statement.bind(":key", key);
    statement.exec();
    std::error_code ignored; // readers that have it mapped keep it
    if (!file.empty()) fs::remove(fileOf(file), ignored);
}

CacheStore::CacheStore(const fs::path& folder, std::int64_t capBytes) : impl_(std::make_unique<Impl>()) {
    impl_->folder = folder;
    impl_->statistics.capBytes = capBytes;
    try {
        impl_->open();
    } catch (const std::exception& failure) {
        impl_->giveUp(failure.what());
    }
}

CacheStore::~CacheStore() {
    if (!impl_) return;
    impl_->guarded([&] {
        Transaction transaction(*impl_->database);
        impl_->writeTouched();
        transaction.commit();
    });
}

CacheStore::CacheStore(CacheStore&&) noexcept = default;
CacheStore& CacheStore::operator=(CacheStore&&) noexcept = default;

std::optional<std::string> CacheStore::list(const Provenance& key, std::string_view probesHash) {
    return impl_->value("list", keyOf(key, probesHash));
}

void CacheStore::putList(const Provenance& key, std::string_view probesHash, std::string_view value) {
    impl_->put("list", keyOf(key, probesHash), value, &key);
}

std::optional<std::string> CacheStore::evaluation(std::string_view key) { return impl_->value("evaluation", key); }

void CacheStore::putEvaluation(std::string_view key, std::string_view json) {
    impl_->put("evaluation", key, json, nullptr);
}

std::optional<std::string> CacheStore::thumbnail(std::string_view key) { return impl_->value("thumbnail", key); }

void CacheStore::putThumbnail(std::string_view key, std::string_view bytes) {
    impl_->put("thumbnail", key, bytes, nullptr);
}

std::optional<CachedMatrix> CacheStore::matrix(std::string_view key) {
    std::optional<CachedMatrix> found;
    impl_->guarded([&] {
        SQLite::Statement select =
            impl_->database->prepare("SELECT file, checksum FROM entries WHERE kind = 'matrix' AND key = :key");
        select.bind(":key", std::string(key));
        if (!select.executeStep()) return;
        const std::string file = select.getColumn(0).getString();
        const auto checksum = static_cast<std::uint32_t>(select.getColumn(1).getInt64());
        select.reset();
        if (auto mapping = CachedMatrix::Mapping::open(impl_->fileOf(file), checksum)) {
            found.emplace();
            found->mapping_ = std::move(mapping);
        } else {
            impl_->remove("matrix", std::string(key), file);
        }
    });
    ++(found ? impl_->statistics.hits : impl_->statistics.misses);
    if (found) impl_->touch("matrix", key);
    return found;
}

void CacheStore::putMatrix(std::string_view key, std::int64_t rows, int width, std::span<const float> values) {
    impl_->guarded([&] {
        const std::string name = Hasher().add(key).hex() + ".f32";
        fs::create_directories(impl_->folder / "cache");
        const std::uint32_t checksum = writeMatrix(impl_->fileOf(name), rows, width, values);
        SQLite::Statement insert =
            impl_->database->prepare("INSERT OR REPLACE INTO entries (kind, key, file, checksum, bytes, used) "
                                     "VALUES (:kind, :key, :file, :checksum, :bytes, :used)");
        insert.bind(":file", name);
        insert.bind(":checksum", std::int64_t{checksum});
        impl_->store(insert, "matrix", key, static_cast<std::int64_t>(values.size_bytes()));
    });
}

CacheStatistics CacheStore::statistics() const {
    CacheStatistics statistics = impl_->statistics;
    impl_->guarded([&] {
        statistics.entries = impl_->database->number("SELECT count(*) FROM entries");
        statistics.bytes = impl_->database->number("SELECT coalesce(sum(bytes), 0) FROM entries");
    });
    return statistics;
}

void CacheStore::clear() {
    impl_->guarded([&] {
        impl_->touched.clear();
        impl_->database->execute("DELETE FROM entries");
        impl_->database->execute("VACUUM");
        fs::remove_all(impl_->folder / "cache");
    });
}

} // namespace core
