#include "core/dataset/split.h"
#include "core/evaluation/ranks.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/co_occurrence.h"
#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

namespace {
using Lists = std::vector<std::vector<int>>;

core::Dataset datasetOf(int items, const Lists& histories) {
    core::Dataset dataset;
    for (int item = 0; item < items; ++item) dataset.items.push_back({"i" + std::to_string(item), {}, {}, {}, {}, {}});
    for (const auto& history : histories) {
        std::vector<core::Event> events;
        for (const int item : history) events.push_back({{item}, static_cast<std::int64_t>(events.size())});
        dataset.histories.append(events);
    }
    return dataset;
}

std::vector<float> scores(const std::string& name, const core::Dataset& dataset, const std::vector<int>& history) {
    const auto model = core::makeBaseline(name, dataset, core::trainingEventsHash(dataset.histories), {});
    std::vector<core::Event> events;
    for (const int item : history) events.push_back({{item}, 0});
    const core::HistoryView view{events, false};
    std::vector<float> scored(dataset.itemCount());
    model->score({&view, 1}, scored, {});
    return scored;
}

bool isNear(float actual, double expected) { return std::abs(static_cast<double>(actual) - expected) < 1e-5; }
} // namespace

class TestBaselines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void popularityCountsTrainingEventsOnly() {
        // The last two events of each user (4, 5 and 4, 0) are held out.
        const auto dataset = datasetOf(6, {{0, 1, 1, 4, 5}, {1, 2, 4, 0}});
        QCOMPARE(scores("popularity", dataset, {3}), (std::vector<float>{1, 3, 1, 0, 0, 0}));
    }
    void repeatLastRanksTheHistoryNewestFirst() {
        const auto dataset = datasetOf(5, {});
        QCOMPARE(scores("repeat-last", dataset, {1, 3, 2, 3}), (std::vector<float>{0, 1.0F / 3, 0.5F, 1, 0}));
        QCOMPARE(scores("repeat-last", dataset, {}), (std::vector<float>{0, 0, 0, 0, 0}));
    }
    void coOccurrenceHasHandWorkedWeights() {
        // Training parts: 0 1 2 and 0 1. Counts: 2, 2, 1.
        const auto dataset = datasetOf(4, {{0, 1, 2, 3, 3}, {0, 1, 3, 3}});
        const core::CoOccurrenceTable table(dataset, {});
        QVERIFY(isNear(table.weight({0}, {1}), 2.0 / std::pow(4.0, 0.3)));
        QVERIFY(isNear(table.weight({1}, {0}), 0.5 * 2.0 / std::pow(4.0, 0.3)));
        QVERIFY(isNear(table.weight({0}, {2}), 1.0 / std::sqrt(2.0) / std::pow(2.0, 0.3)));
        QVERIFY(isNear(table.weight({2}, {0}), 0.5 / std::sqrt(2.0) / std::pow(2.0, 0.3)));
        QCOMPARE(table.weight({0}, {3}), 0.0F);
        // History 0 then 1: product 2 gets M[1, 2] / 1 + M[0, 2] / 2.
        const auto scored = scores("co-occurrence", dataset, {0, 1});
        QVERIFY(isNear(scored[2], 1.0 / std::pow(2.0, 0.3) + 0.5 / std::sqrt(2.0) / std::pow(2.0, 0.3)));
        QCOMPARE(scored[3], 0.0F);
    }
    void plantedHeldOutEventsChangeNoCount() {
        const std::vector<std::vector<int>> histories{{0, 1, 2, 3, 3}, {0, 1, 3, 3}, {2, 1, 0, 4, 5}};
        auto planted = histories;
        for (auto& history : planted) history[history.size() - 2] = history.back() = 2;
        const auto dataset = datasetOf(6, histories), other = datasetOf(6, planted);
        QVERIFY(core::trainingCounts(dataset) == core::trainingCounts(other));
        QCOMPARE(core::trainingEventsHash(dataset.histories), core::trainingEventsHash(other.histories));
        const core::CoOccurrenceTable table(dataset, {}), otherTable(other, {});
        for (int a = 0; a < 6; ++a)
            for (int b = 0; b < 6; ++b) QCOMPARE(table.weight({a}, {b}), otherTable.weight({a}, {b}));
        QCOMPARE(scores("popularity", dataset, {1}), scores("popularity", other, {1}));
    }
    void theWindowIsTheOneThatValidatesBetter() {
        // What comes next depends on the last event alone; the older ones mislead: many shoppers bought 9 and 1 early.
        Lists histories;
        for (int user = 0; user < 30; ++user) {
            histories.push_back({2, 3, 2, 3, 2, 3});
            histories.push_back({9, 9, 9, 9, 9, 9, 4, 5, 4, 5, 4, 5, 4, 5});
            histories.push_back({9, 8, 9, 8, 9, 8});
        }
        const auto dataset = datasetOf(10, histories);
        const core::CoOccurrenceTable table(dataset, {});
        QVERIFY(table.window() == 5 || table.window() == 50);
        std::map<int, double> ndcg; // the definition, written out
        const core::HeldOut split(dataset.histories);
        for (const int window : core::CoOccurrenceTable::windows) {
            const auto examples = split.examples(core::Split::validation);
            const core::RankMetrics metrics(10);
            for (const auto& example : examples) {
                std::vector<float> scored(10, 0.0F);
                const auto events =
                    example.input.last(std::min<std::size_t>(example.input.size(), static_cast<std::size_t>(window)));
                float recency = 1;
                for (auto event = events.rbegin(); event != events.rend(); ++event, ++recency)
                    for (int b = 0; b < 10; ++b)
                        scored[static_cast<std::size_t>(b)] += table.weight(event->item, {b}) / recency;
                ndcg[window] +=
                    static_cast<double>(metrics.of(core::rankOf(scored, example.target.item, {}))[core::ndcgAt10Slot]);
            }
        }
        const int other = table.window() == 5 ? 50 : 5;
        QVERIFY(ndcg[table.window()] >= ndcg[other] - 1e-6);
    }
    void pairsFarApartDoNotCount() {
        std::vector<int> history(53, 1);
        history.front() = 0;
        history[50] = 2;
        history[51] = 3;
        history.insert(history.end(), {4, 4});
        const core::CoOccurrenceTable table(datasetOf(5, {history}), {});
        QVERIFY(table.weight({0}, {2}) > 0.0F); // 50 apart
        QCOMPARE(table.weight({0}, {3}), 0.0F); // 51 apart
    }
    void onlyTheNewestFiftyEventsAreRead() {
        const auto dataset = datasetOf(3, {{0, 1, 2, 2}, {2, 2, 2, 2}});
        std::vector<int> history(51, 2);
        const auto without = scores("co-occurrence", dataset, history);
        history.front() = 0; // the 51st from the end
        QCOMPARE(scores("co-occurrence", dataset, history), without);
    }
    void theTableAgreesWithTheSumWrittenOut() {
        const auto dataset = datasetOf(7, {{0, 3, 3, 5, 1, 2, 6, 4}, {5, 0, 3, 1, 1, 0}, {2, 1}});
        const core::LeaveOneOut split(dataset.histories);
        const auto counts = core::trainingCounts(dataset);
        const core::CoOccurrenceTable table(dataset, {});
        for (int a = 0; a < 7; ++a)
            for (int b = 0; b < 7; ++b) {
                double sum = 0;
                for (int user = 0; user < 3; ++user) {
                    const auto events = split.training({user});
                    for (std::size_t p = 0; p < events.size(); ++p)
                        for (std::size_t q = p + 1; q < events.size(); ++q) {
                            if (events[p].item.value == a && events[q].item.value == b) sum += std::pow(q - p, -0.5);
                            if (events[p].item.value == b && events[q].item.value == a)
                                sum += 0.5 * std::pow(q - p, -0.5);
                        }
                }
                const auto product =
                    static_cast<double>(counts[static_cast<std::size_t>(a)] * counts[static_cast<std::size_t>(b)]);
                QVERIFY(isNear(table.weight({a}, {b}), sum == 0 ? 0.0 : sum / std::pow(product, 0.3)));
            }
    }
    void heldOutEventsChangeNothing() {
        const auto dataset = datasetOf(6, {{0, 1, 2, 3, 4}, {1, 2, 0, 4}});
        const auto planted = datasetOf(6, {{0, 1, 2, 5, 5}, {1, 2, 5, 5}});
        QCOMPARE(core::trainingEventsHash(planted.histories), core::trainingEventsHash(dataset.histories));
        for (const auto name : core::baselineNames())
            QCOMPARE(scores(std::string(name), planted, {0, 1}), scores(std::string(name), dataset, {0, 1}));
    }
    void theHashFollowsTrainingEventsAndTheName() {
        const auto one = datasetOf(4, {{0, 1, 2, 3}});
        const auto other = datasetOf(4, {{1, 0, 2, 3}});
        const auto hash = core::trainingEventsHash(one.histories);
        QVERIFY(hash != core::trainingEventsHash(other.histories));
        QVERIFY(core::baselineInfo("popularity", hash).hash != core::baselineInfo("repeat-last", hash).hash);
        // The same events dealt to users in another way.
        QVERIFY(core::trainingEventsHash(datasetOf(4, {{0, 1}, {2, 3}}).histories) !=
                core::trainingEventsHash(datasetOf(4, {{0}, {1, 2}, {3}}).histories));
    }
    void baselinesSayWhatTheyCannotDo() {
        const auto dataset = datasetOf(2, {{0, 1}});
        const auto model = core::makeBaseline("popularity", dataset, "hash", {});
        QVERIFY(model->info().capabilities.newHistory && !model->info().capabilities.itemVectors);
        QVERIFY_THROWS_EXCEPTION(core::Error, model->itemVectors(core::SimilarSpace::text));
        QVERIFY_THROWS_EXCEPTION(core::Error, core::makeBaseline("bpr", dataset, "hash", {}));
    }
    void aStopEndsTheCounting() {
        std::stop_source stop;
        stop.request_stop();
        const auto dataset = datasetOf(2, {{0, 1}});
        QVERIFY_THROWS_EXCEPTION(core::Error, core::makeBaseline("co-occurrence", dataset, "hash", stop.get_token()));
    }
};
QTEST_APPLESS_MAIN(TestBaselines)
#include "tst_baselines.moc"
