#include "core/storage/database.h"
#include <fmt/format.h>
#include <sqlite3.h>
#include <system_error>

namespace core {

namespace {

constexpr int busyTimeoutMs = 5000;

// '?', '#' and '%' have a meaning in SQLite's URIs.
std::string immutableUri(const std::filesystem::path& file) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        if (c == '?' || c == '#' || c == '%')
            uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

bool canRead(SQLite::Database& sqlite) {
    try {
        SQLite::Statement(sqlite, "SELECT count(*) FROM sqlite_schema").executeStep();
        return true;
    } catch (const SQLite::Exception& failure) {
        if (failure.getErrorCode() == SQLITE_CANTOPEN || failure.getErrorCode() == SQLITE_READONLY) return false;
        throw;
    }
}

void requireFile(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw Error(ErrorKind::notFound, fmt::format("open {}: there is no such file", file.string()));
}

SQLite::Database openFile(const std::filesystem::path& file, DatabaseAccess access, bool& isImmutable) {
    if (access != DatabaseAccess::create) requireFile(file);
    return translatingErrors(fmt::format("open {}", file.string()), [&] {
        if (access != DatabaseAccess::readOnly) {
            const int create = access == DatabaseAccess::create ? SQLite::OPEN_CREATE : 0;
            return SQLite::Database(file.string(), SQLite::OPEN_READWRITE | create, busyTimeoutMs);
        }
        SQLite::Database sqlite(file.string(), SQLite::OPEN_READONLY, busyTimeoutMs);
        if (canRead(sqlite)) return sqlite;
        isImmutable = true;
        return SQLite::Database(immutableUri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI, busyTimeoutMs);
    });
}

} // namespace

Error storageError(std::string_view what, const SQLite::Exception& failure) {
    const auto error = [&](ErrorKind kind, std::string_view why) {
        return Error(kind, fmt::format("{}: {} ({})", what, why, failure.what()));
    };
    switch (failure.getErrorCode()) {
    case SQLITE_FULL:
        return error(ErrorKind::unavailable, "the disk is full");
    case SQLITE_IOERR:
        return error(ErrorKind::unavailable, "the disk could not be read or written; is it full?");
    case SQLITE_READONLY:
        return error(ErrorKind::unavailable, "it cannot be written");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return error(ErrorKind::unavailable, "the file cannot be opened");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error(ErrorKind::unavailable, "another program is writing to it");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error(ErrorKind::corrupt, "the file is damaged; put a copy in its place, or import anew");
    case SQLITE_NOMEM:
        return error(ErrorKind::outOfMemory, "not enough memory");
    case SQLITE_INTERRUPT:
        return error(ErrorKind::cancelled, "cancelled");
    default:
        return error(ErrorKind::internal, "a query failed");
    }
}

Database::Database(const std::filesystem::path& file, DatabaseAccess access)
    : file_(file), isReadOnly_(access == DatabaseAccess::readOnly), sqlite_(openFile(file, access, isImmutable_)) {
    translatingErrors(fmt::format("open {}", file.string()), [&] {
        sqlite_.exec("PRAGMA foreign_keys = ON");
        if (isReadOnly_) return;
        sqlite_.exec("PRAGMA journal_mode = WAL");
        // What commit() confirmed survives a power cut.
        sqlite_.exec("PRAGMA synchronous = FULL");
    });
}

SQLite::Statement Database::prepare(std::string_view sql) { return SQLite::Statement(sqlite_, std::string(sql)); }

void Database::execute(std::string_view sql) { sqlite_.exec(std::string(sql)); }

std::int64_t Database::number(std::string_view sql) {
    SQLite::Statement statement = prepare(sql);
    return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    // Some failures (disk full) roll back by themselves; then there is nothing to do.
    if (isOpen_) database_.sqlite().tryExec("ROLLBACK");
}

void Transaction::commit() {
    database_.execute("COMMIT");
    isOpen_ = false;
}

void migrate(Database& database, std::uint32_t applicationId, std::span<const Migration> migrations) {
    const std::string what = fmt::format("open {}", database.file().string());
    translatingErrors(what, [&] {
        const int known = migrations.empty() ? 0 : migrations.back().number;
        const auto version = static_cast<int>(database.number("PRAGMA user_version"));
        const auto owner = static_cast<std::uint32_t>(database.number("PRAGMA application_id"));
        const bool isNew = version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && owner != applicationId)
            throw Error(ErrorKind::corrupt, what + ": this is a file of another program");
        if (version > known)
            throw Error(
                ErrorKind::unavailable,
                fmt::format("{}: it was made by a newer program (its schema is version {}, this program knows {})",
                            what, version, known));
        if (version == known) return;
        if (database.isReadOnly() && isNew)
            throw Error(ErrorKind::corrupt, what + ": the file is empty; put a copy in its place, or import anew");
        if (database.isReadOnly())
            throw Error(
                ErrorKind::unavailable,
                fmt::format("{}: it was made by an older program (its schema is version {}, this program reads {}); "
                            "open it once where it can be written",
                            what, version, known));
        Transaction transaction(database);
        for (const auto& migration : migrations)
            if (migration.number > version) database.execute(migration.sql);
        database.execute(fmt::format("PRAGMA application_id = {}", static_cast<std::int32_t>(applicationId)));
        database.execute(fmt::format("PRAGMA user_version = {}", known));
        transaction.commit();
    });
}

} // namespace core
