#include "core/evaluation/bootstrap.h"
#include "core/retrieval/top_k.h"
#include <QTest>
#include <algorithm>
#include <limits>
#include <numeric>

namespace {
std::vector<core::ItemText> catalog(const std::vector<std::string>& categories) {
    std::vector<core::ItemText> items;
    for (const auto& category : categories)
        items.push_back({"i" + std::to_string(items.size()), {}, category, {}, {}, {}});
    return items;
}

core::EligibilityFilter openFilter(std::size_t items) {
    return {static_cast<std::int64_t>(items), {}, false, {}, core::CategoryIndex({})};
}

std::vector<int> itemsOf(const std::vector<core::Recommendation>& list) {
    std::vector<int> items;
    for (const auto& entry : list) items.push_back(entry.item.value);
    return items;
}
} // namespace

class TestRetrieval : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalScoresStandInCatalogOrder() {
        const std::vector<float> scores{1, 3, 2, 3, 3, 0};
        const auto list = core::topK(scores, openFilter(6), 4);
        QCOMPARE(itemsOf(list), (std::vector{1, 3, 4, 2}));
        QCOMPARE(list[3].rank, 4);
        QCOMPARE(list[3].score, 2.0F);
    }
    void topKAgreesWithSortingEverything() {
        core::PortableRandom random(3);
        for (int trial = 0; trial < 50; ++trial) {
            std::vector<float> scores(200);
            for (auto& score : scores) score = static_cast<float>(random.below(40)) - 20.0F;
            std::vector<int> order(scores.size());
            std::iota(order.begin(), order.end(), 0);
            std::stable_sort(order.begin(), order.end(), [&scores](int a, int b) {
                return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
            });
            order.resize(17);
            QCOMPARE(itemsOf(core::topK(scores, openFilter(scores.size()), 17)), order);
        }
    }
    void listsAreShortOnlyWhereFewAreEligible() {
        const std::vector<float> scores{1, 2, 3};
        QCOMPARE(core::topK(scores, openFilter(3), 10).size(), std::size_t(3));
        QVERIFY(core::topK(scores, openFilter(3), 0).empty());
        QVERIFY(core::topK({}, openFilter(0), 5).empty());
        core::Eligibility rules;
        rules.excludedItems = {{0}, {1}, {2}};
        QVERIFY(core::topK(scores, {3, rules, false, {}, core::CategoryIndex({})}, 5).empty());
    }
    void scoresThatAreNotNumbersAreRefused() {
        const std::vector<float> scores{1, std::numeric_limits<float>::quiet_NaN()};
        QVERIFY_THROWS_EXCEPTION(core::Error, core::topK(scores, openFilter(2), 1));
    }
    void everyRuleExcludesAndNamesItself() {
        const auto items = catalog({"Gear", "Gear > Bags", "Gears", "Gear > Bags > Totes", "", "Tops"});
        const core::CategoryIndex categories(items);
        core::Eligibility rules;
        rules.excludedItems = {{5}, {5}};
        rules.excludedCategories = {"Gear > Bags", "Nothing"};
        const std::vector<core::Event> history{{{4}, 0}, {{1}, 1}, {{4}, 2}};
        const core::EligibilityFilter filter(6, rules, true, history, categories);
        QCOMPARE(filter.reason({0}), std::string());
        QCOMPARE(filter.reason({1}), std::string("category Gear > Bags"));
        QCOMPARE(filter.reason({2}), std::string());
        QCOMPARE(filter.reason({3}), std::string("category Gear > Bags"));
        QCOMPARE(filter.reason({4}), std::string("in the history"));
        QCOMPARE(filter.reason({5}), std::string("excluded by you"));
        QCOMPARE(filter.excludedCount(), std::int64_t(4)); // repeats counted once
    }
    void aParentCategoryStandsForItsChildren() {
        const auto items = catalog({"Gear", "Gear > Bags", "Gears", "Gear > Bags > Totes"});
        auto found = core::CategoryIndex(items).itemsOf("Gear");
        std::sort(found.begin(), found.end());
        QCOMPARE(found, (std::vector<core::ItemIndex>{{0}, {1}, {3}}));
    }
    void keptHistoryItemsStayEligible() {
        const std::vector<core::Event> history{{{0}, 0}};
        const core::EligibilityFilter filter(2, {}, false, history, core::CategoryIndex({}));
        QVERIFY(filter.isEligible({0}));
        QCOMPARE(filter.excludedCount(), std::int64_t(0));
    }
    void aProbeCountsAmongAllProducts() {
        const std::vector<float> scores{9, 8, 8, 7, 8};
        core::Eligibility rules;
        rules.excludedItems = {{0}, {2}};
        const core::EligibilityFilter filter(5, rules, false, {}, core::CategoryIndex({}));
        const auto probe = core::probeRank(scores, filter, {2});
        QCOMPARE(probe.modelRank, std::int64_t(2));
        QCOMPARE(probe.tied, std::int64_t(3));
        QCOMPARE(probe.excludedBy, std::string("excluded by you"));
        QCOMPARE(core::probeRank(scores, filter, {3}).modelRank, std::int64_t(5));
        QCOMPARE(core::probeRank(scores, filter, {1}).tied, std::int64_t(2)); // 1 and 4: 2 is in no list
    }
    void theRankOfAProbeIsThatOfTheList() {
        const std::vector<float> scores{9, 8, 8, 7, 8};
        core::Eligibility rules;
        rules.excludedItems = {{0}, {2}};
        const core::EligibilityFilter filter(5, rules, false, {}, core::CategoryIndex({}));
        for (const auto& entry : core::topK(scores, filter, 5))
            QCOMPARE(core::probeRank(scores, filter, entry.item).rank, std::int64_t{entry.rank});
        QCOMPARE(core::probeRank(scores, filter, {3}).rank, std::int64_t(3)); // 1 and 4 before it
        QCOMPARE(core::probeRank(scores, filter, {2}).rank, std::int64_t(0)); // excluded
    }
    void nearestRowsLeaveOutTheProductAndWhatDoesNotCount() {
        const std::vector<float> vectors{1, 0, 0.6F, 0.8F, 0.8F, 0.6F, 0, 1, 0.8F, 0.6F};
        const auto near = core::nearestRows(vectors, 2, {0}, {}, 3, {});
        QCOMPARE(near.size(), std::size_t(3));
        QCOMPARE(near[0].item.value, 2);
        QCOMPARE(near[1].item.value, 4); // equal: catalog order
        QCOMPARE(near[2].item.value, 1);
        const auto without = core::nearestRows(vectors, 2, {0}, {true, true, false, true, true}, 1, {});
        QCOMPARE(without[0].item.value, 4);
    }
};
QTEST_APPLESS_MAIN(TestRetrieval)
#include "tst_retrieval.moc"
