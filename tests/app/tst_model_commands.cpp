#include "tests/app/program.h"
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <limits>

using test::idsOf;
using test::listOf;
using test::pixrec;

namespace {

QStringList sorted(QStringList list) {
    list.sort();
    return list;
}

} // namespace

/// Commands that load the inference module, on one tiny sample shop.
class TestModelCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        workspace_ = folder_.filePath("shop");
        const auto drawn = test::drawShop(workspace_);
        QVERIFY2(drawn.exitCode == 0, drawn.text());
        const auto info = pixrec({"info", workspace_, "--json"}).json();
        QCOMPARE(info["items"].toInt(), 50);
        QCOMPARE(info["users"].toInt(), 40);
        QCOMPARE(info["items_without_picture"].toInt(), 0);
        user_ = idsOf(pixrec({"users", workspace_, "--limit", "1", "--json"}).json()["users"].toArray()).value(0);
        QVERIFY(!user_.isEmpty());
    }

    void aSampleShopNeverGoesOverAWorkspace() {
        const auto run = pixrec({"sample-shop", workspace_, "--items", "50", "--users", "40"});
        QVERIFY2(run.exitCode == 1, run.text());
        QCOMPARE(pixrec({"info", workspace_, "--json"}).json()["items"].toInt(), 50);
    }

    void baselinesAreModelsByName() {
        const auto run = pixrec({"models", workspace_, "--json"});
        QCOMPARE(run.exitCode, 0);
        QStringList names;
        for (const auto& model : run.json()["models"].toArray()) {
            for (const char* key : {"name", "recommender", "modality", "hash", "metrics"})
                QVERIFY2(model.toObject().contains(key), key);
            QVERIFY(!model.toObject()["hash"].toString().isEmpty());
            names << model.toObject()["name"].toString();
        }
        for (const char* baseline : {"popularity", "repeat-last", "co-occurrence"})
            QVERIFY2(names.contains(baseline), baseline);
    }

    void aDeviceThatIsNotThereIsSaidAndTheListComes() {
        const auto run = pixrec({"recommend", workspace_, "--model", "popularity", "--user", user_, "--device",
                                 "cuda:77", "--precision", "bf16", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        QVERIFY2(run.text().contains("Recommending on the CPU"), run.text());
        const auto from = run.json()["results"].toArray()[0].toObject()["provenance"].toObject();
        QCOMPARE(from["device"].toString(), QStringLiteral("CPU"));
        QCOMPARE(from["precision"].toString(), QStringLiteral("fp32")); // it multiplies no matrices
    }

    void twoModelsAreComparedInTheOrderGiven() {
        const auto run = pixrec({"recommend", workspace_, "--model", "popularity", "--model", "co-occurrence", "--user",
                                 user_, "--k", "7", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto results = run.json()["results"].toArray();
        QCOMPARE(results.size(), 2);
        QCOMPARE(results[0].toObject()["model"].toString(), QStringLiteral("popularity"));
        QCOMPARE(results[1].toObject()["model"].toString(), QStringLiteral("co-occurrence"));
        for (const auto& value : results) {
            const auto items = value.toObject()["items"].toArray();
            QCOMPARE(items.size(), 7);
            QVERIFY(!value.toObject()["history"].toArray().isEmpty());
            double last = std::numeric_limits<double>::infinity();
            for (int row = 0; row < 7; ++row) {
                const auto item = items[row].toObject();
                QCOMPARE(item["rank"].toInt(), row + 1);
                QVERIFY(item["score"].isDouble() && item["score"].toDouble() <= last);
                last = item["score"].toDouble();
                QVERIFY(!item["title"].toString().isEmpty());
            }
            for (const char* key :
                 {"model_hash", "catalog_hash", "history_hash", "rules_hash", "k", "device", "precision", "version"})
                QVERIFY2(value.toObject()["provenance"].toObject().contains(key), key);
        }
        const auto listA = idsOf(results[0].toObject()["items"].toArray()),
                   listB = idsOf(results[1].toObject()["items"].toArray());
        const auto difference = run.json()["difference"].toObject();
        QStringList entered, left;
        for (const auto& id : listB)
            if (!listA.contains(id)) entered << id;
        for (const auto& id : listA)
            if (!listB.contains(id)) left << id;
        QCOMPARE(sorted(idsOf(difference["entered"].toArray())), sorted(entered));
        QCOMPARE(sorted(idsOf(difference["left"].toArray())), sorted(left));
        QVERIFY(!difference["sentence"].toString().isEmpty());
    }

    void aHistoryIsTakenAsListOrItemByItem() {
        const QStringList start{"recommend", workspace_, "--model", "co-occurrence", "--json"};
        const auto list = pixrec(start + QStringList{"--history", "P00001,P00002"});
        const auto one = pixrec(start + QStringList{"--history-item", "P00001", "--history-item", "P00002"});
        QVERIFY2(list.exitCode == 0, list.text());
        QCOMPARE(list.json()["results"], one.json()["results"]);
        QVERIFY(list.json()["difference"].isNull());
        QCOMPARE(idsOf(list.json()["results"].toArray()[0].toObject()["history"].toArray()),
                 QStringList({"P00001", "P00002"}));
        const auto nothing = pixrec(start + QStringList{"--history", ""});
        QVERIFY2(nothing.exitCode == 0, nothing.text());
    }

    void historyItemsAreKeptOrExcludedOnRequest() {
        const QStringList start{"recommend", workspace_, "--model", "repeat-last", "--history", "P00004", "--json"};
        const auto kept = pixrec(start + QStringList{"--history-items", "keep"}).json();
        QCOMPARE(listOf(kept).value(0), QStringLiteral("P00004"));
        const auto excluded = pixrec(start + QStringList{"--history-items", "exclude"}).json();
        QVERIFY(!listOf(excluded).contains("P00004"));
    }

    void unknownNamesFailAndAreNamed() {
        for (const auto& [arguments, word] : QList<QPair<QStringList, QByteArray>>{
                 {{"recommend", workspace_, "--model", "nobody", "--user", user_}, "nobody"},
                 {{"recommend", workspace_, "--model", "popularity", "--user", "stranger"}, "stranger"},
                 {{"recommend", workspace_, "--model", "popularity", "--history", "P00001,unheard"}, "unheard"},
                 {{"evaluate", workspace_, "--model", "nobody"}, "nobody"}}) {
            const auto run = pixrec(arguments + QStringList{"--json"});
            QVERIFY2(run.exitCode == 1, run.text());
            QCOMPARE(run.error()["kind"].toString(), QStringLiteral("not-found"));
            QVERIFY2(run.output.contains(word), run.output);
            QVERIFY(run.error()["findings"].isArray() && run.error()["report"].isNull());
        }
    }

    void anEvaluationPairsModelsAndKnowsTheCeilings() {
        const auto run =
            pixrec({"evaluate", workspace_, "--model", "popularity", "--model", "co-occurrence", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto json = run.json();
        QCOMPARE(json["candidates"].toInt(), 50);
        QVERIFY(json["users"].toInt() > 0 && !json["protocol"].toString().isEmpty());
        for (const char* metric :
             {"recall@1", "recall@5", "recall@10", "recall@20", "ndcg@5", "ndcg@10", "ndcg@20", "mrr"}) {
            const auto of = [&](const char* model) {
                return json["models"].toObject()[model].toObject()[metric].toObject();
            };
            for (const char* model : {"popularity", "co-occurrence"}) {
                const auto figure = of(model);
                QVERIFY(figure["low"].toDouble(-1) >= 0 && figure["low"].toDouble() <= figure["value"].toDouble());
                QVERIFY(figure["value"].toDouble() <= figure["high"].toDouble() && figure["high"].toDouble() <= 1);
            }
            const double difference = json["difference"].toObject()[metric].toObject()["value"].toDouble();
            QVERIFY(qAbs(difference -
                         (of("co-occurrence")["value"].toDouble() - of("popularity")["value"].toDouble())) < 1e-9);
            for (const char* ceiling : {"full", "text"})
                QVERIFY(json["ceilings"].toObject()[ceiling].toObject().contains(metric));
        }
        QVERIFY(pixrec({"evaluate", workspace_, "--model", "popularity", "--split", "validation"})
                    .output.contains("recall@10"));
    }

    void aTrainingThatIsKilledOrInterruptedGoesOn() {
        const QStringList train{"train", workspace_, "--name", "mine", "--modality", "text", "--epochs", "12"};
        QProcess killed;
        test::startPixrec(killed, train);
        QVERIFY(waitForEpoch(killed, "epoch 1 of 12: loss"));
        // another program reads the same workspace meanwhile; held still, so that the training cannot end before its
        // kill
        ::kill(static_cast<pid_t>(killed.processId()), SIGSTOP);
        const auto beside = pixrec({"recommend", workspace_, "--model", "popularity", "--user", user_, "--json"});
        QVERIFY2(beside.exitCode == 0, beside.text());
        killed.kill();
        QVERIFY(killed.waitForFinished());
        QCOMPARE(pixrec({"info", workspace_, "--json"}).json()["items"].toInt(), 50);
        QVERIFY(!pixrec({"models", workspace_}).output.contains("mine"));

        QProcess interrupted;
        test::startPixrec(interrupted, train + QStringList{"--resume"});
        QVERIFY(waitForEpoch(interrupted, "epoch 2 of 12: loss"));
        ::kill(static_cast<pid_t>(interrupted.processId()), SIGINT);
        QVERIFY(interrupted.waitForFinished());
        QCOMPARE(interrupted.exitStatus(), QProcess::NormalExit);
        QCOMPARE(interrupted.exitCode(), 130);

        const auto resumed = pixrec(train + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, resumed.text());
        QVERIFY2(!resumed.errors.contains("epoch 1 of 12: loss"), resumed.errors);
        const auto list = pixrec({"recommend", workspace_, "--model", "mine", "--user", user_, "--json"});
        QVERIFY2(list.exitCode == 0, list.text());
        QCOMPARE(list.json()["results"].toArray()[0].toObject()["items"].toArray().size(), 10);
    }

private:
    /// Keeps what it reads, so that a line that came in two pieces is found.
    static bool waitForEpoch(QProcess& process, const QByteArray& text) {
        process.setReadChannel(QProcess::StandardError);
        QByteArray seen;
        while (!seen.contains(text)) {
            if (!process.waitForReadyRead(60'000) && process.state() == QProcess::NotRunning) break;
            seen += process.readAllStandardError();
        }
        if (!seen.contains(text)) qWarning().noquote() << seen;
        return seen.contains(text);
    }

    QTemporaryDir folder_;
    QString workspace_, user_;
};
QTEST_GUILESS_MAIN(TestModelCommands)
#include "tst_model_commands.moc"
