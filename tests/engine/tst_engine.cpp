#include "tests/engine/engine_shop.h"
#include "tests/support/cases.h"
#include <algorithm>

// The engine through the module's entry, as the window and the commands use it.

using namespace test;
using core::ErrorKind;

namespace {
bool contains(const std::vector<int>& items, int item) {
    return std::find(items.begin(), items.end(), item) != items.end();
}

bool hasNotice(const core::RecommendResult& result, const std::string& part) {
    return std::any_of(result.notices.begin(), result.notices.end(),
                       [&part](const std::string& notice) { return notice.find(part) != std::string::npos; });
}

core::ModelInfo infoOf(core::Engine& engine, const std::string& name) {
    for (auto& info : engine.models())
        if (info.name == name) return info;
    return {};
}
} // namespace

TEST_CASE(theEngineSaysWhereItComputes) {
    const std::unique_ptr<core::Engine> engine(engineModule().createEngine({}));
    const auto info = engine->info();
    COMPARE(info.availableDevices.at(0), std::string("cpu"));
    VERIFY2(info.version.find("LibTorch") != std::string::npos, info.version);
    // A reference BLAS does 1 to 3; OpenBLAS 30 and more, a third of it where other programs run.
    VERIFY2(info.gflopsPerCore > 5,
            "a reference BLAS is loaded, or the machine is very busy: " + std::to_string(info.gflopsPerCore));
}

TEST_CASE(anImpossibleDeviceFallsBackToTheCpuAndSaysSo) {
    const std::unique_ptr<core::Engine> engine(engineModule().createEngine({.device = "cuda:77", .threads = 0}));
    COMPARE(engine->info().device, std::string("CPU"));
    VERIFY(!engine->info().warnings.empty());
    VERIFY2(engine->info().warnings[0].find("cuda:77") != std::string::npos, engine->info().warnings[0]);
}

TEST_CASE(errorsKeepTheirKindAcrossTheModule) {
    const TemporaryFolder folder;
    const std::unique_ptr<core::Engine> engine(engineModule().createEngine({}));
    THROWS_ERROR(engine->openWorkspace(folder / "nothing"), ErrorKind::notFound);
    THROWS_ERROR(engine->recommend(askFor("popularity", {}), {}), ErrorKind::unavailable);
}

TEST_CASE(modelsListBaselinesFirstThenFolders) {
    const auto engine = makeEngine(trainedShop());
    std::vector<std::string> names;
    for (const auto& info : engine->models()) {
        names.push_back(info.name);
        VERIFY2(info.problem.empty(), info.problem);
        VERIFY(!info.hash.empty());
    }
    VERIFY(names == (std::vector<std::string>{"popularity", "repeat-last", "co-occurrence", "both", "words"}));
    VERIFY(infoOf(*engine, "both").capabilities.readsPicture);
    VERIFY(!infoOf(*engine, "words").capabilities.readsPicture);
}

TEST_CASE(theSameRequestComesFromTheCacheTheSecondTime) {
    const ShopCopy shop;
    const auto engine = makeEngine(shop.path());
    for (const char* model : {"popularity", "co-occurrence", "words", "both"}) {
        auto request = askFor(model, {0, 3, 5});
        request.probes = {{7}, {0}};
        const auto first = engine->recommend(request, {});
        const auto second = engine->recommend(request, {});
        VERIFY(!first.fromCache && second.fromCache);
        COMPARE(first.items.size(), std::size_t(10));
        VERIFY(itemsOf(first) == itemsOf(second));
        COMPARE(second.items[4].score, first.items[4].score);
        COMPARE(second.items[4].rank, 5);
        COMPARE(second.probes.at(1).excludedBy, std::string("in the history"));
        COMPARE(second.candidates, std::int64_t(45));
        COMPARE(second.provenance.modelHash, infoOf(*engine, model).hash);
        COMPARE(second.provenance.historyHash, request.historyHash());
        // Another question is another answer.
        auto other = request;
        other.k = 3;
        VERIFY(!engine->recommend(other, {}).fromCache);
    }
}

