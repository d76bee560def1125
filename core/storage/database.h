#pragma once
#include "core/base/error.h"
#include <SQLiteCpp/SQLiteCpp.h>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace core {

enum class DatabaseAccess {
    readOnly,
    readWrite,
    create, ///< readWrite, and a new file where there is none
};

/// The core::Error for a failure of SQLite: no space, not writable and busy are `unavailable`, a damaged file is
/// `corrupt`.
Error storageError(std::string_view what, const SQLite::Exception& failure);

/// Runs `work` and turns SQLite's exceptions into core::Error with `what` in front: "search products: ...".
template <class Work>
decltype(auto) translatingErrors(std::string_view what, Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& failure) {
        throw storageError(what, failure);
    }
}

/// One numbered step of a schema: NNN_name.sql, brings user_version from number - 1 to number.
struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;
};

/// The steps of workspace.sqlite, in order; embedded from core/storage/migrations at build time.
std::span<const Migration> workspaceMigrations();

/// An open SQLite file: WAL, foreign keys on, busy timeout. One thread at a time.
class Database {
public:
    /// Throws Error: notFound, corrupt (not SQLite), unavailable. A read-only file in a folder where SQLite can make no
    /// WAL index is opened as immutable: what another program writes meanwhile is not seen.
    Database(const std::filesystem::path& file, DatabaseAccess access);

    SQLite::Database& sqlite() { return sqlite_; }
    const std::filesystem::path& file() const { return file_; }
    bool isReadOnly() const { return isReadOnly_; }
    bool isImmutable() const { return isImmutable_; }

    SQLite::Statement prepare(std::string_view sql);
    void execute(std::string_view sql);
    /// The single number of a query without parameters.
    std::int64_t number(std::string_view sql);

private:
    std::filesystem::path file_;
    bool isReadOnly_ = false, isImmutable_ = false;
    SQLite::Database sqlite_;
};

/// Writes between here and commit() happen together or not at all.
class Transaction {
public:
    explicit Transaction(Database& database);
    /// Rolls back what was not committed.
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Database& database_;
    bool isOpen_ = true;
};

/// Brings the file to the newest schema, all steps in one transaction, and marks it with `applicationId`. A file that
/// is up to date is not written. Throws Error: corrupt (the file is of another program), unavailable (made by a newer
/// program, or older and read-only; both versions are named).
void migrate(Database& database, std::uint32_t applicationId, std::span<const Migration> migrations);

} // namespace core
