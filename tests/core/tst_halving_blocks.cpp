#include "core/base/halving_blocks.h"
#include <QTest>
#include <utility>
#include <vector>

namespace {
using Blocks = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// A device with room for `rows` at a time: the blocks that fitted.
Blocks computedOn(std::int64_t rows, std::int64_t total, std::int64_t block) {
    Blocks done;
    core::inHalvingBlocks(total, block, [&](std::int64_t from, std::int64_t count) {
        if (count > rows) throw core::Error(core::ErrorKind::outOfMemory, "score products: not enough memory");
        done.emplace_back(from, count);
    });
    return done;
}
} // namespace

class TestHalvingBlocks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void blocksCoverEverythingOnceAndInOrder() {
        QCOMPARE(computedOn(100, 10, 4), (Blocks{{0, 4}, {4, 4}, {8, 2}}));
        QCOMPARE(computedOn(100, 0, 4), Blocks());
    }
    void aBlockThatDoesNotFitIsTriedAgainWithHalf() {
        QCOMPARE(computedOn(2, 10, 8), (Blocks{{0, 2}, {2, 2}, {4, 2}, {6, 2}, {8, 2}}));
        QCOMPARE(computedOn(1, 3, 2), (Blocks{{0, 1}, {1, 1}, {2, 1}}));
    }
    void memoryThatEndsLaterHalvesFromThere() {
        Blocks done;
        core::inHalvingBlocks(12, 4, [&](std::int64_t from, std::int64_t count) {
            if (from >= 4 && count > 2) throw core::Error(core::ErrorKind::outOfMemory, "full");
            done.emplace_back(from, count);
        });
        QCOMPARE(done, (Blocks{{0, 4}, {4, 2}, {6, 2}, {8, 2}, {10, 2}}));
    }
    void oneThatDoesNotFitIsReported() {
        try {
            computedOn(0, 10, 8);
            QFAIL("nothing was reported");
        } catch (const core::Error& error) {
            QCOMPARE(error.kind(), core::ErrorKind::outOfMemory);
            QVERIFY2(std::string_view(error.what()).find("one at a time; blocks began at 8") != std::string_view::npos,
                     error.what());
        }
    }
    void otherFailuresAreNotTriedAgain() {
        int tries = 0;
        QVERIFY_THROWS_EXCEPTION(core::Error, core::inHalvingBlocks(10, 4, [&](std::int64_t, std::int64_t) {
                                     ++tries;
                                     throw core::Error(core::ErrorKind::cancelled, "stopped");
                                 }));
        QCOMPARE(tries, 1);
    }
};
QTEST_APPLESS_MAIN(TestHalvingBlocks)
#include "tst_halving_blocks.moc"