TEST_CASE(historyItemsAreLeftOutWhereNobodyBuysTwice) {
    const auto engine = makeEngine(trainedShop());
    auto request = askFor("repeat-last", {0, 3});
    VERIFY(engine->recommend(request, {}).historyItemsExcluded);
    VERIFY(!contains(itemsOf(engine->recommend(request, {})), 3));
    request.rules.historyItems = core::HistoryItems::keep;
    COMPARE(itemsOf(engine->recommend(request, {})).at(0), 3);
}

TEST_CASE(anExclusionClosesTheGap) {
    const auto engine = makeEngine(trainedShop());
    const auto request = askFor("both", {8, 9});
    const auto before = itemsOf(engine->recommend(request, {}));
    auto excluding = request;
    excluding.rules.excludedItems = {{before[2]}};
    auto expected = before;
    expected.erase(expected.begin() + 2);
    const auto after = engine->recommend(excluding, {});
    auto items = itemsOf(after);
    COMPARE(items.size(), std::size_t(10)); // one came in at the end
    items.resize(9);
    VERIFY(items == expected);
    COMPARE(after.items[2].rank, 3);
    COMPARE(after.excluded, std::int64_t(3));
}

TEST_CASE(aProbeOfAnExcludedProductNamesTheRule) {
    const auto engine = makeEngine(trainedShop());
    auto request = askFor("words", {8, 9});
    request.rules.excludedItems = {{20}};
    request.rules.excludedCategories = {"Wear"};
    request.probes = {{20}, {30}, {8}, {10}};
    const auto result = engine->recommend(request, {});
    COMPARE(result.probes[0].excludedBy, std::string("excluded by you"));
    COMPARE(result.probes[1].excludedBy, std::string("category Wear"));
    COMPARE(result.probes[2].excludedBy, std::string("in the history"));
    COMPARE(result.probes[3].excludedBy, std::string());
    COMPARE(result.candidates, std::int64_t(48 - 24 - 1 - 2));
    for (const int item : itemsOf(result)) VERIFY(item < 24 && item != 20);
}

TEST_CASE(theRankOfAProbeIsThatOfTheListAlsoWithTiesAndExclusions) {
    const ShopCopy shop;
    const auto engine = makeEngine(shop.path());
    for (const char* model : {"popularity", "repeat-last", "words", "both"}) {
        auto request = askFor(model, {8, 9});
        request.rules.excludedItems = {{20}};
        for (int item = 0; item < 48; ++item) request.probes.push_back({item});
        request.k = 48;
        for (int pass = 0; pass < 2; ++pass) { // computed, then from the cache
            const auto result = engine->recommend(request, {});
            for (const auto& entry : result.items)
                COMPARE(result.probes.at(entry.item.slot()).rank, std::int64_t{entry.rank});
            COMPARE(result.probes[20].rank, std::int64_t(0));
            COMPARE(result.probes[8].rank, std::int64_t(0));
            VERIFY(result.probes[8].modelRank > 0);
        }
    }
}

TEST_CASE(textTwinsTieUnderTheTextModelAndNotUnderBoth) {
    const auto engine = makeEngine(trainedShop());
    auto request = askFor("words", {8, 9});
    request.probes = {{16}, {17}};
    const auto words = engine->recommend(request, {});
    COMPARE(words.probes[0].score, words.probes[1].score);
    VERIFY(words.probes[0].tied >= 2);
    COMPARE(words.probes[0].modelRank, words.probes[1].modelRank);
    request.model = "both";
    const auto both = engine->recommend(request, {});
    VERIFY(both.probes[0].score != both.probes[1].score);
}

TEST_CASE(anEmptyHistoryIsANewShopper) {
    const auto engine = makeEngine(trainedShop());
    for (const auto& info : engine->models()) {
        const auto result = engine->recommend(askFor(info.name, {}, 5), {});
        COMPARE(result.items.size(), std::size_t(5));
        COMPARE(result.excluded, std::int64_t(0));
    }
}

