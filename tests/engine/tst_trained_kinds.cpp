#include "core/cache/cache_store.h"
#include "core/engine/recommender_kinds.h"
#include "core/evaluation/slices.h"
#include "tests/engine/engine_shop.h"
#include "tests/support/cases.h"
#include <algorithm>
#include <set>

// Every kind of recommender wherever a model is: trained, listed, asked, evaluated, through the module's entry.

using namespace test;
using core::ErrorKind;

namespace {
std::unique_ptr<core::Jobs> makeJobs() { return std::unique_ptr<core::Jobs>(engineModule().createJobs()); }

core::TrainRequest training(const std::filesystem::path& workspace, const std::string& recommender) {
    core::TrainRequest request;
    request.workspace = workspace;
    request.name = "my " + recommender;
    request.recommender = recommender;
    request.modality = "none";
    request.epochs = 2;
    request.device = "cpu";
    if (recommender == "pixrec-vlm") {
        request.modality = "text";
        request.epochs = 1;
        request.options = {{"validation-users", "20"}};
    }
    if (recommender == "mix") {
        request.parts = {"co-occurrence", "words"};
        request.epochs.reset();
    }
    return request;
}

core::TrainResult train(const core::TrainRequest& request) {
    return makeJobs()->train(request, [](const core::TrainPoint&) {}, {});
}
} // namespace

TEST_CASE(everyTrainableKindIsTrainedListedAskedAndEvaluated) {
    const ShopCopy shop;
    core::EvaluateRequest evaluation;
    evaluation.workspace = shop.path();
    evaluation.models = {"popularity"};
    evaluation.resamples = 20;
    for (const auto& kind : core::recommenderKinds()) {
        if (!kind.isTrained || kind.name == "pixrec") continue; // that one is in the shop already
        const auto result = train(training(shop.path(), std::string(kind.name)));
        COMPARE(result.model.recommender, std::string(kind.name));
        VERIFY(result.model.metrics.contains("ndcg@10"));
        evaluation.models.push_back(result.model.name);
    }
    COMPARE(evaluation.models.size(), 6U);
    const auto engine = makeEngine(shop.path());
    for (const auto& info : engine->models()) VERIFY2(info.problem.empty(), info.name + ": " + info.problem);
    for (const auto& name : evaluation.models) {
        const auto list = engine->recommend(askFor(name, {1, 2}), {});
        COMPARE(list.items.size(), std::size_t(10));
        COMPARE(engine->recommend(askFor(name, {}), {}).items.size(), std::size_t(10)); // a new shopper
    }
    const auto result = makeJobs()->evaluate(evaluation, {});
    COMPARE(result.models.size(), 6U);
    COMPARE(result.differences.size(), 5U);
    COMPARE(result.differences.back().name, evaluation.models.back());
    COMPARE(result.differences.back().difference.at("mrr").low, result.difference.at("mrr").low);
}

TEST_CASE(headsOfAVisionLanguageModelRankInTheirOwnWays) {
    const ShopCopy shop;
    train(training(shop.path(), "pixrec-vlm"));
    const std::string model = "my pixrec-vlm";
    const auto engine = makeEngine(shop.path());
    const auto dense = engine->recommend(askFor(model, {1, 2}), {});
    core::CacheStore(shop.path()).clear();
    const auto opening = engine->prepare(model + ":generative", [](const core::Progress&) {}, {});
    VERIFY(opening.isWarm && opening.itemsEncoded == 0); // heads share what is open
    COMPARE(engine->recommend(askFor(model + ":dense", {1, 2}), {}).provenance.modelHash, dense.provenance.modelHash);
    std::set<std::string> hashes{dense.provenance.modelHash};
    for (const char* head : {":generative", ":mix"}) {
        const auto list = engine->recommend(askFor(model + head, {1, 2}), {});
        COMPARE(list.items.size(), std::size_t(10));
        hashes.insert(list.provenance.modelHash);
        const bool saysWhatItWrote = std::any_of(list.notices.begin(), list.notices.end(),
                                                 [](const auto& notice) { return notice.starts_with("It wrote: \""); });
        COMPARE(saysWhatItWrote, std::string(head) == ":generative");
        const auto again = makeEngine(shop.path())->recommend(askFor(model + head, {1, 2}), {});
        VERIFY(again.fromCache);
        COMPARE(again.items.front().item.value, list.items.front().item.value);
    }
    COMPARE(hashes.size(), 3U);
    std::vector<core::Progress> told;
    engine->setOnRecommending([&](const core::Progress& progress) { told.push_back(progress); });
    engine->recommend(askFor(model + ":generative", {2, 1}), {});
    VERIFY(!told.empty()); // at least the first token
    VERIFY(told.front().done >= 1 && told.front().done <= told.front().total && told.front().unit == "tokens");
    const auto toldOnce = told.size();
    auto probing = askFor(model + ":generative", {2, 1});
    probing.probes = {{3}};
    COMPARE(engine->recommend(probing, {}).probes.size(), std::size_t(1));
    COMPARE(told.size(), toldOnce); // what was written is still known
    engine->setOnRecommending({});
    std::stop_source stop;
    stop.request_stop();
    THROWS_ERROR(engine->recommend(askFor(model + ":generative", {1}), stop.get_token()), ErrorKind::cancelled);
    THROWS_ERROR(engine->recommend(askFor("words:generative", {1}), {}), ErrorKind::invalidInput);
    THROWS_ERROR(engine->recommend(askFor("nobody:mix", {1}), {}), ErrorKind::notFound);
    core::EvaluateRequest evaluation;
    evaluation.workspace = shop.path();
    evaluation.models = {model, model + ":generative"};
    evaluation.resamples = 20;
    const auto result = makeJobs()->evaluate(evaluation, {});
    COMPARE(result.models.back().name, model + ":generative");
    VERIFY(result.models.back().hash != result.models.front().hash);
}

