#include "core/base/error.h"
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
    void aLastBasketIsHeldOutWhole() {
        core::Histories histories;
        // Baskets at 1, 2 and 5; two baskets only; three of one product each.
        histories.append(std::vector{purchase(0, 1), purchase(1, 1), purchase(2, 2), purchase(3, 5), purchase(4, 5)});
        histories.append(std::vector{purchase(0, 1), purchase(1, 2), purchase(2, 2)});
        histories.append(std::vector{purchase(3, 1), purchase(1, 2), purchase(0, 3)});
        histories.holdOut = core::parseHoldOut("last-basket", histories, true);
        const core::HeldOut split(histories);
        QCOMPARE(split.training({0}).size(), std::size_t(2));
        QCOMPARE(split.training({1}).size(), std::size_t(3)); // whole: too few baskets
        const auto test = split.examples(core::Split::test);
        QCOMPARE(test.size(), std::size_t(3)); // both products of the first user's last basket, one of the third's
        QCOMPARE(test[1].target.item.value, 4);
        QCOMPARE(test[1].input.size(), std::size_t(3)); // nothing of the basket itself
        const auto validation = split.examples(core::Split::validation);
        QCOMPARE(validation.size(), std::size_t(2));
        QCOMPARE(validation[0].target.item.value, 2);
        QCOMPARE(validation[0].input.size(), std::size_t(2));
    }
    void oneTimeCutsAllShoppersAlike() {
        core::Histories histories;
        histories.append(std::vector{purchase(0, 10), purchase(1, 20), purchase(2, 30), purchase(3, 40)});
        histories.append(std::vector{purchase(4, 5), purchase(5, 38)});
        histories.append(std::vector{purchase(1, 35), purchase(0, 36)}); // bought nothing before either cut of theirs
        histories.holdOut = core::parseHoldOut("global-time:25,37", histories, true);
        const core::HeldOut split(histories);
        QCOMPARE(split.training({0}).size(), std::size_t(2));
        QCOMPARE(split.training({1}).size(), std::size_t(1));
        QVERIFY(split.training({2}).empty());
        const auto validation = split.examples(core::Split::validation);
        QCOMPARE(validation.size(), std::size_t(1));
        QCOMPARE(validation[0].target.item.value, 2);
        const auto test = split.examples(core::Split::test);
        QCOMPARE(test.size(), std::size_t(2));
        QCOMPARE(test[0].target.item.value, 3);
        QCOMPARE(test[0].input.size(), std::size_t(3)); // what is before the test cut is input, validation or not
        QCOMPARE(test[1].target.item.value, 5);
    }
    void holdOutsAreReadAsWrittenAndRefusedWhereTheyCannotBe() {
        core::Histories histories;
        for (int user = 0; user < 10; ++user) histories.append(std::vector{purchase(0, 1000 + user)});
        const auto byShares = core::parseHoldOut("global-time", histories, true);
        QCOMPARE(byShares.validationFrom, 1008);
        QCOMPARE(byShares.testFrom, 1009);
        for (const char* rule : {"leave-one-out", "last-basket"})
            QCOMPARE(core::holdOutText(core::parseHoldOut(rule, histories, true)), std::string(rule));
        QVERIFY(core::parseHoldOut(core::holdOutText(byShares), histories, true) == byShares);
        const auto byDates = core::parseHoldOut("global-time:1970-01-02,1970-01-03", histories, true);
        QCOMPARE(byDates.validationFrom, 86'400'000);
        for (const char* bad : {"", "by-luck", "global-time:", "global-time:0.5", "global-time:0.9,0.8",
                                "global-time:1970-02-30,1971-01-01", "global-time:a,b"})
            QVERIFY_THROWS_EXCEPTION(core::Error, core::parseHoldOut(bad, histories, true));
        for (const char* needsTimes : {"last-basket", "global-time"})
            QVERIFY_THROWS_EXCEPTION(core::Error, core::parseHoldOut(needsTimes, histories, false));
        QVERIFY(core::parseHoldOut("leave-one-out", histories, false) == core::HoldOut());
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
