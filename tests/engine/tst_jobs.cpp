#include "core/cache/cache_store.h"
#include "core/evaluation/evaluation_summary.h"
#include "core/workspace/workspace.h"
#include "tests/engine/engine_shop.h"
#include "tests/support/cases.h"
#include <algorithm>

// Long work through the module's entry.

using namespace test;
using core::ErrorKind;

namespace {
std::unique_ptr<core::Jobs> makeJobs() { return std::unique_ptr<core::Jobs>(engineModule().createJobs()); }

core::TrainRequest training(const std::filesystem::path& workspace, const std::string& name) {
    core::TrainRequest request;
    request.workspace = workspace;
    request.name = name;
    request.modality = "text";
    request.epochs = 2;
    request.device = "cpu";
    return request;
}

const auto ignorePoint = [](const core::TrainPoint&) {};
} // namespace

TEST_CASE(aTrainedModelJoinsTheListWithItsMetrics) {
    const ShopCopy shop;
    int points = 0;
    core::JobContext context;
    context.isBackground = true;
    context.threads = 1;
    const auto result = makeJobs()->train(
        training(shop.path(), "new one"), [&](const core::TrainPoint&) { ++points; }, context);
    COMPARE(points, static_cast<int>(result.curve.size()));
    VERIFY(result.peakMemoryBytes > 0);
    const auto engine = makeEngine(shop.path());
    const auto models = engine->models();
    const auto found =
        std::find_if(models.begin(), models.end(), [](const auto& info) { return info.name == "new one"; });
    VERIFY(found != models.end());
    COMPARE(found->hash, result.model.hash);
    VERIFY(found->metrics.contains("ndcg@10"));
    COMPARE(engine->recommend(askFor("new one", {1}), {}).items.size(), std::size_t(10));
}

TEST_CASE(namesThatCannotBeAreRefused) {
    const ShopCopy shop;
    for (const char* name : {"", "a/b", "..", ".hidden", " x", "popularity", "co-occurrence", "a\nb"})
        THROWS_ERROR(makeJobs()->train(training(shop.path(), name), ignorePoint, {}), ErrorKind::invalidInput);
    THROWS_ERROR(makeJobs()->train(training(shop.path(), "words"), ignorePoint, {}), ErrorKind::invalidInput); // taken
    auto request = training(shop.path(), "fine");
    request.modality = "sound";
    THROWS_ERROR(makeJobs()->train(request, ignorePoint, {}), ErrorKind::invalidInput);
    request = training(shop.path(), "fine");
    request.recommender = "oracle";
    THROWS_ERROR(makeJobs()->train(request, ignorePoint, {}), ErrorKind::invalidInput);
    request = training(shop.path(), "fine");
    request.resume = true;
    THROWS_ERROR(makeJobs()->train(request, ignorePoint, {}), ErrorKind::notFound);
    VERIFY(!std::filesystem::exists(shop.path() / "models" / "fine"));
}

TEST_CASE(aCancelledTrainingLeavesNoModelAndResumes) {
    const ShopCopy shop;
    auto request = training(shop.path(), "later");
    request.epochs = 3;
    std::stop_source stop;
    core::JobContext context;
    context.stop = stop.get_token();
    const auto stopAfterFirst = [&stop](const core::TrainPoint&) { stop.request_stop(); };
    THROWS_ERROR(makeJobs()->train(request, stopAfterFirst, context), ErrorKind::cancelled);
    for (const auto& info : makeEngine(shop.path())->models()) VERIFY(info.name != "later");
    request.resume = true;
    std::vector<int> told;
    const auto resumed =
        makeJobs()->train(request, [&told](const core::TrainPoint& point) { told.push_back(point.epoch); }, {});
    VERIFY((told == std::vector{1, 2, 3})); // what was done before, too: curves begin at the beginning
    const auto whole = makeJobs()->train(
        [&] {
            auto same = training(shop.path(), "at once");
            same.epochs = 3;
            return same;
        }(),
        ignorePoint, {});
    COMPARE(resumed.curve.back().loss.value(), whole.curve.back().loss.value());
}

TEST_CASE(twoTrainingsOfOneNameDoNotMeet) {
    const ShopCopy shop;
    const auto request = training(shop.path(), "same");
    bool wasRefused = false;
    const auto again = [&](const core::TrainPoint&) {
        if (wasRefused) return;
        THROWS_ERROR(makeJobs()->train(request, ignorePoint, {}), ErrorKind::unavailable);
        wasRefused = true;
    };
    const auto first = makeJobs()->train(request, again, {});
    VERIFY(wasRefused);
    for (const auto& model : core::Workspace(shop.path(), core::WorkspaceAccess::readOnly).models())
        if (model.name == request.name) COMPARE(model.hash, first.model.hash);
    VERIFY(!std::filesystem::exists(shop.path() / "models" / ".same.lock"));
}

