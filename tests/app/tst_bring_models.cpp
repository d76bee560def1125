#include "tests/app/program.h"
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstring>

using test::idsOf;
using test::listOf;
using test::pixrec;

namespace {

QByteArray readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList idList(const QString& path) { return idsOf(QJsonDocument::fromJson(readAll(path)).array()); }

/// The safetensors format by hand, apart from the program's own reader and writer.
struct Matrix {
    qint64 rows = 0, width = 0;
    std::vector<float> values;
    float dot(qint64 row, const Matrix& other, qint64 otherRow) const {
        double sum = 0;
        for (qint64 at = 0; at < width; ++at)
            sum += static_cast<double>(value(row, at)) * static_cast<double>(other.value(otherRow, at));
        return static_cast<float>(sum);
    }
    float value(qint64 row, qint64 at) const { return values[static_cast<std::size_t>(row * width + at)]; }
};

QByteArray safetensors(const QByteArray& name, const Matrix& matrix) {
    const auto bytes = static_cast<qsizetype>(matrix.values.size() * sizeof(float));
    const QByteArray header = "{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[" + QByteArray::number(matrix.rows) +
                              "," + QByteArray::number(matrix.width) + "],\"data_offsets\":[0," +
                              QByteArray::number(bytes) + "]}}";
    const quint64 length = static_cast<quint64>(header.size());
    return QByteArray(reinterpret_cast<const char*>(&length), 8) + header +
           QByteArray(reinterpret_cast<const char*>(matrix.values.data()), bytes);
}

Matrix tensorOf(const QByteArray& file, const QString& name) {
    quint64 length = 0;
    if (file.size() < 8) return {};
    std::memcpy(&length, file.constData(), 8);
    const auto header = QJsonDocument::fromJson(file.mid(8, static_cast<qsizetype>(length))).object();
    const auto entry = header[name].toObject();
    const auto shape = entry["shape"].toArray(), offsets = entry["data_offsets"].toArray();
    if (entry["dtype"].toString() != "F32" || shape.size() != 2) return {};
    Matrix matrix{shape[0].toInteger(), shape[1].toInteger(), {}};
    matrix.values.resize(static_cast<std::size_t>(matrix.rows * matrix.width));
    const auto from = 8 + static_cast<qsizetype>(length) + offsets[0].toInteger();
    if (offsets[1].toInteger() - offsets[0].toInteger() != static_cast<qint64>(matrix.values.size() * sizeof(float)))
        return {};
    std::memcpy(matrix.values.data(), file.constData() + from, matrix.values.size() * sizeof(float));
    return matrix;
}

QJsonObject modelNamed(const QJsonObject& models, const QString& name) {
    for (const auto& model : models["models"].toArray())
        if (model.toObject()["name"].toString() == name) return model.toObject();
    return {};
}

} // namespace