TEST_CASE(picturesOfAVisionLanguageModelAreReadOnce) {
    const ShopCopy shop;
    auto request = training(shop.path(), "pixrec-vlm");
    request.modality = "both";
    train(request);
    const auto engineIn = [&](const char* precision) {
        std::unique_ptr<core::Engine> engine(
            engineModule().createEngine({.device = "cpu", .threads = 0, .precision = precision}));
        engine->openWorkspace(shop.path());
        return engine;
    };
    const auto ask = askFor(request.name, {1, 2, 5});
    const auto first = engineIn("fp32")->recommend(ask, {}), rounded = engineIn("bf16")->recommend(ask, {});
    COMPARE(first.provenance.precision, std::string("fp32"));
    COMPARE(rounded.provenance.precision, std::string("bf16"));
    VERIFY(!rounded.fromCache && rounded.items.front().score != first.items.front().score);
    COMPARE_NEAR(rounded.items.front().score, first.items.front().score, 0.03);
    COMPARE(engineIn("fp16")->recommend(ask, {}).provenance.precision, std::string("fp32")); // what it can do
    // From here on the files are not needed, and a history that was never read ranks as it did.
    const auto other = askFor(request.name, {7, 3});
    const auto expected = engineIn("fp32")->recommend(other, {});
    std::filesystem::remove_all(shop.path() / "pictures");
    auto longer = other;
    longer.k = 20; // not the list that was kept
    const auto engine = engineIn("fp32");
    bool readsPictures = false;
    const auto opening = engine->prepare(
        request.name,
        [&](const core::Progress& progress) { readsPictures |= progress.what.find("pictures") != std::string::npos; },
        {});
    VERIFY(opening.isWarm && !readsPictures);
    const auto again = engine->recommend(longer, {});
    VERIFY(!again.fromCache);
    for (std::size_t i = 0; i < expected.items.size(); ++i) {
        COMPARE(again.items[i].item.value, expected.items[i].item.value);
        COMPARE_NEAR(again.items[i].score, expected.items[i].score, 1e-5);
    }
    VERIFY(again.notices == expected.notices);
}

TEST_CASE(aMixSaysWhichPartWasChanged) {
    const ShopCopy shop;
    train(training(shop.path(), "sasrec"));
    auto request = training(shop.path(), "mix");
    request.parts = {"co-occurrence", "my sasrec"};
    train(request);
    std::filesystem::remove_all(shop.path() / "models" / "my sasrec");
    THROWS_ERROR(makeEngine(shop.path())->recommend(askFor("my mix", {1}), {}), ErrorKind::notFound);
    auto other = training(shop.path(), "sasrec");
    other.seed = 2;
    train(other);
    THROWS_ERROR(makeEngine(shop.path())->recommend(askFor("my mix", {1}), {}), ErrorKind::invalidInput);
    request.name = "mix of mixes";
    request.parts = {"my mix", "words"};
    THROWS_ERROR(train(request), ErrorKind::invalidInput);
}