TEST_CASE(requestsThatMakeNoSenseAreRefused) {
    const auto engine = makeEngine(trainedShop());
    THROWS_ERROR(engine->recommend(askFor("words", {48}), {}), ErrorKind::invalidInput);
    THROWS_ERROR(engine->recommend(askFor("words", {-1}), {}), ErrorKind::invalidInput);
    THROWS_ERROR(engine->recommend(askFor("words", {1}, 0), {}), ErrorKind::invalidInput);
    THROWS_ERROR(engine->recommend(askFor("nobody", {1}), {}), ErrorKind::notFound);
    THROWS_ERROR(engine->prepare("nobody", ignoreProgress, {}), ErrorKind::notFound);
    auto request = askFor("words", {1});
    request.probes = {{1000}};
    THROWS_ERROR(engine->recommend(request, {}), ErrorKind::invalidInput);
    COMPARE(engine->recommend(askFor("words", {1}, 1000), {}).items.size(), std::size_t(47)); // all that there is
}

TEST_CASE(missingPicturesAreNamed) {
    const auto engine = makeEngine(trainedShop());
    const auto both = engine->recommend(askFor("both", {1, EngineShopLayout::withoutPicture}), {});
    VERIFY(hasNotice(both, "1 of 48 products have no picture"));
    VERIFY(hasNotice(both, "1 of 2 history products have no picture"));
    VERIFY(engine->recommend(askFor("words", {1, 47}), {}).notices.empty());
}

TEST_CASE(aStopLeavesTheEngineUsable) {
    const ShopCopy shop;
    const auto engine = makeEngine(shop.path());
    std::stop_source stop;
    stop.request_stop();
    THROWS_ERROR(engine->recommend(askFor("words", {1}), stop.get_token()), ErrorKind::cancelled);
    std::stop_source during;
    const auto stopAtFirst = [&during](const core::Progress&) { during.request_stop(); };
    THROWS_ERROR(engine->prepare("both", stopAtFirst, during.get_token()), ErrorKind::cancelled);
    COMPARE(engine->recommend(askFor("both", {1}), {}).items.size(), std::size_t(10));
}

TEST_CASE(theSecondStartIsWarm) {
    const ShopCopy shop;
    std::filesystem::remove(shop.path() / "cache.sqlite");
    std::vector<int> items;
    {
        const auto engine = makeEngine(shop.path());
        const auto cold = engine->prepare("both", ignoreProgress, {});
        VERIFY(!cold.isWarm);
        COMPARE(cold.itemsEncoded, std::int64_t(48));
        items = itemsOf(engine->recommend(askFor("both", {1, 2}), {}));
    }
    const auto engine = makeEngine(shop.path());
    const auto warm = engine->prepare("both", ignoreProgress, {});
    VERIFY(warm.isWarm);
    COMPARE(warm.itemsEncoded, std::int64_t(0));
    VERIFY(engine->recommend(askFor("both", {1, 2}), {}).fromCache);
    auto other = askFor("both", {1, 2});
    other.rules.excludedItems = {{40}}; // not in the cache: computed from the cached vectors
    other.rules.historyItems = core::HistoryItems::keep;
    const auto computed = engine->recommend(other, {});
    VERIFY(!computed.fromCache);
    VERIFY(hasNotice(computed, "1 of 48 products have no picture"));
}

TEST_CASE(aDamagedOrDeletedCacheLosesNothingButTime) {
    const ShopCopy shop;
    const auto expected = itemsOf(makeEngine(shop.path())->recommend(askFor("both", {1, 2}), {}));
    std::ofstream(shop.path() / "cache.sqlite", std::ios::trunc) << "this is no database";
    const auto damaged = makeEngine(shop.path())->recommend(askFor("both", {1, 2}), {});
    VERIFY(!damaged.fromCache);
    VERIFY(itemsOf(damaged) == expected);
    std::filesystem::remove(shop.path() / "cache.sqlite");
    std::filesystem::remove_all(shop.path() / "cache");
    VERIFY(itemsOf(makeEngine(shop.path())->recommend(askFor("both", {1, 2}), {})) == expected);
}