/// Models that users bring and take away, on one tiny sample shop.
class TestBringModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        workspace_ = folder_.filePath("shop");
        const auto drawn = test::drawShop(workspace_);
        QVERIFY2(drawn.exitCode == 0, drawn.text());
        items_ = idsOf(pixrec({"items", workspace_, "--limit", "50", "--json"}).json()["items"].toArray());
        QCOMPARE(items_.size(), 50);
        users_ = idsOf(pixrec({"users", workspace_, "--limit", "40", "--json"}).json()["users"].toArray());
        vectors_ = {50, 3, {}};
        for (int at = 0; at < 150; ++at) vectors_.values.push_back(static_cast<float>((at * 37) % 19 - 9));
        test::writeFile(folder_.filePath("v.safetensors"), safetensors("item_vectors", vectors_));
        test::writeFile(folder_.filePath("v.items.json"), QJsonDocument(QJsonArray::fromStringList(items_)).toJson());
    }

    void aCheckAddsNothingAndShowsTheMapping() {
        const auto run =
            pixrec({"add-model", workspace_, folder_.filePath("v.safetensors"), "--name", "mine", "--check", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        QVERIFY(run.json()["fit"].toBool() && !run.json()["added"].toBool());
        QCOMPARE(run.json()["items"].toObject()["matched"].toInt(), 50);
        QCOMPARE(run.json()["items"].toObject()["first"].toArray().size(), 10);
        QVERIFY(modelNamed(pixrec({"models", workspace_, "--json"}).json(), "mine").isEmpty());
    }

    void addedVectorsRecommendAndAreMeasured() {
        const auto run =
            pixrec({"add-model", workspace_, folder_.filePath("v.safetensors"), "--name", "mine", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        QVERIFY(run.json()["added"].toBool());
        const auto model = modelNamed(pixrec({"models", workspace_, "--json"}).json(), "mine");
        QCOMPARE(model["recommender"].toString(), "vectors");
        QCOMPARE(model["hash"].toString(), run.json()["hash"].toString());
        QVERIFY(model["capabilities"].toObject()["new_history"].toBool());
        QCOMPARE(model["arrays"].toArray()[0].toObject()["shape"].toArray(), (QJsonArray{50, 3}));
        QVERIFY(model["bytes"].toInteger() > 600);
        QCOMPARE(model["card"].toObject()["shopper_vectors"].toString(), "mean");

        // A history of one product: its vector against all others, which stand in this order where none ties.
        const auto listed = pixrec({"recommend", workspace_, "--model", "mine", "--history", items_[7],
                                    "--history-items", "keep", "--k", "5", "--json"});
        QVERIFY2(listed.exitCode == 0, listed.text());
        const auto scored = listed.json()["results"].toArray()[0].toObject()["items"].toArray();
        std::vector<float> all;
        for (qint64 item = 0; item < 50; ++item) all.push_back(vectors_.dot(item, vectors_, 7));
        auto best = all;
        std::sort(best.rbegin(), best.rend());
        for (int place = 0; place < 5; ++place) {
            const auto entry = scored[place].toObject();
            QCOMPARE(static_cast<float>(entry["score"].toDouble()), best[static_cast<std::size_t>(place)]);
            QCOMPARE(all[static_cast<std::size_t>(items_.indexOf(entry["id"].toString()))],
                     best[static_cast<std::size_t>(place)]);
        }
        const auto measured = pixrec({"evaluate", workspace_, "--model", "mine", "--model", "popularity", "--json"});
        QVERIFY2(measured.exitCode == 0, measured.text());
        QVERIFY(measured.json()["models"].toObject()["mine"].toObject().contains("ndcg@10"));
    }

    void aNameIsGivenOnce() {
        const auto run =
            pixrec({"add-model", workspace_, folder_.filePath("v.safetensors"), "--name", "mine", "--json"});
        QVERIFY2(run.exitCode != 0, run.text());
        QVERIFY(run.error()["message"].toString().contains("already has a model of this name"));
        QVERIFY(pixrec({"add-model", workspace_, folder_.filePath("v.safetensors"), "--name", "../up"}).exitCode != 0);
        QVERIFY(pixrec({"add-model", workspace_, folder_.filePath("v.safetensors"), "--name", "popularity"}).exitCode !=
                0);
    }

    void aBadFileIsRefusedWithFindingsAndLeavesNothing() {
        auto bad = vectors_;
        bad.values[4] = std::numeric_limits<float>::quiet_NaN();
        test::writeFile(folder_.filePath("bad.safetensors"), safetensors("item_vectors", bad));
        const auto run = pixrec({"add-model", workspace_, folder_.filePath("bad.safetensors"),
                                 folder_.filePath("v.items.json"), "--name", "bad", "--json"});
        QCOMPARE(run.exitCode, 3);
        QVERIFY(run.error()["findings"].toArray()[0].toObject()["why"].toString().contains("row 2"));
        auto cut = safetensors("item_vectors", vectors_);
        cut.chop(1);
        test::writeFile(folder_.filePath("cut.safetensors"), cut);
        const auto again = pixrec({"add-model", workspace_, folder_.filePath("cut.safetensors"), "--name", "bad"});
        QCOMPARE(again.exitCode, 3);
        QVERIFY2(again.errors.contains("is the file cut?"), again.text());
        QCOMPARE(QDir(workspace_ + "/models").entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"mine"});
    }

    void listsKnowTheirShoppersAndNoEdits() {
        QByteArray csv = "user,item,rank\n";
        csv += users_[0].toUtf8() + "," + items_[4].toUtf8() + ",1\n";
        csv += users_[0].toUtf8() + "," + items_[9].toUtf8() + ",2\n";
        const auto file = test::writeFile(folder_.filePath("lists.csv"), csv);
        const auto run = pixrec({"add-model", workspace_, file, "--name", "lists", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto listed = pixrec({"recommend", workspace_, "--model", "lists", "--user", users_[0], "--history-items",
                                    "keep", "--k", "2", "--json"});
        QCOMPARE(listOf(listed.json()), (QStringList{items_[4], items_[9]}));
        const auto other = pixrec({"recommend", workspace_, "--model", "lists", "--user", users_[1]});
        QVERIFY2(other.exitCode == 1 && other.errors.contains("not among those that the model has a list for"),
                 other.text());
        const auto edited = pixrec({"recommend", workspace_, "--model", "lists", "--history", items_[4]});
        QVERIFY2(edited.exitCode == 1 && edited.errors.contains("list made beforehand") &&
                     edited.errors.contains("cannot follow edits"),
                 edited.text());
        QVERIFY(!modelNamed(pixrec({"models", workspace_, "--json"}).json(), "lists")["capabilities"]
                     .toObject()["new_history"]
                     .toBool());
        const auto measured = pixrec({"evaluate", workspace_, "--model", "lists", "--json"});
        QVERIFY2(measured.exitCode == 0, measured.text());
    }

    void whatIsExportedIsTheModel() {
        const auto file = folder_.filePath("out.safetensors"), lists = folder_.filePath("out.csv");
        const auto run = pixrec(
            {"export", workspace_, "--model", "mine", "--vectors", file, "--lists", lists, "--k", "3", "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto bytes = readAll(file);
        const auto items = tensorOf(bytes, "item_vectors"), users = tensorOf(bytes, "user_vectors");
        QVERIFY(items.values == vectors_.values);
        QCOMPARE(idList(folder_.filePath("out.items.json")), items_);
        const auto userIds = idList(folder_.filePath("out.users.json"));
        QCOMPARE(users.rows, userIds.size());
        const auto rows = QString::fromUtf8(readAll(lists)).split('\n', Qt::SkipEmptyParts);
        QCOMPARE(rows.first(), "user,item,rank,score");
        QCOMPARE(rows.size(), 1 + 3 * userIds.size());
        for (qsizetype at = 1; at < rows.size(); ++at) {
            const auto fields = rows[at].split(',');
            const auto expected = items.dot(items_.indexOf(fields[1]), users, userIds.indexOf(fields[0]));
            QVERIFY2(std::abs(fields[3].toFloat() - expected) < 1e-3F * (1 + std::abs(expected)), qPrintable(rows[at]));
        }
        const auto json = folder_.filePath("out.jsonl");
        QCOMPARE(pixrec({"export", workspace_, "--model", "popularity", "--lists", json, "--k", "4"}).exitCode, 0);
        const auto lines = readAll(json).split('\n');
        QCOMPARE(lines.size(), users_.size() + 1);
        QCOMPARE(QJsonDocument::fromJson(lines[0]).object()["items"].toArray().size(), 4);
        const auto none = pixrec({"export", workspace_, "--model", "popularity", "--vectors", file});
        QVERIFY2(none.exitCode == 1 && none.errors.contains("no products of vectors"), none.text());
    }

    void anExportComesBackAsTheSameLists() {
        const auto run = pixrec({"add-model", workspace_, folder_.filePath("out.safetensors"), "--name", "again"});
        QVERIFY2(run.exitCode == 0, run.text());
        for (const auto& user : {users_[0], users_[17]}) {
            const auto list = [&](const QString& model) {
                return listOf(pixrec({"recommend", workspace_, "--model", model, "--user", user, "--json"}).json());
            };
            QCOMPARE(list("again"), list("mine"));
        }
        // As a folder, into a workspace that does not have it.
        const auto other = folder_.filePath("other");
        QCOMPARE(pixrec({"sample-shop", other, "--items", "50", "--users", "5", "--seed", "3"}).exitCode, 0);
        const auto moved = pixrec({"add-model", other, workspace_ + "/models/mine", "--name", "moved", "--json"});
        QVERIFY2(moved.exitCode == 0, moved.text());
        QCOMPARE(moved.json()["hash"], modelNamed(pixrec({"models", workspace_, "--json"}).json(), "mine")["hash"]);
    }

    void aFolderThatWasMeddledWithIsRefused() {
        QFile ids(workspace_ + "/models/again/items.json");
        QVERIFY(ids.open(QIODevice::Append));
        ids.write(" ");
        ids.close();
        const auto run = pixrec({"recommend", workspace_, "--model", "again", "--user", users_[0]});
        QVERIFY2(run.exitCode == 1 && run.errors.contains("not those that were added"), run.text());
    }

    void pythonReadsTheExport() {
        const auto python = QStandardPaths::findExecutable(qEnvironmentVariable("PIXREC_PYTHON", "python3"));
        QProcess probe;
        probe.start(python, {"-c", "import numpy, safetensors.numpy"});
        if (python.isEmpty() || !probe.waitForFinished() || probe.exitCode() != 0)
            QSKIP(
                "no Python with numpy and safetensors here (PIXREC_PYTHON names another one); the test above reads the "
                "bytes by hand");
        const char* const script = R"(
import csv, json, sys, numpy as np
from safetensors.numpy import load_file
base = sys.argv[1]
arrays = load_file(base + ".safetensors")
items, users = json.load(open(base + ".items.json")), json.load(open(base + ".users.json"))
assert arrays["item_vectors"].shape == (len(items), 3) and arrays["user_vectors"].shape[0] == len(users)
row, column = {u: r for r, u in enumerate(users)}, {i: r for r, i in enumerate(items)}
for line in csv.DictReader(open(base + ".csv")):
    score = arrays["item_vectors"][column[line["item"]]] @ arrays["user_vectors"][row[line["user"]]]
    assert np.isclose(score, float(line["score"]), rtol=1e-4, atol=1e-4), line
np.savez(base + ".npz", item_ids=np.array(items), item_vectors=arrays["item_vectors"].astype("float16"))
np.savez_compressed(base + "2.npz", item_ids=np.array(items, dtype=object), item_vectors=arrays["item_vectors"])
)";
        QProcess run;
        run.start(python, {"-c", script, folder_.filePath("out")});
        QVERIFY(run.waitForFinished(60000));
        QVERIFY2(run.exitCode() == 0, run.readAllStandardError());
        const auto added = pixrec({"add-model", workspace_, folder_.filePath("out.npz"), "--name", "numpy", "--json"});
        QVERIFY2(added.exitCode == 0, added.text());
        QCOMPARE(added.json()["arrays"].toArray()[0].toObject()["dtype"].toString(), "F16");
        const auto pickled = pixrec({"add-model", workspace_, folder_.filePath("out2.npz"), "--name", "pickled"});
        QVERIFY2(pickled.exitCode == 3 && pickled.errors.contains("pickles"), pickled.text());
    }

private:
    QTemporaryDir folder_;
    QString workspace_;
    QStringList items_, users_;
    Matrix vectors_;
};
QTEST_GUILESS_MAIN(TestBringModels)
#include "tst_bring_models.moc"
