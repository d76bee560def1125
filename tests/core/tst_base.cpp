#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/progress.h"
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
    void fieldsCannotFlowIntoEachOther() {
        QVERIFY(core::Hasher().add("ab").add("c").hex() != core::Hasher().add("a").add("bc").hex());
    }
    void aHashIsTheSameEverywhere() {
        // FNV-1a of "a" from the reference vectors of draft-eastlake-fnv
        QCOMPARE(core::Hasher().addRaw("a", 1).hex(), std::string("af63dc4c8601ec8c"));
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
