#include <QDir>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Run {
    int exitCode = -1;
    QByteArray output, errors;
};

Run run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(120'000)) return {-1, {}, process.errorString().toUtf8()};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

} // namespace

/// What `cmake --install` writes works where it is put: away from the build.
class TestInstalled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(prefix_.isValid());
        const auto install = run(QStringLiteral(PIXREC_CMAKE),
                                 {"--install", PIXREC_BUILD_FOLDER, "--prefix", prefix_.path(), "--config", "Release"});
        QVERIFY2(install.exitCode == 0, install.errors.constData());
        program_ = prefix_.filePath(QStringLiteral("bin/pixrec"));
    }
    void everythingOfAProductIsThere_data() {
        QTest::addColumn<QString>("file");
        for (const char* file :
             {"bin/pixrec", "lib/pixrec/libengine_torch.so", "share/pixrec/models/text-only/model.safetensors",
              "share/pixrec/models/multimodal/model.json", "share/doc/pixrec/help/index.md",
              "share/doc/pixrec/copyright", "share/icons/hicolor/scalable/apps/org.pixrec.Studio.svg",
              "share/applications/org.pixrec.Studio.desktop", "share/metainfo/org.pixrec.Studio.metainfo.xml"})
            QTest::newRow(file) << QString::fromLatin1(file);
    }
    void everythingOfAProductIsThere() {
        QFETCH(const QString, file);
        QVERIFY(QFileInfo(prefix_.filePath(file)).size() > 0);
    }
    void theProgramSaysItsVersion() {
        const auto said = run(program_, {"--version"});
        QCOMPARE(said.exitCode, 0);
        QVERIFY2(said.output.contains(PIXREC_VERSION), said.output.constData());
    }
    void itDrawsAShopAndItsWindow() {
        const QString shop = prefix_.filePath(QStringLiteral("shop")), picture = prefix_.filePath("window.png");
        const auto drawn = run(program_, {"sample-shop", shop, "--items", "60", "--users", "30"});
        QVERIFY2(drawn.exitCode == 0, drawn.errors.constData());
        const auto users = run(program_, {"users", shop, "--limit", "1", "--json"});
        const QString user = QString::fromUtf8(users.output).section(QStringLiteral("\"id\":\""), 1).section('"', 0, 0);
        QVERIFY2(!user.isEmpty(), users.output.constData());
        const auto shown = run(program_, {"screenshot", shop, "--user", user, "--model", "popularity", "--model",
                                          "co-occurrence", "--out", picture, "--size", "1280x720"});
        QVERIFY2(shown.exitCode == 0, shown.errors.constData());
        QCOMPARE(QImage(picture).size(), QSize(1280, 720));
        const auto unknown = run(
            program_, {"screenshot", shop, "--user", user, "--model", "nope", "--out", picture, "--size", "1280x720"});
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY2(unknown.errors.contains("there is no model \"nope\""), unknown.errors.constData());
        QCOMPARE(QImage(picture).size(), QSize(1280, 720)); // the one that was there
    }
    void itLoadsItsOwnModuleAndNotTheBuilds() {
        // Without the module beside it live inference is off; the one in the build folder must not stand in.
        const QString module = prefix_.filePath(QStringLiteral("lib/pixrec/libengine_torch.so"));
        QVERIFY(QFile::rename(module, module + ".away"));
        const auto failed = run(program_, {"sample-shop", prefix_.filePath(QStringLiteral("other"))});
        QVERIFY(QFile::rename(module + ".away", module));
        QCOMPARE(failed.exitCode, 1);
        QVERIFY2(failed.errors.contains("libengine_torch.so"), failed.errors.constData());
    }

private:
    QTemporaryDir prefix_;
    QString program_;
};
QTEST_GUILESS_MAIN(TestInstalled)
#include "tst_installed.moc"
