#include "core/base/error.h"
#include "core/base/grouped.h"
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/progress.h"
#include "core/base/sha256.h"
#include <QTest>

class TestBase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anErrorKeepsItsKindAndMessage() {
        const core::Error error(core::ErrorKind::notFound, "open shop: no such folder");
        QCOMPARE(error.kind(), core::ErrorKind::notFound);
        QCOMPARE(error.what(), "open shop: no such folder");
        QCOMPARE(std::string(core::kindName(error.kind())), std::string("not-found"));
    }
    void countsAreGroupedByThousands() {
        QCOMPARE(core::grouped(0), std::string("0"));
        QCOMPARE(core::grouped(999), std::string("999"));
        QCOMPARE(core::grouped(-1234567), std::string("-1,234,567"));
        QCOMPARE(core::grouped(120406), std::string("120,406"));
    }
    void fieldsCannotFlowIntoEachOther() {
        QVERIFY(core::Hasher().add("ab").add("c").hex() != core::Hasher().add("a").add("bc").hex());
    }
    void aHashIsTheSameEverywhere() {
        // FNV-1a of "a" from the reference vectors of draft-eastlake-fnv
        QCOMPARE(core::Hasher().addRaw("a", 1).hex(), std::string("af63dc4c8601ec8c"));
    }
    void sha256IsThatOfTheStandard() {
        // FIPS 180-4's examples: one block, two blocks, and a million letters fed in pieces
        QCOMPARE(core::Sha256().add("abc").hex(),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(core::Sha256().hex(), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(core::Sha256().add("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex(),
                 std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
        core::Sha256 sum;
        const std::string part(1000, 'a');
        for (int times = 0; times < 1000; ++times) sum.add(part);
        QCOMPARE(sum.hex(), std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }
    void aStopBecomesACancelledError() {
        std::stop_source source;
        core::throwIfStopped(source.get_token(), "train");
        source.request_stop();
        try {
            core::throwIfStopped(source.get_token(), "train");
            QFAIL("no error");
        } catch (const core::Error& error) {
            QCOMPARE(error.kind(), core::ErrorKind::cancelled);
        }
    }
    void aDefaultIndexIsNone() {
        QVERIFY(!core::ItemIndex{}.isValid());
        QVERIFY(core::ItemIndex{0}.isValid());
        QVERIFY(core::ItemIndex{1} < core::ItemIndex{2});
    }
};
QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
