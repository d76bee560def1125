#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/fuzzy_match.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/dialogs/path_field.h"
#include "ui/dialogs/preferences.h"
#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/settings_dialog.h"
#include "ui/theme/icons.h"
#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QtTest>

using namespace ui;

class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSampleShopNeedsAnEmptyFolder() {
        QTemporaryDir folder;
        SampleShopDialog dialog(folder.path());
        QCOMPARE(dialog.problem(), QString());
        QCOMPARE(dialog.request().items, 2000);
        QCOMPARE(dialog.request().users, 5000);
        QCOMPARE(dialog.request().seed, 1U);
        auto* field = dialog.findChild<PathField*>();
        touch(folder.filePath("something"));
        field->setPath(folder.path());
        QVERIFY(!button(dialog, "&Create")->isEnabled());
        field->setPath(folder.filePath("new"));
        button(dialog, "&Create")->click();
        QVERIFY(dialog.isRunning());
        dialog.showError("make sample shop: the disk is full");
        QVERIFY(!dialog.isRunning());
        QVERIFY(shownText(dialog).contains("the disk is full"));
        QVERIFY(button(dialog, "&Create")->isEnabled());
        QSignalSpy opened(&dialog, &SampleShopDialog::openRequested);
        button(dialog, "&Create")->click();
        dialog.showDone();
        QCOMPARE(opened.first().first().toString(), folder.filePath("new"));
    }

    void preferencesReadBackAndBadOnesAreDefaults() {
        QTemporaryDir folder;
        QSettings settings(folder.filePath("a.ini"), QSettings::IniFormat);
        QCOMPARE(loadPreferences(settings), Preferences());
        const Preferences chosen{ThemeChoice::dark, 20, "cuda:0", "bf16", true, 160, 512, true};
        savePreferences(settings, chosen);
        QCOMPARE(loadPreferences(settings), chosen);
        settings.setValue("lists/k", "many");
        settings.setValue("catalog/pictureSide", 5);
        QCOMPARE(loadPreferences(settings).k, Preferences().k);
        QCOMPARE(loadPreferences(settings).pictureSide, Preferences().pictureSide);
    }

    void settingsTakeEffectAtOnceAndKeepAMissingDevice() {
        Preferences preferences;
        preferences.device = "cuda:1";
        SettingsDialog dialog(preferences, {"cpu"});
        QSignalSpy changed(&dialog, &SettingsDialog::preferencesChanged);
        QCOMPARE(dialog.preferences().device, "cuda:1");
        dialog.findChildren<QComboBox*>().first()->setCurrentIndex(2);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(dialog.preferences().theme, ThemeChoice::dark);
        QCOMPARE(dialog.preferences().device, "cuda:1");
        QVERIFY(!button(dialog, "&Clear the cache")->isEnabled());
        dialog.setCacheBytes(1 << 20);
        QVERIFY(button(dialog, "&Clear the cache")->isEnabled());
    }

    void deviceAndPrecisionAreRememberedForEachWorkspace() {
        QTemporaryDir folder;
        QSettings settings(folder.filePath("a.ini"), QSettings::IniFormat);
        Preferences chosen;
        chosen.device = "cuda:1";
        chosen.precision = "bf16";
        saveDeviceChoice(settings, "/data/large shop", chosen);
        Preferences read;
        loadDeviceChoice(settings, "/data/small shop", read);
        QCOMPARE(read, Preferences());
        loadDeviceChoice(settings, "/data/large shop", read);
        QCOMPARE(read, chosen);
        chosen.precision = "fp7";
        saveDeviceChoice(settings, "/data/large shop", chosen);
        loadDeviceChoice(settings, "/data/large shop", read);
        QCOMPARE(read.precision, "fp32");
    }

    void devicesAreTestedOnRequestAndTheirTimesShown() {
        SettingsDialog dialog({}, {"cpu", "cuda:0"});
        QSignalSpy asked(&dialog, &SettingsDialog::testDevicesRequested);
        button(dialog, "Te&st devices")->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(!button(dialog, "Te&st devices")->isEnabled()); // one test at a time
        dialog.showTimings({{"cpu", "CPU", "fp32", 80.4, 4.2, {}}, {"cuda:0", "GPU", "bf16", 0, 0, "it failed"}});
        QVERIFY(button(dialog, "Te&st devices")->isEnabled());
        QString shown;
        for (const auto* label : dialog.findChildren<QLabel*>()) shown += label->text() + '\n';
        QVERIFY2(shown.contains("CPU, fp32: 4.2 ms a list of 100,000 products, 80 GFLOP/s\nGPU, bf16: it failed"),
                 qPrintable(shown));
    }

    void fuzzyMatchingPrefersWordsAndShortNames() {
        QVERIFY(!fuzzyMatch("xyz", "Open workspace"));
        QVERIFY(!fuzzyMatch("nepo", "Open")); // order matters
        QCOMPARE(fuzzyMatch("ow", "Open workspace")->positions, (QList<int>{0, 5}));
        QCOMPARE(fuzzyMatch("WORK", "Open workspace")->positions, (QList<int>{5, 6, 7, 8}));
        QVERIFY(fuzzyMatch("undo", "Undo")->score > fuzzyMatch("undo", "Undo all changes")->score);
        QVERIFY(fuzzyMatch("fs", "Full screen")->score > fuzzyMatch("fs", "Off side")->score);
        QVERIFY(fuzzyMatch("", "anything")->positions.isEmpty());
    }

    void thePaletteFindsCommandsShoppersAndProducts() {
        QAction open("&Open workspace…"), full("Full screen"), redo("Redo");
        redo.setEnabled(false);
        full.setShortcut(Qt::Key_F11);
        CommandPalette palette;
        QAbstractItemModelTester tester(palette.model());
        palette.setActions({&open, &full, &redo});
        QCOMPARE(palette.model()->rowCount(), 3);
        QStringList searched, ran;
        palette.addSearch([&](const QString& text) {
            searched += text;
            return QList<PaletteEntry>{{.title = "item-7",
                                        .group = "Product",
                                        .hint = {},
                                        .icon = {},
                                        .run = [&] { ran += "item-7"; },
                                        .whyNot = {},
                                        .matched = {}}};
        });
        palette.setText("fs");
        QCOMPARE(searched, QStringList("fs"));
        QCOMPARE(palette.model()->entry(0).title, "Full screen");
        QCOMPARE(palette.model()->entry(0).hint, "F11");
        QSignalSpy triggered(&full, &QAction::triggered);
        QVERIFY(palette.runCurrent());
        QCOMPARE(triggered.count(), 1);

        palette.setText("redo"); // off: shown, not chosen; the product below is
        QCOMPARE(palette.model()->entry(0).title, "Redo");
        QVERIFY(palette.runCurrent());
        QCOMPARE(ran, QStringList("item-7"));
    }

    void thePaletteIsUsedFromTheKeyboard() {
        QAction one("Alpha one"), two("Alpha two");
        CommandPalette palette;
        palette.setActions({&one, &two});
        palette.popUp();
        auto* field = palette.findChild<QLineEdit*>();
        QTest::keyClicks(field, "alpha");
        QSignalSpy triggered(&two, &QAction::triggered);
        QTest::keyClick(field, Qt::Key_Down);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(triggered.count(), 1);
        QVERIFY(!palette.isVisible());
    }

    void everyHelpPageIsThereAndItsLinksLead() {
        HelpViewer help;
        help.show();
        QVERIFY(!help.findChild<QListWidget*>()->horizontalScrollBar()->isVisible()); // no title is cut
        for (const QString& page : HelpViewer::pages()) {
            help.showPage(page);
            QCOMPARE(help.currentPage(), page);
            QCOMPARE(help.findChild<QListWidget*>()->currentItem()->data(Qt::UserRole).toString(), page);
            QVERIFY2(help.findChild<QTextBrowser*>()->toPlainText().size() > 400, qPrintable(page));
            QFile file(":/help/" + page + ".md");
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            QRegularExpression link(R"(\]\(([a-z-]+)\.md\))");
            for (auto found = link.globalMatch(text); found.hasNext();)
                QVERIFY2(HelpViewer::pages().contains(found.next().captured(1)), qPrintable(page));
        }
    }

    void aboutNamesEveryLibraryOfTheBuild() {
        AboutDialog dialog("0.1.0", {});
        QStringList names;
        for (const Licence& one : libraryLicences()) {
            QVERIFY(!one.licence.isEmpty() && !one.home.isEmpty());
            names += one.what.toLower();
        }
        for (const char* needed : {"qt", "qt charts", "libtorch", "openblas", "opencv", "sqlite", "sqlitecpp", "json",
                                   "cli11", "fmt", "zlib", "libzip"})
            QVERIFY2(!names.filter(needed).isEmpty(), needed);
    }

private:
    static void touch(const QString& file) { QVERIFY(QFile(file).open(QIODevice::WriteOnly)); }
    static QPushButton* button(const QWidget& dialog, const QString& text) {
        for (QPushButton* one : dialog.findChildren<QPushButton*>())
            if (one->text() == text) return one;
        return nullptr;
    }
    static QString shownText(const QWidget& dialog) {
        QString text;
        for (const QLabel* label : dialog.findChildren<QLabel*>()) text += label->text() + QLatin1Char('\n');
        return text;
    }
};

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
