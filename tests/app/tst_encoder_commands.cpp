#include "tests/app/program.h"
#include "tests/support/small_encoders.h"
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using test::pixrec;

namespace {

const QString fixtures = QStringLiteral(PIXREC_TEST_DATA "/hf/");

void copyFolder(const QString& from, const QString& to) {
    QDir().mkpath(to);
    for (const auto& name : QDir(from).entryList(QDir::Files)) QFile::copy(from + "/" + name, to + "/" + name);
}

} // namespace

/// `pixrec backbones` and `pixrec encode`, with small checkpoints of the fixtures.
class TestEncoderCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        workspace_ = folder_.filePath("shop");
        const auto drawn = test::drawShop(workspace_);
        QVERIFY2(drawn.exitCode == 0, drawn.text());
        text_ = folder_.filePath("bert");
        test::makeSmallEncoder(text_.toStdString(), "bert");
        test::writeFile(text_ + "/LICENSE", "free");
        picture_ = folder_.filePath("siglip");
        test::makeSmallEncoder(picture_.toStdString(), "siglip", 24);
    }

    void aModelCardSaysWhatAFolderHolds() {
        const auto run = pixrec({"backbones", picture_, "--json"});
        QVERIFY2(run.exitCode == 0, run.text());
        const auto card = run.json()["backbones"].toArray()[0].toObject();
        QCOMPARE(card["architecture"].toString(), "siglip");
        QCOMPARE(card["uses"].toArray(), QJsonArray({"text encoder", "picture encoder"}));
        QCOMPARE(card["sizes"].toObject()["picture side"].toInt(), 24);
        QCOMPARE(card["sizes"].toObject()["vocabulary"].toInt(), 120);
        QCOMPARE(card["tokenizer"].toObject()["model"].toString(), "WordPiece");
        QCOMPARE(card["picture_processor"].toString(), "SiglipImageProcessor");
        QCOMPARE(card["joint_space"].toBool(), true);
        QCOMPARE(card["licence"], QJsonValue(QJsonValue::Null));
        QCOMPARE(card["compute_bytes"].toInt(), card["parameters"].toInt() * 4);
        QCOMPARE(card["problems"].toArray().size(), 0);
        const auto licensed = pixrec({"backbones", text_, "--json"}).json()["backbones"].toArray()[0].toObject();
        QCOMPARE(licensed["licence"].toString(), "LICENSE");
        QVERIFY(licensed["hash"] != card["hash"]);
    }

    void aFolderOfFoldersGivesACardEach() {
        const auto cards = pixrec({"backbones", fixtures + "decoders", "--json"}).json()["backbones"].toArray();
        QStringList names;
        for (const auto& card : cards) names << card.toObject()["architecture"].toString();
        QCOMPARE(names, QStringList({"gemma2", "idefics3", "llama", "llama", "paligemma", "smolvlm"}));
        QVERIFY(cards[0].toObject()["problems"].toArray()[0].toString().contains("no tokenizer.json"));
        QVERIFY(cards[5].toObject()["sizes"].toObject()["tokens of a picture"].toInt() == 4);
        const auto text = pixrec({"backbones", fixtures + "encoders/bert_sharded_half"}).output;
        QVERIFY2(text.contains("in 4 files") && text.contains("of F16"), text);
    }

    void whatIsWrongWithAFolderIsOnItsCard() {
        QCOMPARE(pixrec({"backbones", folder_.filePath("nowhere")}).exitCode, 1);
        const QString broken = folder_.filePath("broken");
        copyFolder(text_, broken);
        QVERIFY(QFile::resize(broken + "/model.safetensors", 1000));
        const auto card = pixrec({"backbones", broken, "--json"}).json()["backbones"].toArray()[0].toObject();
        QVERIFY2(card["problems"].toArray()[0].toString().contains("model.safetensors"), "");
        const auto encoded = pixrec({"encode", workspace_, "--text-encoder", broken, "--json"});
        QCOMPARE(encoded.exitCode, 1);
        QVERIFY2(encoded.error()["message"].toString().contains("model.safetensors"), encoded.text());
    }

    void productsAreEncodedOnce() {
        const QStringList command{"encode", workspace_, "--text-encoder", text_, "--picture-encoder",
                                  picture_, "--json"};
        const auto first = pixrec(command);
        QVERIFY2(first.exitCode == 0, first.text());
        const auto made = first.json();
        QCOMPARE(made["items"].toInt(), 50);
        for (const char* part : {"text", "picture"}) {
            QCOMPARE(made[part].toObject()["width"].toInt(), 32);
            QVERIFY(made[part].toObject()["distinct"].toInt() > 10);
            QCOMPARE(made[part].toObject()["cached"].toInt(), 0);
            QCOMPARE(made[part].toObject()["unreadable"].toInt(), 0);
        }
        const auto again = pixrec(command).json();
        for (const char* part : {"text", "picture"})
            QCOMPARE(again[part].toObject()["cached"].toInt(), again[part].toObject()["distinct"].toInt());
        // Another encoder shares nothing.
        const auto other = pixrec({"encode", workspace_, "--text-encoder", picture_, "--json"}).json();
        QCOMPARE(other["text"].toObject()["cached"].toInt(), 0);
        QCOMPARE(other["picture"], QJsonValue(QJsonValue::Null));
    }

    void aRecommenderIsTrainedWithThem() {
        const auto trained = pixrec({"train", workspace_, "--name", "towers", "--modality", "both", "--epochs", "1",
                                     "--text-encoder", text_, "--picture-encoder", picture_});
        QVERIFY2(trained.exitCode == 0, trained.text());
        const auto shoppers = pixrec({"users", workspace_, "--limit", "1", "--json"}).json()["users"].toArray();
        const auto listed = pixrec({"recommend", workspace_, "--user", shoppers[0].toObject()["id"].toString(),
                                    "--model", "towers", "--k", "5", "--json"});
        QVERIFY2(listed.exitCode == 0, listed.text());
        QCOMPARE(test::listOf(listed.json()).size(), 5);
    }

    void wrongUsageIsNamed() {
        QCOMPARE(pixrec({"encode", workspace_}).exitCode, 2);
        const auto run = pixrec({"encode", workspace_, "--picture-encoder", text_});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(run.errors.contains("preprocessor_config.json"), run.text());
    }

private:
    QTemporaryDir folder_;
    QString workspace_, text_, picture_;
};

QTEST_GUILESS_MAIN(TestEncoderCommands)
#include "tst_encoder_commands.moc"
