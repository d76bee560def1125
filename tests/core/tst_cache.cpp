#include "core/cache/cache_store.h"
#include "core/storage/database.h"
#include "tests/support/temporary_folder.h"
#include <QTest>
#include <csignal>
#include <numeric>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using core::CacheStore;
using core::Provenance;
namespace fs = std::filesystem;

namespace {
Provenance someKey() { return {"model", "catalog", "history", "rules", 10, "cpu", "fp32", "0.1"}; }

std::vector<float> numbers(std::size_t count) {
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 0.5f);
    return values;
}
} // namespace

class TestCache : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aListComesBackForTheSameKeyOnly() {
        test::TemporaryFolder folder;
        CacheStore cache(folder.path());
        const std::string value("a\0b\xff", 4);
        cache.putList(someKey(), "p", value);
        QCOMPARE(cache.list(someKey(), "p"), std::optional(value));
        QVERIFY(!cache.list(someKey(), "q"));
        const auto differs = [&](auto change) {
            Provenance key = someKey();
            change(key);
            return !cache.list(key, "p");
        };
        QVERIFY(differs([](Provenance& key) { key.modelHash = "x"; }));
        QVERIFY(differs([](Provenance& key) { key.catalogHash = "x"; }));
        QVERIFY(differs([](Provenance& key) { key.historyHash = "x"; }));
        QVERIFY(differs([](Provenance& key) { key.rulesHash = "x"; }));
        QVERIFY(differs([](Provenance& key) { key.k = 11; }));
        QVERIFY(differs([](Provenance& key) { key.device = "cuda:0"; }));
        QVERIFY(differs([](Provenance& key) { key.precision = "bf16"; }));
        QVERIFY(differs([](Provenance& key) { key.version = "0.2"; }));
        QCOMPARE(cache.statistics().hits, 1);
        QCOMPARE(cache.statistics().misses, 9);
    }
    void everythingIsStillThereInTheNextSession() {
        test::TemporaryFolder folder;
        const auto values = numbers(12);
        {
            CacheStore cache(folder.path());
            cache.putList(someKey(), "", "list");
            cache.putEvaluation("e", "{}");
            cache.putThumbnail("t", "png");
            cache.putMatrix("m", 4, 3, values);
        }
        CacheStore cache(folder.path());
        QCOMPARE(cache.list(someKey(), ""), std::optional<std::string>("list"));
        QCOMPARE(cache.evaluation("e"), std::optional<std::string>("{}"));
        QCOMPARE(cache.thumbnail("t"), std::optional<std::string>("png"));
        QVERIFY(!cache.thumbnail("e"));
        const auto matrix = cache.matrix("m");
        QVERIFY(matrix.has_value());
        QCOMPARE(matrix->rows(), 4);
        QCOMPARE(matrix->width(), 3);
        QVERIFY(std::equal(values.begin(), values.end(), matrix->values().begin(), matrix->values().end()));
        QCOMPARE(cache.statistics().entries, 4);
        QVERIFY(cache.statistics().bytes >= 48 + 9);
    }
    void aMatrixOutlivesTheStoreAndItsReplacement() {
        test::TemporaryFolder folder;
        std::optional<core::CachedMatrix> kept;
        {
            CacheStore cache(folder.path());
            cache.putMatrix("m", 1, 2, numbers(2));
            kept = cache.matrix("m");
            cache.putMatrix("m", 2, 2, numbers(4));
            QCOMPARE(cache.matrix("m")->rows(), 2);
            cache.clear();
        }
        QCOMPARE(kept->rows(), 1);
        QCOMPARE(kept->values()[1], 1.5f);
    }
    void anEmptyMatrixIsAMatrix() {
        test::TemporaryFolder folder;
        CacheStore cache(folder.path());
        cache.putMatrix("m", 0, 128, {});
        QCOMPARE(cache.matrix("m")->width(), 128);
        QVERIFY(cache.matrix("m")->values().empty());
    }
    void aDamagedMatrixIsAMiss_data() {
        QTest::addColumn<QString>("damage");
        for (const char* damage : {"flip", "cut", "longer", "gone", "empty"}) QTest::newRow(damage) << damage;
    }
    void aDamagedMatrixIsAMiss() {
        QFETCH(QString, damage);
        test::TemporaryFolder folder;
        CacheStore cache(folder.path());
        cache.putMatrix("m", 4, 3, numbers(12));
        const fs::path file = fs::directory_iterator(folder / "cache")->path();
        std::string bytes = test::read(file);
        if (damage == "flip") bytes[40] = static_cast<char>(bytes[40] ^ 1);
        if (damage == "cut") bytes.resize(30);
        if (damage == "longer") bytes += "more";
        if (damage == "empty") bytes.clear();
        fs::remove(file);
        if (damage != "gone") test::write(file, bytes);
        QVERIFY(!cache.matrix("m"));
        QCOMPARE(cache.statistics().entries, 0);
        cache.putMatrix("m", 4, 3, numbers(12));
        QVERIFY(cache.matrix("m"));
    }
    void aDamagedOrForeignCacheIsMadeAnew_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("rubbish") << QByteArray(20'000, 'r');
        QTest::newRow("a damaged header") << QByteArray("SQLite format 3\0", 16) + QByteArray(8'000, '\x7f');
        QTest::newRow("empty") << QByteArray();
    }
    void aDamagedOrForeignCacheIsMadeAnew() {
        QFETCH(QByteArray, bytes);
        test::TemporaryFolder folder;
        test::write(folder / "cache.sqlite", bytes.toStdString());
        CacheStore cache(folder.path());
        cache.putEvaluation("e", "1");
        QVERIFY2(cache.statistics().problem.empty(), cache.statistics().problem.c_str());
        QCOMPARE(CacheStore(folder.path()).evaluation("e"), std::optional<std::string>("1"));
    }
    void aCacheOfAnotherVersionIsMadeAnew() {
        test::TemporaryFolder folder;
        { CacheStore(folder.path()).putEvaluation("e", "1"); }
        core::Database(folder / "cache.sqlite", core::DatabaseAccess::readWrite).execute("PRAGMA user_version = 77");
        CacheStore cache(folder.path());
        QVERIFY(!cache.evaluation("e"));
        cache.putEvaluation("e", "2");
        QCOMPARE(cache.evaluation("e"), std::optional<std::string>("2"));
    }
    void aCacheThatIsDamagedWhileOpenHealsItself() {
        test::TemporaryFolder folder;
        {
            CacheStore cache(folder.path());
            for (int i = 0; i < 200; ++i) cache.putEvaluation(std::to_string(i), std::string(2000, 'v'));
        }
        std::string bytes = test::read(folder / "cache.sqlite");
        for (std::size_t at = 4096; at + 4096 <= bytes.size(); at += 4096)
            bytes.replace(at, 64, std::string(64, '\x55'));
        test::write(folder / "cache.sqlite", bytes);
        CacheStore cache(folder.path());
        for (int i = 0; i < 200; ++i) cache.evaluation(std::to_string(i));
        cache.putEvaluation("new", "value");
        cache.putEvaluation("new", "value");
        QCOMPARE(cache.evaluation("new"), std::optional<std::string>("value"));
    }
    void whereNothingCanBeWrittenThereIsNoCache() {
        test::TemporaryFolder folder;
        CacheStore cache(folder / "missing");
        cache.putEvaluation("e", "1");
        cache.putMatrix("m", 1, 1, numbers(1));
        QVERIFY(!cache.evaluation("e"));
        QVERIFY(!cache.matrix("m"));
        cache.clear();
        QVERIFY(!cache.statistics().problem.empty());
        QVERIFY(fs::is_empty(folder.path()));
    }
    void aFullDiskIsToldAndWhatIsThereStays() {
        test::TemporaryFolder folder;
        CacheStore cache(folder.path());
        cache.putEvaluation("before", "1");
        QVERIFY(cache.statistics().problem.empty());
        rlimit usual{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &usual), 0);
        const auto previous = std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails instead
        const rlimit full{1 << 16, usual.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &full), 0);
        cache.putEvaluation("after", std::string(1 << 20, 'v'));
        const auto problem = cache.statistics().problem;
        setrlimit(RLIMIT_FSIZE, &usual);
        std::signal(SIGXFSZ, previous);
        QVERIFY(!problem.empty());
        QCOMPARE(cache.evaluation("before"), std::optional<std::string>("1"));
        QVERIFY(!cache.evaluation("after"));
    }
    void theLeastRecentlyUsedGoesFirst() {
        test::TemporaryFolder folder;
        CacheStore cache(folder.path(), 10'000);
        cache.putMatrix("matrix", 1, 1000, numbers(1000));
        cache.putEvaluation("old", std::string(2000, 'o'));
        cache.putEvaluation("newer", std::string(2000, 'n'));
        QVERIFY(cache.evaluation("old")); // used again
        cache.putEvaluation("newest", std::string(4000, 'N'));
        QVERIFY(!cache.matrix("matrix"));
        QVERIFY(fs::is_empty(folder / "cache"));
        QVERIFY(cache.evaluation("old"));
        cache.putEvaluation("huge", std::string(20'000, 'h'));
        QVERIFY(!cache.evaluation("old"));
        QVERIFY(!cache.evaluation("newest"));
        QVERIFY(cache.evaluation("huge"));
        QCOMPARE(cache.statistics().entries, 1);
    }
    void severalThreadsShareOneFolder() {
        test::TemporaryFolder folder;
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&, thread] {
                CacheStore cache(folder.path());
                for (int i = 0; i < 25; ++i) {
                    const std::string key = std::to_string(thread) + "/" + std::to_string(i);
                    cache.putEvaluation(key, key);
                    cache.putMatrix("shared", 10, 10, numbers(100));
                    if (const auto matrix = cache.matrix("shared")) QCOMPARE(matrix->values()[99], 99.5f);
                    if (const auto value = cache.evaluation(key)) QCOMPARE(*value, key);
                }
            });
        threads.clear();
        CacheStore cache(folder.path());
        QVERIFY(cache.statistics().problem.empty());
        QVERIFY(cache.statistics().entries > 1);
        QVERIFY(cache.matrix("shared").has_value());
    }
    void deletingTheCacheLosesNothingButTime() {
        test::TemporaryFolder folder;
        { CacheStore(folder.path()).putEvaluation("e", "1"); }
        fs::remove(folder / "cache.sqlite");
        CacheStore cache(folder.path());
        QVERIFY(!cache.evaluation("e"));
        cache.putEvaluation("e", "2");
        QCOMPARE(cache.evaluation("e"), std::optional<std::string>("2"));
    }
};
QTEST_APPLESS_MAIN(TestCache)
#include "tst_cache.moc"
