#include "core/base/error.h"
#include "core/evaluation/bootstrap.h"
#include "core/evaluation/evaluation_summary.h"
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

using core::MetricRow;
using core::RankMetrics;
using core::rankOf;
using core::TieRank;

namespace {
MetricRow metrics(TieRank rank) { return RankMetrics(1000).of(rank); }

template <class Call>
bool throwsError(core::ErrorKind kind, Call&& call) {
    try {
        call();
    } catch (const core::Error& error) {
        return error.kind() == kind;
    }
    return false;
}

/// `count` users; each metric is 1 with the given chance, else 0.
std::vector<MetricRow> coinRows(int count, double chance, std::uint64_t seed) {
    core::PortableRandom random(seed);
    std::vector<MetricRow> rows(static_cast<std::size_t>(count));
    for (auto& row : rows) row.fill(random.below(1000) < chance * 1000 ? 1.0F : 0.0F);
    return rows;
}

/// Four shoppers, whose test targets are products 0 to 3; product 0 and 3 have one text.
core::Dataset slicedDataset() {
    core::Dataset dataset;
    dataset.items = {{"0", "boot", "Shoes > Boots", "", "", 10.0},
                     {"1", "bag", "Bags", "", "", {}},
                     {"2", "cup", "", "", "", 3.0},
                     {"3", "boot", "Shoes > Boots", "", "", 10.0}};
    for (int user = 0; user < 4; ++user) {
        std::vector<core::Event> events;
        for (int event = 0; event < (user == 1 ? 6 : 3); ++event) events.push_back({{(user + 1) % 4}, event});
        events.push_back({{user}, 99});
        dataset.histories.append(events);
    }
    return dataset;
}
} // namespace

