#include "tests/app/program.h"
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

using test::pixrec;
using test::writeFile;

namespace {

const QByteArray goodItems = R"({"id":"a,1","title":"Red mug","category":"Home > Mugs","price":7.5}
{"id":"b","title":"Blue lamp","image":"gone.png"}
{"id":"c"}
)";
const QByteArray goodEvents =
    "user,item,timestamp\nu1,\"a,1\",2024-05-01\nu1,b,2024-05-02T09:30:00Z\nu2,b,2024-05-03\n";

} // namespace

/// Commands that need no inference module, and wrong usage of all.
class TestCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        items_ = writeFile(folder_.filePath("items.jsonl"), goodItems);
        events_ = writeFile(folder_.filePath("events.csv"), goodEvents);
        workspace_ = folder_.filePath("shop");
        const auto run = pixrec({"import", workspace_, "--items", items_, "--interactions", events_, "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto json = run.json();
        QCOMPARE(json["items"].toInt(), 3);
        QCOMPARE(json["events"].toInt(), 3);
        QVERIFY(QFileInfo::exists(json["report"].toString()));
    }

    void theProgramLinksNeitherLibtorchNorOpencvNorQt5() {
        QProcess ldd;
        ldd.start("ldd", {QStringLiteral(PIXREC_PROGRAM)});
        QVERIFY(ldd.waitForFinished());
        const auto libraries = ldd.readAllStandardOutput();
        QVERIFY(libraries.contains("libQt6Core"));
        for (const char* unwanted : {"Qt5", "torch", "libc10", "opencv"})
            QVERIFY2(!libraries.contains(unwanted), unwanted);
    }

    void threadsThatWaitSleepUnlessTheUserWantsOtherwise() {
        const auto spins = [](const char* chosen) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert("OMP_DISPLAY_ENV", "verbose"); // libgomp prints what it goes by when it is loaded
            environment.remove("GOMP_SPINCOUNT");
            environment.remove("OMP_WAIT_POLICY");
            if (chosen) environment.insert("OMP_WAIT_POLICY", chosen);
            process.setProcessEnvironment(environment);
            process.start(QStringLiteral(PIXREC_PROGRAM), {"--version"});
            if (!process.waitForFinished()) return QByteArray("no answer");
            const QByteArray shown = process.readAllStandardError(), name = "GOMP_SPINCOUNT = '";
            const auto at = shown.lastIndexOf(name); // of the last start
            return at < 0 ? QByteArray() : shown.mid(at + name.size()).split('\'').first();
        };
        if (spins(nullptr).isEmpty()) QSKIP("this Qt brings no libgomp");
        QCOMPARE(spins(nullptr), QByteArray("0"));
        QVERIFY(spins("active").toLongLong() > 1'000'000);
    }

    void helpNamesEveryCommand() {
        const auto run = pixrec({"--help"});
        QCOMPARE(run.exitCode, 0);
        for (const char* command : {"sample-shop", "import", "info", "users", "items", "train", "models", "recommend",
                                    "evaluate", "screenshot"}) {
            QVERIFY2(run.output.contains(command), command);
            const auto help = pixrec({command, "--help"});
            QCOMPARE(help.exitCode, 0);
            QVERIFY2(help.output.contains("Usage: pixrec " + QByteArray(command)), help.text());
        }
        QVERIFY(pixrec({"--version"}).output.startsWith("pixrec "));
    }

    void infoCounts() {
        const auto run = pixrec({"info", workspace_, "--json"});
        QCOMPARE(run.exitCode, 0);
        QJsonObject counts = run.json();
        QCOMPARE(counts.take("source").toString(), "import of items.jsonl and events.csv");
        const QJsonObject provenance = counts.take("provenance").toObject();
        QCOMPARE(provenance["format"].toString(), "uniform");
        QCOMPARE(provenance["files"].toArray().size(), 2);
        QCOMPARE(provenance["filters"].toObject(), QJsonObject());
        QCOMPARE(counts, QJsonObject({{"items", 3},
                                      {"items_without_picture", 3},
                                      {"items_without_text", 1},
                                      {"items_without_price", 2},
                                      {"users", 2},
                                      {"events", 3},
                                      {"text_twins", 0}}));
        QVERIFY(pixrec({"info", workspace_}).output.contains("products"));
    }

    void usersAreListedWithTheirLastTime() {
        const auto run = pixrec({"users", workspace_, "--json"});
        QCOMPARE(run.exitCode, 0);
        QCOMPARE(run.json()["total"].toInt(), 2);
        const auto first = run.json()["users"].toArray()[0].toObject();
        QCOMPARE(first, QJsonObject({{"id", "u1"}, {"events", 2}, {"last", "2024-05-02T09:30:00Z"}}));
    }

    void timesThatMeanOrderOnlyAreNull() {
        const auto orderOnly = writeFile(folder_.filePath("order.csv"), "user,item,timestamp\nu1,b,1\n");
        const auto shop = folder_.filePath("order-shop");
        QCOMPARE(pixrec({"import", shop, "--items", items_, "--interactions", orderOnly}).exitCode, 0);
        const auto user = pixrec({"users", shop, "--json"}).json()["users"].toArray()[0].toObject();
        QVERIFY(user.contains("last") && user["last"].isNull());
    }

    void filesAreImportedAsTheyAreAndFiltersAreStated() {
        const QString samples = QStringLiteral(PIXREC_TEST_DATA "/formats/");
        const auto shop = folder_.filePath("movies");
        const auto run = pixrec({"import", shop, samples + "movielens-1m", "--min-rating", "4", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        QCOMPARE(run.json()["events"].toInt(), 2);
        QCOMPARE(run.json()["plan"].toObject()["format"].toString(), QString("movielens-1m"));
        const auto info = pixrec({"info", shop, "--json"}).json();
        const auto filters = info["provenance"].toObject()["filters"].toObject();
        QCOMPARE(filters["minimum_rating"].toObject()["events_taken_out"].toInt(), 1);
        const auto words = pixrec({"info", shop}).output;
        QVERIFY(words.contains("movielens-1m"));
        QVERIFY2(words.contains("ratings of at least 4: 1 events taken out"), words);

        const auto table = pixrec({"import", folder_.filePath("table"), samples + "table/orders.csv", "--map",
                                   "user=client,item=ware,time=when,title=label,price=cost", "--json"});
        QVERIFY2(table.exitCode == 0, table.text());
        QCOMPARE(table.json()["items"].toInt(), 2);
        const auto issues =
            pixrec({"info", folder_.filePath("table"), "--issues", "--json"}).json()["issues"].toArray();
        QCOMPARE(issues.size(), 5);
        const auto unknown = pixrec({"import", folder_.filePath("none"), samples + "table/orders.csv", "--json"});
        QCOMPARE(unknown.exitCode, 3);
        QVERIFY(unknown.error()["message"].toString().contains("--map"));
    }

    void aLimitNeverHidesHowManyThereAre() {
        const auto json = pixrec({"items", workspace_, "--limit", "1", "--json"}).json();
        QCOMPARE(json["items"].toArray().size(), 1);
        QCOMPARE(json["total"].toInt(), 3);
        QCOMPARE(pixrec({"users", workspace_, "--limit", "0", "--json"}).json()["total"].toInt(), 2);
        QVERIFY(pixrec({"items", workspace_, "--limit", "2"}).output.contains("2 of 3 products; --limit 3 shows all"));
    }

    void searchFindsWordsOfProductsAndPartsOfUserIds() {
        const auto found = pixrec({"items", workspace_, "--search", "lam", "--json"}).json();
        QCOMPARE(found["total"].toInt(), 1);
        QCOMPARE(found["items"].toArray()[0].toObject(), QJsonObject({{"id", "b"}, {"title", "Blue lamp"}}));
        QCOMPARE(pixrec({"users", workspace_, "--search", "2", "--json"}).json()["total"].toInt(), 1);
        QCOMPARE(pixrec({"items", workspace_, "--search", "\"; DROP TABLE", "--json"}).json()["total"].toInt(), 0);
    }

    void wrongUsageEndsWithTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const char* name, const QStringList& arguments) { QTest::newRow(name) << arguments; };
        row("unknown command", {"frobnicate"});
        row("unknown command with more", {"frobnicate", "W"});
        row("unknown option", {"info", "W", "--nope"});
        row("no workspace", {"info"});
        row("import without items", {"import", "W"});
        row("import of both forms", {"import", "W", "ratings.csv", "--items", "items.csv"});
        row("map without a role", {"import", "W", "ratings.csv", "--map", "colour=red"});
        row("repeats of another kind", {"import", "W", "ratings.csv", "--repeats", "last"});
        row("limit of words", {"users", "W", "--limit", "ten"});
        row("negative limit", {"items", "W", "--limit", "-1"});
        row("train without modality", {"train", "W", "--name", "n"});
        row("train without a name", {"train", "W", "--modality", "text"});
        row("unknown modality", {"train", "W", "--name", "n", "--modality", "smell"});
        row("unknown recommender", {"train", "W", "--name", "n", "--modality", "text", "--recommender", "x"});
        row("unknown device", {"train", "W", "--name", "n", "--modality", "text", "--device", "tpu"});
        row("no epochs", {"train", "W", "--name", "n", "--modality", "text", "--epochs", "0"});
        row("name with a slash", {"train", "W", "--name", "../n", "--modality", "text"});
        row("name of a baseline", {"train", "W", "--name", "popularity", "--modality", "text"});
        row("recommend without a model", {"recommend", "W", "--user", "u"});
        row("recommend for nobody", {"recommend", "W", "--model", "popularity"});
        row("recommend for a user and a history",
            {"recommend", "W", "--model", "popularity", "--user", "u", "--history", "a"});
        row("three models", {"recommend", "W", "--user", "u", "--model", "a", "--model", "b", "--model", "c"});
        row("an empty id", {"recommend", "W", "--model", "popularity", "--history", "a,,b"});
        row("a device of no kind", {"recommend", "W", "--model", "popularity", "--user", "u", "--device", "tpu"});
        row("a precision of no kind",
            {"recommend", "W", "--model", "popularity", "--user", "u", "--precision", "int8"});
        row("no products wanted", {"recommend", "W", "--model", "popularity", "--user", "u", "--k", "0"});
        row("unknown rule", {"recommend", "W", "--model", "popularity", "--user", "u", "--history-items", "maybe"});
        row("unknown split", {"evaluate", "W", "--model", "popularity", "--split", "train"});
        row("a model twice", {"evaluate", "W", "--model", "popularity", "--model", "popularity"});
        row("no items to draw", {"sample-shop", "W", "--items", "0"});
        row("odd size", {"screenshot", "W", "--user", "u", "--out", "a.png", "--size", "big"});
        row("no picture file", {"screenshot", "W", "--user", "u", "--out", "a.txt"});
    }
    void wrongUsageEndsWithTwo() {
        QFETCH(QStringList, arguments);
        const auto plain = pixrec(arguments, folder_.path());
        QVERIFY2(plain.exitCode == 2, plain.text());
        QVERIFY(plain.output.isEmpty());
        QVERIFY2(plain.errors.startsWith("pixrec: ") && plain.errors.count('\n') == 1, plain.errors);
        const auto json = pixrec(arguments + QStringList{"--json"}, folder_.path());
        QVERIFY2(json.exitCode == 2, json.text());
        QCOMPARE(json.error()["kind"].toString(), QStringLiteral("wrong-usage"));
        QVERIFY(!json.error()["message"].toString().isEmpty());
    }

    void aMissingFileIsRejectedInput() {
        const auto run = pixrec({"import", folder_.filePath("x"), "--items", folder_.filePath("none.jsonl"), "--json"});
        QVERIFY2(run.exitCode == 3, run.text());
        QCOMPARE(run.error()["kind"].toString(), QStringLiteral("not-found"));
        QVERIFY(!QFileInfo::exists(folder_.filePath("x")));
    }

    void aMissingOrForeignWorkspaceIsRejectedInput() {
        for (const auto& folder : {folder_.filePath("none"), folder_.path()})
            for (const char* command : {"info", "users", "items", "models"}) {
                const auto run = pixrec({command, folder, "--json"});
                QVERIFY2(run.exitCode == 3, run.text());
                QVERIFY(!run.error()["message"].toString().isEmpty());
            }
        QCOMPARE(pixrec({folder_.filePath("none")}).exitCode, 3);
    }

    void anEmptyCatalogIsRejectedInput() {
        const auto empty = writeFile(folder_.filePath("empty.jsonl"), "");
        const auto run = pixrec({"import", folder_.filePath("x"), "--items", empty, "--json"});
        QVERIFY2(run.exitCode == 3, run.text());
    }

    void badRowsAreAllReportedAndNothingIsMade() {
        const auto bad = writeFile(folder_.filePath("bad.csv"),
                                   "user,item,timestamp\nu1,b,2024-05-01\nu1,b,soon\nu1,zzz,2024-05-02\n");
        const auto target = folder_.filePath("bad-shop");
        const auto run = pixrec({"import", target, "--items", items_, "--interactions", bad, "--json"});
        QVERIFY2(run.exitCode == 3, run.text());
        const auto findings = run.error()["findings"].toArray();
        QList<int> lines;
        for (const auto& finding : findings)
            if (finding.toObject()["severity"] == "error") lines << finding.toObject()["line"].toInt();
        QCOMPARE(lines, QList<int>({3, 4}));
        for (const char* key : {"file", "line", "column", "why", "severity"})
            QVERIFY2(findings[0].toObject().contains(key), key);
        QVERIFY(QFileInfo::exists(run.error()["report"].toString()));
        QVERIFY(!QFileInfo::exists(target));

        const auto plain = pixrec({"import", target, "--items", items_, "--interactions", bad});
        QCOMPARE(plain.exitCode, 3);
        QVERIFY2(plain.errors.contains("line 3") && plain.errors.trimmed().split('\n').last().startsWith("pixrec: "),
                 plain.errors);

        const auto skipped =
            pixrec({"import", target, "--items", items_, "--interactions", bad, "--skip-bad-rows", "--json"});
        QVERIFY2(skipped.exitCode == 0, skipped.text());
        QCOMPARE(skipped.json()["events_left_out"].toInt(), 2);
    }

    void anExistingWorkspaceIsRefusedUnlessReplaced() {
        const auto target = folder_.filePath("again");
        QCOMPARE(pixrec({"import", target, "--items", items_}).exitCode, 0);
        const auto refused = pixrec({"import", target, "--items", items_, "--json"});
        QVERIFY2(refused.exitCode == 1, refused.text());
        QCOMPARE(pixrec({"import", target, "--items", items_, "--interactions", events_, "--replace"}).exitCode, 0);
        QCOMPARE(pixrec({"info", target, "--json"}).json()["events"].toInt(), 3);
    }

    void aWorkspaceCalledLikeACommandCanBeNamed() {
        QCOMPARE(pixrec({"import", "info", "--items", items_}, folder_.path()).exitCode, 0);
        QCOMPARE(pixrec({"info", "info", "--json"}, folder_.path()).exitCode, 0);
        // ./info is the window, which has no display here: that is not wrong usage
        const auto window = pixrec({"./info"}, folder_.path());
        QVERIFY2(window.exitCode == 1 && window.errors.contains("display"), window.text());
    }

    void aFullDiskBehindStandardOutputIsAFailure() {
        if (!QFileInfo::exists("/dev/full")) QSKIP("no /dev/full here");
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        test::startPixrec(process, {"info", workspace_, "--json"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
    }

    void anImportIsCancelledByAnInterruptAndLeavesNothing() {
        // So many rows that the import is still running when the signal comes.
        const auto file = folder_.filePath("many.jsonl");
        QByteArray many;
        for (int row = 0; row < 400'000; ++row)
            many += "{\"id\":\"" + QByteArray::number(row) + "\",\"title\":\"Red mug of clay\"}\n";
        writeFile(file, many);
        const auto target = folder_.filePath("cancelled");
        QProcess process;
        test::startPixrec(process, {"import", target, "--items", file, "--json"});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY(interruptible(process.processId()));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 130);
        const test::Run run{process.exitCode(), process.readAllStandardOutput(), {}};
        QCOMPARE(run.error()["kind"].toString(), QStringLiteral("cancelled"));
        QVERIFY(!QFileInfo::exists(target));
    }

private:
    /// The program watches for SIGINT once it has blocked it (bit 1 of SigBlk).
    static bool interruptible(qint64 process) {
        QFile status(QStringLiteral("/proc/%1/status").arg(process));
        if (!status.open(QIODevice::ReadOnly)) return false;
        const auto text = status.readAll();
        const auto at = text.indexOf("SigBlk:");
        return at >= 0 && (text.mid(at + 7, 20).trimmed().left(16).toULongLong(nullptr, 16) & 2U) != 0;
    }

    QTemporaryDir folder_;
    QString items_, events_, workspace_;
};
QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
