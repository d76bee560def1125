#include "core/storage/database.h"
#include "tests/support/check_error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/without_privileges.h"
#include <array>
#include <fstream>

using core::Database;
using core::DatabaseAccess;
using core::ErrorKind;
using core::Migration;

namespace {
constexpr std::uint32_t testApplication = 0x7e57;
constexpr std::array<Migration, 2> twoSteps{
    {{1, "first", "CREATE TABLE words (word TEXT);"}, {2, "second", "ALTER TABLE words ADD COLUMN length INTEGER;"}}};
constexpr std::span<const Migration> oneStep = std::span(twoSteps).first(1);
} // namespace

class TestStorage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNewFileIsSafeToPullThePlugOn() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        SQLite::Statement mode = database.prepare("PRAGMA journal_mode");
        QVERIFY(mode.executeStep());
        QCOMPARE(mode.getColumn(0).getString(), std::string("wal"));
        QCOMPARE(database.number("PRAGMA foreign_keys"), 1);
        QCOMPARE(database.number("PRAGMA synchronous"), 2);
        QVERIFY(database.number("PRAGMA busy_timeout") > 0);
    }
    void aMissingFileIsNotMadeByOpening() {
        test::TemporaryFolder folder;
        VERIFY_ERROR(Database(folder / "a.sqlite", DatabaseAccess::readWrite), ErrorKind::notFound, "no such file");
        VERIFY_ERROR(Database(folder / "a.sqlite", DatabaseAccess::readOnly), ErrorKind::notFound, "a.sqlite");
        QVERIFY(std::filesystem::is_empty(folder.path()));
    }
    void somethingElseThanADatabaseIsCorrupt() {
        test::TemporaryFolder folder;
        const auto file = test::write(folder / "a.sqlite", std::string(5000, 'x'));
        VERIFY_ERROR(Database(file, DatabaseAccess::readWrite), ErrorKind::corrupt, "damaged");
        VERIFY_ERROR(Database(file, DatabaseAccess::readOnly), ErrorKind::corrupt, "damaged");
    }
    void whatIsNotCommittedDidNotHappen() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        migrate(database, testApplication, oneStep);
        {
            core::Transaction transaction(database);
            database.execute("INSERT INTO words VALUES ('lost')");
        }
        {
            core::Transaction transaction(database);
            database.execute("INSERT INTO words VALUES ('kept')");
            transaction.commit();
        }
        QCOMPARE(database.number("SELECT count(*) FROM words"), 1);
    }
    void migrationsRunOnceAndInOrder() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        migrate(database, testApplication, oneStep);
        QCOMPARE(database.number("PRAGMA user_version"), 1);
        QCOMPARE(database.number("PRAGMA application_id"), std::int64_t{testApplication});
        database.execute("INSERT INTO words VALUES ('old')");
        migrate(database, testApplication, twoSteps);
        migrate(database, testApplication, twoSteps);
        QCOMPARE(database.number("PRAGMA user_version"), 2);
        QCOMPARE(database.number("SELECT count(*) FROM words WHERE length IS NULL"), 1);
    }
    void aFailedMigrationChangesNothing() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        constexpr std::array<Migration, 2> broken{{twoSteps[0], {2, "broken", "CREATE TABLE more (a); NONSENSE;"}}};
        VERIFY_ERROR(migrate(database, testApplication, broken), ErrorKind::internal, "NONSENSE");
        QCOMPARE(database.number("PRAGMA user_version"), 0);
        QCOMPARE(database.number("SELECT count(*) FROM sqlite_schema"), 0);
    }
    void aNewerFileIsRefusedWithBothVersions() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        migrate(database, testApplication, twoSteps);
        VERIFY_ERROR(migrate(database, testApplication, oneStep), ErrorKind::unavailable,
                     "newer program (its schema is version 2, this program knows 1)");
    }
    void anEmptyFileIsADamagedOne() {
        test::TemporaryFolder folder;
        const auto file = folder / "a.sqlite";
        std::ofstream(file).close();
        Database database(file, DatabaseAccess::readOnly);
        VERIFY_ERROR(migrate(database, testApplication, oneStep), ErrorKind::corrupt, "the file is empty");
    }
    void anOlderFileIsNotChangedByReading() {
        test::TemporaryFolder folder;
        const auto file = folder / "a.sqlite";
        {
            Database database(file, DatabaseAccess::create);
            migrate(database, testApplication, oneStep);
        }
        Database database(file, DatabaseAccess::readOnly);
        VERIFY_ERROR(migrate(database, testApplication, twoSteps), ErrorKind::unavailable, "older program");
    }
    void aFileOfAnotherProgramIsLeftAlone() {
        test::TemporaryFolder folder;
        Database database(folder / "a.sqlite", DatabaseAccess::create);
        database.execute("CREATE TABLE theirs (a)");
        VERIFY_ERROR(migrate(database, testApplication, oneStep), ErrorKind::corrupt, "another program");
    }
    void theMigrationsOfAWorkspaceAreNumberedWithoutGaps() {
        QVERIFY(!core::workspaceMigrations().empty());
        int number = 0;
        for (const auto& migration : core::workspaceMigrations()) QCOMPARE(migration.number, ++number);
    }
    void aFolderThatCannotBeWrittenIsReadAllTheSame() {
        test::TemporaryFolder folder;
        const auto file = folder / "a # 100%?.sqlite";
        {
            Database database(file, DatabaseAccess::create);
            migrate(database, testApplication, oneStep);
            database.execute("INSERT INTO words VALUES ('kept')");
        }
        std::filesystem::permissions(file, std::filesystem::perms(0444));
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
        {
            const test::WithoutPrivileges nobody;
            Database database(file, DatabaseAccess::readOnly);
            QVERIFY(database.isReadOnly());
            QVERIFY(database.isImmutable());
            QCOMPARE(database.number("SELECT count(*) FROM words"), 1);
        }
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    }
    void readersSeeWhatAWriterCommits() {
        test::TemporaryFolder folder;
        Database writer(folder / "a.sqlite", DatabaseAccess::create);
        migrate(writer, testApplication, oneStep);
        Database reader(folder / "a.sqlite", DatabaseAccess::readOnly);
        core::Transaction transaction(writer);
        writer.execute("INSERT INTO words VALUES ('new')");
        QCOMPARE(reader.number("SELECT count(*) FROM words"), 0);
        transaction.commit();
        QCOMPARE(reader.number("SELECT count(*) FROM words"), 1);
        VERIFY_ERROR(core::translatingErrors("write", [&] { reader.execute("DELETE FROM words"); }),
                     ErrorKind::unavailable, "write: it cannot be written");
    }
};
QTEST_APPLESS_MAIN(TestStorage)
#include "tst_storage.moc"
