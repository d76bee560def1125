#include "tests/support/fake_engine.h"
#include <QTest>
#include <thread>

namespace {
core::RecommendRequest request(const std::string& model, std::initializer_list<int> history, int k = 4) {
    core::RecommendRequest made;
    made.model = model;
    for (const int item : history) made.history.push_back({{item}, 0});
    made.k = k;
    return made;
}
std::vector<int> items(const core::RecommendResult& result) {
    std::vector<int> found;
    for (const auto& entry : result.items) found.push_back(entry.item.value);
    return found;
}
} // namespace

class TestFakeEngine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsAreAsDocumented() {
        const auto control = std::make_shared<test::FakeControl>();
        test::FakeEngine engine(control);
        QCOMPARE(items(engine.recommend(request("text-only", {3, 5}), {})), (std::vector{6, 7, 8, 9}));
        QCOMPARE(items(engine.recommend(request("multimodal", {3, 5}), {})), (std::vector{7, 6, 9, 8}));
        QCOMPARE(items(engine.recommend(request("popularity", {1}), {})), (std::vector{0, 2, 3, 4}));
        QCOMPARE(items(engine.recommend(request("text-only", {}), {})), (std::vector{0, 1, 2, 3}));
        auto kept = request("repeat-last", {3, 5});
        kept.rules.historyItems = core::HistoryItems::keep;
        QCOMPARE(items(engine.recommend(kept, {})), (std::vector{5, 3, 0, 1}));
    }
    void exclusionClosesTheGapAndAProbeNamesTheRule() {
        const auto control = std::make_shared<test::FakeControl>();
        control->set([](auto& behaviour) { behaviour.categories = {"Bags", "Bags > Totes"}; });
        test::FakeEngine engine(control);
        auto asked = request("text-only", {5});
        asked.rules.excludedItems = {{7}};
        asked.rules.excludedCategories = {"Bags"};
        asked.probes = {{7}, {1}, {5}, {9}};
        const auto result = engine.recommend(asked, {});
        QCOMPARE(items(result), (std::vector{6, 8, 9, 10}));
        QCOMPARE(result.items[1].rank, 2);
        QCOMPARE(result.probes[0].modelRank, std::int64_t(2));
        QCOMPARE(result.probes[0].excludedBy, std::string("excluded by you"));
        QCOMPARE(result.probes[1].excludedBy, std::string("category Bags"));
        QCOMPARE(result.probes[2].excludedBy, std::string("in the history"));
        QCOMPARE(result.probes[3].rank, std::int64_t(3)); // 6, 8, 9
        QCOMPARE(result.probes[0].rank, std::int64_t(0));
        QCOMPARE(result.excluded, std::int64_t(4));
    }
    void aHeldCallEndsOnStop() {
        const auto control = std::make_shared<test::FakeControl>();
        control->hold();
        std::stop_source stop;
        auto kind = core::ErrorKind::internal;
        std::jthread engineThread([&] {
            test::FakeEngine engine(control);
            try {
                engine.recommend(request("text-only", {1}), stop.get_token());
            } catch (const core::Error& error) {
                kind = error.kind();
            }
        });
        QTRY_COMPARE(control->callCount("recommend"), std::size_t(1));
        stop.request_stop();
        engineThread.join();
        QCOMPARE(kind, core::ErrorKind::cancelled);
    }
    void aPlannedFailureComesOnce() {
        const auto control = std::make_shared<test::FakeControl>();
        control->failNext("recommend", core::ErrorKind::outOfMemory, "score: no memory");
        test::FakeEngine engine(control);
        QVERIFY_THROWS_EXCEPTION(core::Error, engine.recommend(request("text-only", {1}), {}));
        QCOMPARE(engine.recommend(request("text-only", {1}), {}).items.size(), std::size_t(4));
    }
    void aCancelledTrainingResumesAfterItsLastEpoch() {
        const auto control = std::make_shared<test::FakeControl>();
        const auto& module = test::fakeModule(control);
        const std::unique_ptr<core::Jobs> jobs(module.createJobs());
        std::stop_source stop;
        core::TrainRequest training;
        training.name = "mine";
        training.epochs = 5;
        const auto stopAtTwo = [&stop](const core::TrainPoint& point) {
            if (point.epoch == 2) stop.request_stop();
        };
        QVERIFY_THROWS_EXCEPTION(core::Error, jobs->train(training, stopAtTwo, {.stop = stop.get_token()}));
        training.resume = true;
        std::vector<int> epochs;
        const auto result =
            jobs->train(training, [&](const core::TrainPoint& point) { epochs.push_back(point.epoch); }, {});
        QCOMPARE(epochs, (std::vector{1, 2, 3, 4, 5}));
        QCOMPARE(result.curve.size(), std::size_t(5));
        const std::unique_ptr<core::Engine> engine(module.createEngine({}));
        QCOMPARE(engine->models().back().name, std::string("mine"));
    }
};
QTEST_APPLESS_MAIN(TestFakeEngine)
#include "tst_fake_engine.moc"
