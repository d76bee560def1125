#include "core/retrieval/bm25.h"
#include <QTest>
#include <cmath>

using namespace core;

namespace {

const std::vector<std::string> texts{"Red wool sweater with buttons", "Blue wool hat", "Red ceramic mug, red handle",
                                     "Garden hose 20 m", "Wool socks, blue and red, wool"};

void expectScores(const Bm25& corpus, const char* query, const std::vector<double>& due) {
    const auto scores = corpus.scores(query);
    QCOMPARE(scores.size(), due.size());
    for (std::size_t i = 0; i < due.size(); ++i)
        QVERIFY2(std::abs(static_cast<double>(scores[i]) - due[i]) < 2e-6, query);
}

} // namespace

class TestBm25 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void okapiEqualsReferenceValues() { // rank_bm25 0.2.2, BM25Okapi(k1=1.5, b=0.75)
        const Bm25 corpus(texts);
        expectScores(corpus, "red wool", {0.419386, 0.258333, 0.302819, 0, 0.475196});
        expectScores(corpus, "hose", {0, 0, 0, 1.167117, 0});
        expectScores(corpus, "Blue blue MUG", {0, 0.797821, 1.057242, 0, 0.591882});
        expectScores(corpus, "nothing here", {0, 0, 0, 0, 0});
    }
    void luceneEqualsReferenceValues() { // bm25s 0.3.16, method="lucene"
        const Bm25 corpus(texts, {.variant = Bm25Settings::Variant::lucene});
        expectScores(corpus, "red wool", {0.41496, 0.255607, 0.299623, 0, 0.470181});
        expectScores(corpus, "hose", {0, 0, 0, 0.589095, 0});
        expectScores(corpus, "blue blue mug", {0, 0.830341, 0.533636, 0, 0.616009});
        expectScores(corpus, "wool", {0.20748, 0.255607, 0, 0, 0.280553});
    }
    void wordsAreLettersAndDigitsWhateverStandsBetween() {
        QCOMPARE(bm25Words("T-Shirt, 20m  (CAFÉ)").size(), std::size_t(4));
        QCOMPARE(bm25Words(" .,;").size(), std::size_t(0));
        QVERIFY(Bm25({}).scores("x").empty());
    }
    void everyWrittenTextPutsItsBestMatchNearTheTop() {
        const Bm25 corpus(texts);
        const std::vector<WrittenText> written{{"garden hose", -1}, {"blue hat", -3}, {"blue hat", -2}, {"xyz", 0}};
        const auto scores = quasiRoundRobin(corpus, written);
        QCOMPARE(scores[3], static_cast<float>(std::exp(-1.0 / 5000)));
        QCOMPARE(scores[1], static_cast<float>(std::exp(-2.0 / 5000))); // of equal texts the likelier
        QVERIFY(scores[3] > scores[1] && scores[1] > scores[4] && scores[4] > 0);
        QCOMPARE(scores[0], 0.0F);
    }
    void onlyTheLikeliestDistinctTextsCount() {
        const std::vector<WrittenText> written{{"garden hose", -1}, {"blue hat", -2}, {"garden hose", -1}};
        const auto scores = quasiRoundRobin(Bm25(texts), written, /*most=*/1);
        QVERIFY(scores[3] > 0.9F);
        QCOMPARE(scores[1], 0.0F);
    }
};
QTEST_APPLESS_MAIN(TestBm25)
#include "tst_bm25.moc"
