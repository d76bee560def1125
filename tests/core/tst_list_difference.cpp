#include "core/engine/list_difference.h"
#include <QTest>

namespace {
std::vector<core::Recommendation> list(std::initializer_list<int> items) {
    std::vector<core::Recommendation> made;
    for (const int item : items) made.push_back({{item}, static_cast<int>(made.size()) + 1, 0.0F});
    return made;
}
} // namespace

class TestListDifference : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatEnteredLeftAndMoved() {
        const auto difference = core::listDifference(list({1, 2, 3}), list({3, 9, 1}));
        QCOMPARE(difference.enteredCount(), 1);
        QCOMPARE(difference.movedCount(), 2);
        QCOMPARE(difference.left.size(), std::size_t(1));
        QCOMPARE(difference.left[0].value, 2);
        QCOMPARE(difference.inB[0].movement, core::Movement::up);
        QCOMPARE(difference.inB[1].movement, core::Movement::entered);
        QCOMPARE(difference.inB[2].movement, core::Movement::down);
        QCOMPARE(difference.sentence(17, 3), std::string("1 new, 1 up, 1 down; true next 17 -> 3"));
    }
    void aTrueNextProductThatRulesTakeOutIsCalledExcluded() {
        const auto difference = core::listDifference(list({1}), list({2}));
        QCOMPARE(difference.sentence(0, 0), std::string("1 new, 0 up, 0 down; true next excluded"));
        QCOMPARE(difference.sentence(4, 0), std::string("1 new, 0 up, 0 down; true next 4 -> excluded"));
    }
    void equalListsSaySo() {
        QCOMPARE(core::listDifference(list({1, 2}), list({1, 2})).sentence(),
                 std::string("same 2 products in the same order"));
    }
    void emptyListsDiffer() {
        const auto difference = core::listDifference(list({}), list({5}));
        QCOMPARE(difference.enteredCount(), 1);
        QVERIFY(difference.left.empty());
    }
};
QTEST_APPLESS_MAIN(TestListDifference)
#include "tst_list_difference.moc"