TEST_CASE(slicesComeWithEveryModelAndTheirSizes) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    request.models = {"popularity", "co-occurrence"};
    request.resamples = 20;
    request.slices = {"cold", "category", "history"};
    const auto result = makeJobs()->evaluate(request, {});
    std::map<std::string, std::int64_t> users;
    for (const auto& slice : result.slices) {
        users[slice.group] += slice.users;
        COMPARE(slice.models.size(), 2U);
        VERIFY(slice.differences[0].empty() && slice.differences[1].contains("ndcg@10"));
    }
    COMPARE(users.size(), 3U);
    for (const auto& [group, count] : users) COMPARE(count, result.users); // one target a shopper: a partition
    request.slices = {"luck"};
    THROWS_ERROR(makeJobs()->evaluate(request, {}), ErrorKind::invalidInput);
}

TEST_CASE(modelsAreOnlyMeasuredOnWhatTheyWereNotTrainedOn) {
    const ShopCopy shop;
    core::EvaluateRequest request;
    request.workspace = shop.path();
    request.models = {"co-occurrence", "words"};
    request.resamples = 20;
    request.holdOut = "global-time";
    THROWS_ERROR(makeJobs()->evaluate(request, {}), ErrorKind::invalidInput); // "words" left the last two events out
    request.models = {"co-occurrence", "my sasrec"};
    auto timed = training(shop.path(), "sasrec");
    timed.holdOut = "global-time";
    train(timed);
    const auto result = makeJobs()->evaluate(request, {});
    VERIFY(result.users > 0 && result.users < 60);
    VERIFY(result.protocol.find("global time") != std::string::npos);
    request.holdOut = "leave-one-out";
    THROWS_ERROR(makeJobs()->evaluate(request, {}), ErrorKind::invalidInput);
    auto mixed = training(shop.path(), "mix");
    mixed.parts = {"words", "my sasrec"};
    THROWS_ERROR(train(mixed), ErrorKind::invalidInput);
    request.models = {"co-occurrence"};
    request.holdOut = "last-basket";
    COMPARE(makeJobs()->evaluate(request, {}).users, std::int64_t(60)); // each event of this shop is a basket
}

TEST_CASE(aStoppedEvaluationKeepsItsPartsAndGoesOnFromThem) {
    const TemporaryFolder folder;
    constexpr int users = 41'000, items = 12;
    {
        core::WorkspaceBuilder builder(folder / "shop", core::IfExists::refuse);
        builder.setSource("tests/engine");
        for (int item = 0; item < items; ++item) {
            core::NewItem product;
            product.text.id = fmt::format("sku-{}", item);
            builder.addItem(product);
        }
        for (int user = 0; user < users; ++user) {
            const auto shopper = builder.addUser(fmt::format("shopper-{}", user));
            for (int step = 0; step < 3; ++step) builder.addEvent(shopper, {(user + step * step) % items}, step);
        }
        builder.commit(ignoreProgress, {});
    }
    core::EvaluateRequest request;
    request.workspace = folder / "shop";
    request.models = {"popularity"};
    request.resamples = 2;
    std::stop_source stop;
    core::JobContext context;
    context.stop = stop.get_token();
    context.progress = [&](const core::Progress& progress) {
        if (progress.unit == "shoppers" && progress.done >= 25'000) stop.request_stop();
    };
    THROWS_ERROR(makeJobs()->evaluate(request, context), ErrorKind::cancelled);
    std::int64_t firstDone = users, lastDone = 0;
    context.stop = {};
    context.progress = [&](const core::Progress& progress) {
        if (progress.unit != "shoppers") return;
        firstDone = std::min(firstDone, progress.done);
        lastDone = std::max(lastDone, progress.done);
    };
    const auto resumed = makeJobs()->evaluate(request, context);
    VERIFY2(firstDone > 20'000, std::to_string(firstDone)); // the first part was kept
    COMPARE(lastDone, std::int64_t{users});
    std::filesystem::remove(folder / "shop" / "cache.sqlite");
    const auto whole = makeJobs()->evaluate(request, {});
    COMPARE(resumed.users, std::int64_t{users});
    COMPARE(resumed.models[0].metrics.at("ndcg@10").value, whole.models[0].metrics.at("ndcg@10").value);
    VERIFY(resumed.models[0].expectedRank == whole.models[0].expectedRank);
}