TEST_CASE(evaluationPairsModelsAndBaselines) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    request.models = {"popularity", "words", "both"};
    request.device = "cpu";
    request.resamples = 200;
    std::int64_t lastDone = 0;
    core::JobContext context;
    context.progress = [&](const core::Progress& progress) { lastDone = std::max(lastDone, progress.done); };
    const auto result = makeJobs()->evaluate(request, context);
    COMPARE(result.users, std::int64_t(60));
    COMPARE(lastDone, std::int64_t(60));
    COMPARE(result.candidates, std::int64_t(48));
    COMPARE(result.models.size(), std::size_t(3));
    for (const auto& model : result.models)
        for (const auto name : core::metricNames) {
            const auto& interval = model.metrics.at(std::string(name));
            VERIFY(0 <= interval.low && interval.low <= interval.value && interval.value <= interval.high &&
                   interval.high <= 1);
        }
    const auto& first = result.models.front().metrics.at("mrr");
    COMPARE_NEAR(result.difference.at("mrr").value, result.models.back().metrics.at("mrr").value - first.value, 1e-12);
    VERIFY(result.ceilings.empty());
    VERIFY(result.protocol.find("left out") != std::string::npos);

    // Later, from what is stored: another pair, the same numbers, without running a model.
    core::CacheStore cache(shop.path());
    const core::EvaluationScope scope{core::Workspace(shop.path(), core::WorkspaceAccess::readOnly).catalogHash(),
                                      core::Split::test, core::HistoryItems::automatic};
    std::vector<core::ModelInfo> pair;
    for (const auto& info : makeEngine(shop.path())->models())
        if (info.name == "words" || info.name == "both") pair.push_back(info);
    const auto stored = core::storedEvaluation([&cache](const std::string& key) { return cache.evaluation(key); },
                                               scope, pair, 200, 1, {});
    VERIFY(stored.has_value());
    COMPARE(stored->models[1].metrics.at("mrr").low, result.models[1].metrics.at("mrr").low); // "words"
    VERIFY(stored->models[0].expectedRank == result.models[2].expectedRank);                  // "both"
}

TEST_CASE(evaluatingAgainGivesTheSameNumbers) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    request.models = {"co-occurrence", "both"};
    request.split = core::Split::validation;
    request.historyItems = core::HistoryItems::keep;
    request.resamples = 50;
    const auto first = makeJobs()->evaluate(request, {});
    const auto second = makeJobs()->evaluate(request, {}); // ranks from the cache
    std::filesystem::remove(shop.path() / "cache.sqlite");
    const auto third = makeJobs()->evaluate(request, {}); // all anew
    COMPARE(first.difference.at("ndcg@10").high, second.difference.at("ndcg@10").high);
    COMPARE(first.difference.at("ndcg@10").high, third.difference.at("ndcg@10").high);
    VERIFY(first.models[1].expectedRank == third.models[1].expectedRank);
}

TEST_CASE(someShoppersAreMeasuredApartFromAll) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    request.models = {"co-occurrence", "both"};
    request.resamples = 50;
    request.shoppers = 6;
    const auto some = makeJobs()->evaluate(request, {});
    COMPARE(some.users, std::int64_t(6));
    request.shoppers = 0;
    const auto all = makeJobs()->evaluate(request, {});
    COMPARE(all.users, std::int64_t(60));
    for (std::size_t model = 0; model < 2; ++model)
        for (std::size_t i = 0; i < 6; ++i) // every tenth shopper
            COMPARE(some.models[model].expectedRank[i], all.models[model].expectedRank[i * 10]);
}

TEST_CASE(evaluationsThatMakeNoSenseAreRefused) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    THROWS_ERROR(makeJobs()->evaluate(request, {}), ErrorKind::invalidInput);
    request.models = {"nobody"};
    THROWS_ERROR(makeJobs()->evaluate(request, {}), ErrorKind::notFound);
    request.models = {"popularity"};
    std::stop_source stop;
    stop.request_stop();
    core::JobContext context;
    context.stop = stop.get_token();
    THROWS_ERROR(makeJobs()->evaluate(request, context), ErrorKind::cancelled);
}

TEST_CASE(theSampleShopIsEvaluatedBesideItsCeilings) {
    const TemporaryFolder folder;
    core::SampleShopRequest shop;
    shop.workspace = folder / "shop";
    shop.items = 60;
    shop.users = 300;
    makeJobs()->makeSampleShop(shop, {});
    core::EvaluateRequest request;
    request.workspace = shop.workspace;
    request.models = {"popularity"};
    request.resamples = 100;
    const auto result = makeJobs()->evaluate(request, {});
    const auto full = result.ceilings.at("full").at("recall@10").value;
    const auto text = result.ceilings.at("text").at("recall@10").value;
    const auto popularity = result.models[0].metrics.at("recall@10").value;
    VERIFY2(full > text && text > popularity, fmt::format("full {}, text {}, popularity {}", full, text, popularity));
    THROWS_ERROR(makeJobs()->makeSampleShop(shop, {}), ErrorKind::unavailable); // there is one already
}