class TestEvaluation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aLoneRankHasTheTextbookValues() {
        const auto row = metrics({2, 1}); // rank 3
        QCOMPARE(row[0], 0.0F);
        QCOMPARE(row[1], 1.0F);
        QCOMPARE(row[4], 0.5F); // 1 / log2(4)
        QCOMPARE(row[7], 1.0F / 3.0F);
    }
    void aTieCountsAsItsExpectation() {
        const auto row = metrics({0, 4}); // ranks 1 to 4, each as likely
        QCOMPARE(row[0], 0.25F);
        QCOMPARE(row[1], 1.0F);
        const double gains = 1.0 + 1.0 / std::log2(3.0) + 0.5 + 1.0 / std::log2(5.0);
        QVERIFY(std::abs(static_cast<double>(row[4]) - gains / 4) < 1e-6);
        QVERIFY(std::abs(static_cast<double>(row[7]) - (1.0 + 0.5 + 1.0 / 3 + 0.25) / 4) < 1e-6);
        QCOMPARE(TieRank({0, 4}).expected(), 2.5);
    }
    void aTieAcrossTheCutOffCountsInPart() {
        const auto row = metrics({8, 5}); // ranks 9 to 13: two of five within ten
        QCOMPARE(row[2], 0.4F);
        QVERIFY(std::abs(static_cast<double>(row[5]) - (1 / std::log2(10.0) + 1 / std::log2(11.0)) / 5) < 1e-6);
        QCOMPARE(row[3], 1.0F);
        QCOMPARE(row[1], 0.0F);
    }
    void tiesEqualTheMeanOverAllTheirOrders() {
        for (std::int64_t better = 0; better < 30; ++better)
            for (std::int64_t tied = 1; tied < 12; ++tied) {
                const auto row = metrics({better, tied});
                for (std::size_t metric = 0; metric < row.size(); ++metric) {
                    double mean = 0;
                    for (std::int64_t place = 0; place < tied; ++place)
                        mean += static_cast<double>(metrics({better + place, 1})[metric]) / static_cast<double>(tied);
                    QVERIFY(std::abs(static_cast<double>(row[metric]) - mean) < 1e-6);
                    QVERIFY(row[metric] >= 0.0F && row[metric] <= 1.0F);
                }
            }
    }
    void ranksCountBetterAndTiedWithoutExcludedItems() {
        const std::vector<float> scores{5, 4, 4, 3, 4, 1};
        const auto rank = rankOf(scores, {2}, {});
        QCOMPARE(rank.better, std::int64_t(1));
        QCOMPARE(rank.tied, std::int64_t(3));
        const std::vector<core::ItemIndex> excluded{{0}, {4}, {5}};
        const auto without = rankOf(scores, {2}, excluded);
        QCOMPARE(without.better, std::int64_t(0));
        QCOMPARE(without.tied, std::int64_t(2));
    }
    void ranksOfALargeCatalogCountEveryScore() {
        core::PortableRandom random(11);
        std::vector<float> scores(2'500); // two whole blocks of the counting loop, and a part
        for (auto& score : scores) score = static_cast<float>(random.below(40));
        for (const std::int32_t target : {0, 1'023, 1'024, 2'047, 2'048, 2'499}) {
            const auto rank = rankOf(scores, {target}, {});
            const float wanted = scores[static_cast<std::size_t>(target)];
            QCOMPARE(rank.better, std::int64_t{std::count_if(scores.begin(), scores.end(),
                                                             [wanted](float score) { return score > wanted; })});
            QCOMPARE(rank.tied, std::int64_t{std::count(scores.begin(), scores.end(), wanted)});
        }
        for (const std::size_t place : {std::size_t{5}, std::size_t{1'500}, std::size_t{2'499}}) {
            auto damaged = scores;
            damaged[place] = -std::numeric_limits<float>::infinity();
            QVERIFY(throwsError(core::ErrorKind::internal, [&] { rankOf(damaged, {0}, {}); }));
        }
    }
    void anExcludedTargetIsAMiss() {
        const std::vector<float> scores{5, 4, 3};
        const std::vector<core::ItemIndex> excluded{{0}};
        const auto rank = rankOf(scores, {0}, excluded);
        QVERIFY(!rank.isCandidate());
        for (const float value : metrics(rank)) QCOMPARE(value, 0.0F);
    }
    void aListShorterThanTheCutOffHoldsItsTarget() {
        const std::vector<float> scores{1, 2, 3};
        const auto row = RankMetrics(3).of(rankOf(scores, {0}, {}));
        QCOMPARE(row[0], 0.0F);
        QCOMPARE(row[1], 1.0F);
        QCOMPARE(row[3], 1.0F);
    }
    void scoresThatAreNotFiniteAreRefused() {
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            const std::vector<float> scores{1, bad, 3};
            QVERIFY(throwsError(core::ErrorKind::internal, [&] { rankOf(scores, {0}, {}); }));
            QVERIFY(throwsError(core::ErrorKind::internal, [&] { rankOf(scores, {1}, {}); }));
        }
    }
    void raisingTheTargetNeverLowersAMetric() {
        core::PortableRandom random(7);
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<float> scores(50);
            for (auto& score : scores) score = static_cast<float>(random.below(8));
            const core::ItemIndex target{static_cast<std::int32_t>(random.below(50))};
            const auto before = metrics(rankOf(scores, target, {}));
            scores[target.slot()] += 1.0F;
            const auto after = metrics(rankOf(scores, target, {}));
            for (std::size_t metric = 0; metric < before.size(); ++metric) QVERIFY(after[metric] >= before[metric]);
        }
    }

    void randomNumbersAreTheSameEverywhere() {
        core::PortableRandom random(1);
        const auto first = random.next();
        core::PortableRandom again(1);
        QCOMPARE(again.next(), first);
        QCOMPARE(first, std::uint64_t(12966619160104079557ULL)); // xoshiro256** from SplitMix64(1)
        double mean = 0;
        for (int draw = 0; draw < 10000; ++draw) mean += random.below(100) / 10000.0;
        QVERIFY(std::abs(mean - 49.5) < 1.0);
    }
    void intervalsHoldTheValueAndHaveTheRightWidth() {
        const std::vector<std::vector<MetricRow>> rows{coinRows(2000, 0.3, 5)};
        const auto result = core::pairedBootstrap(rows, {.resamples = 1000, .seed = 3}, {});
        const auto& recall = result.models[0].at("recall@10");
        QVERIFY(recall.low < recall.value && recall.value < recall.high);
        const double expectedHalf = 1.96 * std::sqrt(recall.value * (1 - recall.value) / 2000);
        QVERIFY(std::abs((recall.high - recall.low) / 2 - expectedHalf) < 0.1 * expectedHalf);
        QVERIFY(result.difference.empty() && result.ratio.empty());
    }
    void theDifferenceIsPaired() {
        // B beats A by exactly .1 for each user: however users are drawn, the difference has no spread.
        std::vector<std::vector<MetricRow>> rows{coinRows(500, 0.5, 1), coinRows(500, 0.5, 1)};
        for (auto& row : rows[1])
            for (auto& value : row) value += 0.25F;
        const auto result = core::pairedBootstrap(rows, {}, {});
        const auto& difference = result.difference.at("ndcg@10");
        QVERIFY(std::abs(difference.low - 0.25) < 1e-9 && std::abs(difference.high - 0.25) < 1e-9);
        QVERIFY(result.models[0].at("ndcg@10").high - result.models[0].at("ndcg@10").low > 0.05);
        const auto& ratio = result.ratio.at("mrr");
        QVERIFY(std::abs(ratio.value - result.models[1].at("mrr").value / result.models[0].at("mrr").value) < 1e-12);
        QVERIFY(ratio.low < ratio.value && ratio.value < ratio.high);
    }
    void theSameSeedGivesTheSameIntervals() {
        const std::vector<std::vector<MetricRow>> rows{coinRows(300, 0.2, 9)};
        const auto once = core::pairedBootstrap(rows, {.resamples = 200, .seed = 4}, {});
        const auto twice = core::pairedBootstrap(rows, {.resamples = 200, .seed = 4}, {});
        const auto other = core::pairedBootstrap(rows, {.resamples = 200, .seed = 5}, {});
        QCOMPARE(once.models[0].at("mrr").low, twice.models[0].at("mrr").low);
        QVERIFY(once.models[0].at("mrr").low != other.models[0].at("mrr").low ||
                once.models[0].at("mrr").high != other.models[0].at("mrr").high);
    }
    void aRatioToZeroIsLeftOut() {
        std::vector<std::vector<MetricRow>> rows{coinRows(50, 0.0, 1), coinRows(50, 0.5, 2)};
        QVERIFY(core::pairedBootstrap(rows, {.resamples = 50}, {}).ratio.empty());
    }
    void noUsersGiveZeros() {
        const std::vector<std::vector<MetricRow>> rows(1);
        QCOMPARE(core::pairedBootstrap(rows, {.resamples = 10}, {}).models[0].at("mrr").high, 0.0);
    }
    void badRowsAreRefused() {
        using core::ErrorKind;
        std::vector<std::vector<MetricRow>> rows{coinRows(5, 0.5, 1), coinRows(4, 0.5, 1)};
        QVERIFY(throwsError(ErrorKind::invalidInput, [&] { core::pairedBootstrap(rows, {}, {}); }));
        rows.resize(1);
        rows[0][2][3] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(throwsError(ErrorKind::invalidInput, [&] { core::pairedBootstrap(rows, {}, {}); }));
        QVERIFY(throwsError(ErrorKind::invalidInput, [] { core::pairedBootstrap({}, {}, {}); }));
    }
    void aStopEndsTheBootstrap() {
        std::stop_source stop;
        stop.request_stop();
        const std::vector<std::vector<MetricRow>> rows{coinRows(50, 0.5, 1)};
        QVERIFY(throwsError(core::ErrorKind::cancelled, [&] { core::pairedBootstrap(rows, {}, stop.get_token()); }));
    }

    void modelsEvaluatedApartArePairedLater() {
        const core::ExampleFacts facts{{{0}, {2}, {3}}, 50, true};
        const core::EvaluationScope scope{"catalog", core::Split::test, core::HistoryItems::automatic};
        const core::RankedExamples a{"a", "hash-a", {{0, 1}, {20, 2}, {49, 1}}},
            b{"b", "hash-b", {{0, 1}, {0, 1}, {0, 0}}};
        const core::RankedExamples full{"full", "ceiling-full", {{0, 1}, {0, 1}, {0, 1}}};
        std::map<std::string, std::string> stored;
        for (const auto& model : {a, b, full})
            stored[core::evaluationKey(scope, model.hash)] = core::encodeRanks(model, facts);
        const auto lookup = [&stored](const std::string& key) {
            const auto found = stored.find(key);
            return found == stored.end() ? std::optional<std::string>() : found->second;
        };
        const std::vector<core::ModelInfo> models{{"a", {}, {}, "hash-a", {}, {}, {}},
                                                  {"b", {}, {}, "hash-b", {}, {}, {}}};
        const auto later = core::storedEvaluation(lookup, scope, models, 100, 7, {});
        QVERIFY(later.has_value());
        const auto atOnce = core::summarize({a, b}, {full}, facts, scope, 100, 7, {});
        QCOMPARE(later->difference.at("mrr").low, atOnce.difference.at("mrr").low);
        QCOMPARE(later->models[1].name, std::string("b"));
        QCOMPARE(later->models[0].expectedRank, (std::vector<float>{1.0F, 21.5F, 50.0F}));
        QCOMPARE(later->models[1].expectedRank.back(), 50.0F); // no candidate: the worst there is
        QCOMPARE(later->models[1].hitAt10, (std::vector<float>{1.0F, 1.0F, 0.0F}));
        QCOMPARE(later->ceilings.at("full").at("recall@1").value, 1.0);
        QCOMPARE(later->exampleUsers[1].value, 2);
        QVERIFY(later->protocol.find("50 products") != std::string::npos);
        QVERIFY(later->protocol.find("left out, because no shopper") != std::string::npos);

        auto other = scope;
        other.split = core::Split::validation;
        QVERIFY(!core::storedEvaluation(lookup, other, models, 100, 7, {}));
    }
    void everyModelIsComparedWithTheFirst() {
        const std::vector<std::vector<MetricRow>> rows{coinRows(400, 0.2, 1), coinRows(400, 0.5, 2),
                                                       coinRows(400, 0.3, 3)};
        const auto intervals = core::pairedBootstrap(rows, {200, 1}, {});
        QVERIFY(intervals.differences[0].empty());
        for (std::size_t model = 1; model < 3; ++model)
            QVERIFY(std::abs(intervals.differences[model].at("mrr").value -
                             (intervals.models[model].at("mrr").value - intervals.models[0].at("mrr").value)) < 1e-12);
        QVERIFY(intervals.differences[1].at("mrr").low > 0);
        QCOMPARE(intervals.difference.at("mrr").low, intervals.differences[2].at("mrr").low);
    }
    void aShopperWithManyTargetsCountsOnce() {
        // Shopper 0 has three targets at ranks 1, 1 and 100, shopper 1 has one at rank 100.
        const core::RankedExamples model{"m", "h", {{0, 1}, {0, 1}, {99, 1}, {99, 1}}};
        core::ExampleFacts facts{{{0}, {0}, {0}, {1}}, 200, false};
        const auto result = core::summarize({model}, {}, facts, {}, 50, 1, {});
        QCOMPARE(result.users, 2);
        QCOMPARE(result.examples, 4);
        QVERIFY(std::abs(result.models[0].metrics.at("recall@1").value - (2.0 / 3 + 0) / 2) < 1e-6);
        QCOMPARE(result.models[0].expectedRank.size(), std::size_t(4));
    }
    void slicesCoverEveryExampleOnce() {
        const auto dataset = slicedDataset();
        const core::HeldOut split(dataset.histories);
        const auto examples = split.examples(core::Split::test);
        const std::vector<std::int64_t> counts{9, 3, 0, 1};
        for (const auto group : core::sliceGroupNames()) {
            std::vector<int> seen(examples.size(), 0);
            for (const auto& slice : core::slicesOf(group, dataset, examples, counts)) {
                QCOMPARE(slice.group, std::string(group));
                QVERIFY(!slice.examples.empty());
                for (const auto example : slice.examples) ++seen[example];
            }
            QVERIFY2(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }),
                     std::string(group).c_str());
        }
        QVERIFY(throwsError(core::ErrorKind::invalidInput, [&] { core::slicesOf("luck", dataset, examples, counts); }));
    }
    void slicesHoldWhatTheirNamesSay() {
        const auto dataset = slicedDataset();
        const auto examples = core::HeldOut(dataset.histories).examples(core::Split::test); // targets 0, 1, 2, 3
        const std::vector<std::int64_t> counts{9, 3, 0, 1};
        const auto find = [&](const char* group, const std::string& name) {
            for (const auto& slice : core::slicesOf(group, dataset, examples, counts))
                if (slice.name == name) return slice.examples;
            return std::vector<std::uint32_t>{};
        };
        using Numbers = std::vector<std::uint32_t>;
        QCOMPARE(find("cold", "never bought in training"), (Numbers{2}));
        QCOMPARE(find("cold", "bought 1 to 5 times"), (Numbers{1, 3}));
        QCOMPARE(find("text-twin", "another product has its text"), (Numbers{0, 3}));
        QCOMPARE(find("popularity", "head (half of all events)"), (Numbers{0}));
        QCOMPARE(find("popularity", "middle (next 30 %)"), (Numbers{1}));
        QCOMPARE(find("history", "5 to 9 events"), (Numbers{1}));
        QCOMPARE(find("category", "Shoes"), (Numbers{0, 3}));
        QCOMPARE(find("category", "no category"), (Numbers{2}));
        QCOMPARE(find("price", "no price"), (Numbers{1}));
    }
    void aSliceIsMeasuredAsItWereAlone() {
        const core::RankedExamples first{"a", "1", {{0, 1}, {4, 1}, {0, 1}}},
            second{"b", "2", {{0, 1}, {0, 1}, {7, 1}}};
        const core::ExampleFacts facts{{{0}, {1}, {2}}, 20, false};
        const auto slices = core::summarizeSlices({first, second}, {{"g", "s", {1, 2}}}, facts, 50, 1, {});
        QCOMPARE(slices.size(), std::size_t(1));
        QCOMPARE(slices[0].users, 2);
        QCOMPARE(slices[0].models[0].at("recall@1").value, 0.5);
        QCOMPARE(slices[0].differences[1].at("recall@1").value, 0.0);
        QCOMPARE(slices[0].differences[1].at("recall@5").value, -0.5);
    }
    void keysOfOtherHoldOutsAreOthers() {
        core::EvaluationScope scope{"c", core::Split::test, core::HistoryItems::automatic, {}};
        const auto key = core::evaluationKey(scope, "m");
        scope.holdOut.rule = core::HoldOut::Rule::lastBasket;
        QVERIFY(core::evaluationKey(scope, "m") != key);
    }
    void damagedRanksAreNotRead() {
        const core::ExampleFacts facts{{{0}, {1}}, 5, false};
        const auto whole = core::encodeRanks({"a", "h", {{0, 1}, {4, 1}}}, facts);
        QVERIFY(core::decodeRanks(whole).has_value());
        QVERIFY(!core::decodeRanks(whole.substr(0, whole.size() / 2)));
        QVERIFY(!core::decodeRanks("{}"));
        QVERIFY(!core::decodeRanks(core::encodeRanks({"a", "h", {{0, 1}}}, facts)));         // a rank is missing
        QVERIFY(!core::decodeRanks(core::encodeRanks({"a", "h", {{0, 1}, {5, 1}}}, facts))); // worse than last
    }
};
QTEST_APPLESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
