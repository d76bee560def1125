#include "core/dataset/dataset.h"
#include "core/dataset/split.h"
#include <QTest>

namespace {
core::Event purchase(int item, int time) { return {{item}, time}; }
core::Histories threeUsers() {
    core::Histories histories;
    histories.append(std::vector{purchase(0, 1), purchase(1, 2), purchase(2, 2), purchase(3, 5)});
    histories.append(std::vector{purchase(4, 1), purchase(5, 2)}); // too short to be tested on
    histories.append(std::vector{purchase(1, 1), purchase(0, 2), purchase(4, 3)});
    return histories;
}
} // namespace

class TestDataset : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void missingWordsReadUnknown() {
        core::ItemText item{"7", "Mug", "", "Luma", "long", 4.5};
        QCOMPARE(item.modelText(), std::string("Title: Mug. Category: Unknown. Brand: Luma. Price: 4.50. "));
    }
    void equalTextsShareATwinGroup() {
        core::ItemText a{"1", "Mug", "", "", "", 1.0}, b{"2", "Bag", "", "", "", 1.0},
            c{"3", "Mug", "", "", "other words", 1.0};
        QCOMPARE(core::textTwinGroups(std::vector{a, b, c}), (std::vector<std::int32_t>{0, 1, 0}));
    }
    void theLastEventIsTestAndTheOneBeforeValidation() {
        const auto histories = threeUsers();
        const core::LeaveOneOut split(histories);
        QCOMPARE(split.training({0}).size(), std::size_t(2));
        QCOMPARE(split.training({1}).size(), std::size_t(2)); // whole: nothing of it is ever predicted
        const auto test = split.examples(core::Split::test);
        const auto validation = split.examples(core::Split::validation);
        QCOMPARE(test.size(), std::size_t(2));
        QCOMPARE(test[0].target.item.value, 3);
        QCOMPARE(test[0].input.size(), std::size_t(3)); // the validation event is input at test time
        QCOMPARE(validation[1].user.value, 2);
        QCOMPARE(validation[1].target.item.value, 0);
        QCOMPARE(validation[1].input.size(), std::size_t(1));
    }
    void repeatsAreLookedForInTrainingOnly() {
        core::Histories histories;
        histories.append(std::vector{purchase(0, 1), purchase(1, 2), purchase(0, 3), purchase(0, 4)});
        QVERIFY(!core::repeatsOccur(core::LeaveOneOut(histories), histories));
        histories.append(std::vector{purchase(0, 1), purchase(0, 2), purchase(1, 3), purchase(2, 4)});
        QVERIFY(core::repeatsOccur(core::LeaveOneOut(histories), histories));
    }
};
QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