TEST_CASE(aDamagedModelIsNamedAndOthersWork) {
    const ShopCopy shop;
    const auto weights = shop.path() / "models" / "both" / "model.safetensors";
    std::filesystem::resize_file(weights, std::filesystem::file_size(weights) / 2);
    std::ofstream(shop.path() / "models" / "words" / "model.json", std::ios::trunc) << "{ no json";
    std::filesystem::create_directories(shop.path() / "models" / "stranger");
    std::ofstream(shop.path() / "models" / "stranger" / "model.json")
        << R"({"recommender": "oracle", "modality": "text", "hash": "x"})";
    std::filesystem::remove(shop.path() / "cache.sqlite");
    const auto engine = makeEngine(shop.path());
    VERIFY(infoOf(*engine, "both").problem.find("model.safetensors") != std::string::npos);
    VERIFY(!infoOf(*engine, "words").problem.empty());
    VERIFY(!infoOf(*engine, "stranger").problem.empty());
    THROWS_ERROR(engine->recommend(askFor("both", {1}), {}), ErrorKind::corrupt);
    THROWS_ERROR(engine->recommend(askFor("words", {1}), {}), ErrorKind::corrupt);
    THROWS_ERROR(engine->recommend(askFor("stranger", {1}), {}), ErrorKind::corrupt);
    COMPARE(engine->recommend(askFor("popularity", {1}), {}).items.size(), std::size_t(10));
}

TEST_CASE(similarProductsComeFromTheSpaceAskedFor) {
    const auto engine = makeEngine(trainedShop());
    const auto readAlikes = engine->similar({"words", {16}, core::SimilarSpace::text, 5}, {});
    COMPARE(readAlikes.size(), std::size_t(5));
    COMPARE(readAlikes[0].item.value, 17); // its text twin
    COMPARE_NEAR(readAlikes[0].similarity, 1.0, 1e-4);
    const auto lookAlikes = engine->similar({"both", {16}, core::SimilarSpace::picture, 50}, {});
    COMPARE(lookAlikes.size(), std::size_t(46)); // all but itself and the one without a picture
    VERIFY(std::is_sorted(lookAlikes.begin(), lookAlikes.end(),
                          [](const auto& a, const auto& b) { return a.similarity > b.similarity; }));
    THROWS_ERROR(engine->similar({"words", {16}, core::SimilarSpace::picture, 5}, {}), ErrorKind::unavailable);
    THROWS_ERROR(engine->similar({"both", {47}, core::SimilarSpace::picture, 5}, {}), ErrorKind::unavailable);
    THROWS_ERROR(engine->similar({"popularity", {1}, core::SimilarSpace::text, 5}, {}), ErrorKind::unavailable);
    THROWS_ERROR(engine->similar({"both", {48}, core::SimilarSpace::text, 5}, {}), ErrorKind::invalidInput);
}

TEST_CASE(aModelOfAnotherCatalogWorks) {
    const TemporaryFolder folder;
    core::WorkspaceBuilder builder(folder / "other", core::IfExists::refuse);
    for (int item = 0; item < 5; ++item) {
        core::NewItem product;
        product.text.id = fmt::format("other-{}", item);
        product.text.title = item == 3 ? "" : "Something quite different";
        builder.addItem(product);
    }
    builder.commit(ignoreProgress, {});
    std::filesystem::create_directories(folder / "other" / "models");
    for (const char* name : {"words", "both"})
        std::filesystem::copy(trainedShop() / "models" / name, folder / "other" / "models" / name);
    const auto engine = makeEngine(folder / "other");
    for (const char* name : {"words", "both"})
        COMPARE(engine->recommend(askFor(name, {1}, 10), {}).items.size(), std::size_t(4));
    VERIFY(hasNotice(engine->recommend(askFor("both", {1}), {}), "No product has a picture"));
    // Nobody bought anything here, so the counting models say that they have nothing to count.
    for (const char* name : {"popularity", "co-occurrence"})
        VERIFY(hasNotice(engine->recommend(askFor(name, {1}), {}), "no events to count"));
    VERIFY(engine->recommend(askFor("repeat-last", {1}), {}).notices.empty());
    VERIFY(makeEngine(trainedShop())->recommend(askFor("popularity", {1}), {}).notices.empty());
}
