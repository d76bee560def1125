#include "core/recommenders/brought_folder.h"
#include "tests/support/check_error.h"
#include "tests/support/temporary_folder.h"

using core::ErrorKind;
using core::HistoryView;
using core::ItemIndex;
using core::UserIndex;

namespace {

core::VectorTable table(int width, std::vector<float> values) {
    return {static_cast<std::int64_t>(values.size()) / width, width, std::move(values)};
}

/// Four products in a plane; the last has no vector. Two shoppers, the second is listed.
core::VectorModelParts parts(core::ShopperVectors shoppers, core::Similarity similarity = core::Similarity::dot) {
    return {.items = table(2, {1, 0, 0, 2, 3, 3, 0, 0}),
            .hasVector = {true, true, true, false},
            .users = table(2, {0, 1}),
            .rowOfUser = {-1, 0},
            .shopperVectors = shoppers,
            .similarity = similarity};
}

std::vector<float> score(core::Recommender& model, const std::vector<core::Event>& events,
                         std::optional<UserIndex> user = {}) {
    std::vector<float> scoresV(static_cast<std::size_t>(model.itemCount()));
    const HistoryView history{events, false, user};
    model.score({&history, 1}, scoresV, {});
    return scoresV;
}

std::vector<core::Event> bought(std::initializer_list<int> items) {
    std::vector<core::Event> events;
    for (const int item : items) events.push_back({{item}, static_cast<std::int64_t>(events.size())});
    return events;
}

} // namespace

class TestBroughtModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theMeanOfTheHistoryIsTheShopper() {
        core::VectorModel model({}, parts(core::ShopperVectors::mean));
        // mean of (1, 0) and (0, 2) is (.5, 1)
        QCOMPARE(score(model, bought({0, 1})), (std::vector<float>{0.5F, 2, 4.5F, -0.5F}));
    }
    void newerProductsWeighMoreWhenAsked() {
        core::VectorModel model({}, parts(core::ShopperVectors::recent));
        // (.8 (1, 0) + (0, 2)) / 1.8
        const auto scores = score(model, bought({0, 1}));
        QVERIFY(qFuzzyCompare(scores[0], 0.8F / 1.8F) && qFuzzyCompare(scores[1], 4 / 1.8F));
    }
    void cosineForgetsLengths() {
        core::VectorModel model({}, parts(core::ShopperVectors::mean, core::Similarity::cosine));
        const auto scores = score(model, bought({1}));
        QVERIFY(qFuzzyCompare(scores[1], 1.0F) && qFuzzyCompare(scores[2], std::sqrt(0.5F)));
        QCOMPARE(scores[0], 0.0F);
    }
    void productsWithoutAVectorStandBelowAllOthers() {
        core::VectorModel model({}, parts(core::ShopperVectors::mean));
        for (const auto& history : {bought({0}), bought({2, 3})}) {
            const auto scores = score(model, history);
            for (int item = 0; item < 3; ++item) QVERIFY(scores[static_cast<std::size_t>(item)] > scores[3]);
        }
    }
    void equalRowsGetBitwiseEqualScores() {
        auto odd = parts(core::ShopperVectors::mean);
        std::vector<float> row;
        for (int at = 0; at < 21; ++at) row.push_back(0.1F * static_cast<float>(at * at));
        odd.items = table(21, {});
        for (int copy = 0; copy < 4; ++copy) odd.items.values.insert(odd.items.values.end(), row.begin(), row.end());
        odd.items.rows = 4;
        odd.hasVector = {true, true, true, true};
        core::VectorModel model({}, std::move(odd));
        const auto scores = score(model, bought({1, 2}));
        QVERIFY(scores[0] == scores[1] && scores[1] == scores[2] && scores[2] == scores[3]);
    }
    void givenVectorsKnowListedShoppersOnly() {
        core::VectorModel model({}, parts(core::ShopperVectors::given));
        QCOMPARE(score(model, bought({0}), UserIndex{1}), (std::vector<float>{0, 2, 3, -1}));
        const auto history = bought({0});
        QVERIFY(model.missing({history, false, UserIndex{1}}).empty());
        QVERIFY(model.missing({history, false, UserIndex{0}}).find("not among those") != std::string::npos);
        QVERIFY(model.missing({history, false, {}}).find("cannot follow edits") != std::string::npos);
    }
    void whatCannotBeScoredTiesEverywhere() {
        core::VectorModel model({}, parts(core::ShopperVectors::mean));
        QVERIFY(!model.missing({{}, false, {}}).empty());
        const auto unknown = bought({3});
        QVERIFY(model.missing({unknown, false, {}}).find("no vector for any product") != std::string::npos);
        QCOMPARE(score(model, unknown), std::vector<float>(4, 0.0F));
    }
    void shopperVectorsTimesItemVectorsAreTheScores() {
        core::VectorModel model({}, parts(core::ShopperVectors::recent, core::Similarity::cosine));
        const auto events = bought({2, 0});
        const HistoryView history{events, false, {}};
        const auto users = model.shopperVectors({&history, 1}, {});
        const auto items = model.scoringVectors();
        const auto scores = score(model, events);
        for (int item = 0; item < 3; ++item)
            QCOMPARE(users.row(0)[0] * items->row(item)[0] + users.row(0)[1] * items->row(item)[1],
                     scores[static_cast<std::size_t>(item)]);
    }
    void aListIsTheListAndAllElseIsBelowIt() {
        core::ListModel model({}, {4, {0, -1}, {0, 2}, {{2}, {1}}, {0.5F, -3}});
        QCOMPARE(score(model, bought({0}), UserIndex{0}), (std::vector<float>{-4, -3, 0.5F, -4}));
        QCOMPARE(score(model, bought({0}), UserIndex{1}), std::vector<float>(4, 0.0F));
        QVERIFY(model.missing({{}, false, {}}).find("list made beforehand") != std::string::npos);
        QVERIFY(model.missing({{}, false, UserIndex{1}}).find("not among those") != std::string::npos);
        VERIFY_ERROR(model.itemVectors(core::SimilarSpace::text), ErrorKind::unavailable, "no vectors");
    }
    void aScoreFarFromZeroStillHasRoomBelow() {
        core::ListModel model({}, {2, {0}, {0, 1}, {{1}}, {-1e30F}});
        const auto scores = score(model, {}, UserIndex{0});
        QVERIFY(scores[0] < scores[1]);
    }
    void foldersComeBackAsTheyWereWritten() {
        const test::TemporaryFolder folder;
        const core::BroughtVectors vectors{{"a", "🎒\n\"b\""}, {"u"}, table(2, {1, 2, 3, 4}), table(2, {5, 6})};
        core::writeBroughtVectors(folder.path(), vectors);
        const auto read = core::readBroughtVectors(folder.path());
        QVERIFY(read.itemIds == vectors.itemIds && read.userIds == vectors.userIds);
        QVERIFY(read.items.values == vectors.items.values && read.users.values == vectors.users.values);
        const core::BroughtLists lists{{"a", "b"}, {"u", "v"}, {0, 2, 3}, {1, 0, 0}, {2, 1, 7}};
        core::writeBroughtLists(folder.path(), lists);
        const auto again = core::readBroughtLists(folder.path());
        QVERIFY(again.begin == lists.begin && again.items == lists.items && again.scores == lists.scores);
    }
    void filesThatDoNotFitTogetherAreCorrupt() {
        const test::TemporaryFolder folder;
        core::writeBroughtVectors(folder.path(), {{"a", "b"}, {}, table(2, {1, 2, 3, 4}), {}});
        test::write(folder / core::brought::itemsFile, "[\"a\"]");
        VERIFY_ERROR(core::readBroughtVectors(folder.path()), ErrorKind::corrupt, "2 item vectors, but 1 ids");
        test::write(folder / core::brought::itemsFile, "[\"a\", {}]");
        VERIFY_ERROR(core::readBroughtVectors(folder.path()), ErrorKind::corrupt, "entry 2 is neither");
        core::writeBroughtLists(folder.path(), {{"a"}, {"u"}, {0, 2}, {0, 1}, {1, 2}});
        VERIFY_ERROR(core::readBroughtLists(folder.path()), ErrorKind::corrupt, "items.json does not have");
        core::writeBroughtLists(folder.path(), {{"a"}, {"u"}, {0, 5}, {0}, {1}});
        VERIFY_ERROR(core::readBroughtLists(folder.path()), ErrorKind::corrupt, "do not fit together");
    }
    void theHashFollowsFilesAndSettings() {
        const test::TemporaryFolder folder;
        core::writeBroughtVectors(folder.path(), {{"a", "b"}, {}, table(2, {1, 2, 3, 4}), {}});
        const core::BroughtSettings dot{"vectors"},
            cosine{"vectors", core::ShopperVectors::mean, core::Similarity::cosine};
        const auto hash = core::broughtHash(folder.path(), dot);
        QVERIFY(hash != core::broughtHash(folder.path(), cosine));
        core::checkBroughtHash(folder.path(), dot, hash);
        core::writeBroughtVectors(folder.path(), {{"a", "b"}, {}, table(2, {1, 2, 3, 5}), {}});
        VERIFY_ERROR(core::checkBroughtHash(folder.path(), dot, hash), ErrorKind::corrupt, "add them again");
    }
    void aCardWithOtherWordsIsCorrupt() {
        const auto parse = [](const char* json) { return core::parseBroughtSettings(json, "model.json"); };
        QCOMPARE(parse(R"({"recommender":"vectors","shopper_vectors":"recent","similarity":"cosine"})").similarity,
                 core::Similarity::cosine);
        VERIFY_ERROR(parse(R"({"recommender":"vectors","shopper_vectors":7,"similarity":"dot"})"), ErrorKind::corrupt,
                     "shopper_vectors");
        VERIFY_ERROR(parse("[]"), ErrorKind::corrupt, "no model card");
        QVERIFY(!core::followsEdits(parse(R"({"recommender":"lists"})")));
    }
};
QTEST_APPLESS_MAIN(TestBroughtModels)
#include "tst_brought_models.moc"
