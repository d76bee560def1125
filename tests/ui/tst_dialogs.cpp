#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/findings_model.h"
#include "ui/dialogs/fuzzy_match.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/path_field.h"
#include "ui/dialogs/preferences.h"
#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/settings_dialog.h"
#include "ui/theme/icons.h"
#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QtTest>

using namespace ui;

Q_DECLARE_METATYPE(core::ImportRequest)

class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void importStaysOffUntilTheFilesAreThere() {
        QTemporaryDir folder;
        touch(folder.filePath("items.jsonl"));
        ImportDialog dialog(folder.path());
        auto* import = button(dialog, "&Import");
        QVERIFY(!import->isEnabled());
        dialog.setItemsFile(folder.filePath("nowhere.jsonl"));
        QVERIFY(!import->isEnabled());
        QVERIFY(dialog.problem().contains("not there"));
        dialog.setItemsFile(folder.filePath("items.jsonl"));
        QVERIFY(import->isEnabled());
        const QString name = QFileInfo(folder.path()).fileName();
        QCOMPARE(QString::fromStdString(dialog.request().workspace.filename().string()), name); // suggested
        QVERIFY(!dialog.request().interactions.has_value());
    }

    void anExistingWorkspaceNeedsATick() {
        QTemporaryDir folder;
        touch(folder.filePath("shop.csv"));
        QVERIFY(QDir(folder.path()).mkdir("shop"));
        touch(folder.filePath("shop/workspace.sqlite"));
        ImportDialog dialog(folder.path());
        dialog.setItemsFile(folder.filePath("shop.csv"));
        QVERIFY(dialog.problem().contains("Replace"));
        for (QCheckBox* box : dialog.findChildren<QCheckBox*>()) box->setChecked(true);
        QCOMPARE(dialog.problem(), QString());
        QVERIFY(dialog.request().replace && dialog.request().skipBadRows && dialog.request().copyPictures);
    }

    void anImportRunsAndShowsWhatItFound() {
        QTemporaryDir folder;
        touch(folder.filePath("shop.csv"));
        ImportDialog dialog(folder.path());
        dialog.setItemsFile(folder.filePath("shop.csv"));
        dialog.show();
        QSignalSpy asked(&dialog, &ImportDialog::importRequested);
        QSignalSpy cancel(&dialog, &ImportDialog::cancelRequested);
        button(dialog, "&Import")->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(dialog.step(), ImportDialog::Step::running);
        dialog.showProgress({"reading shop.csv", 50, 200, "rows"});
        QVERIFY(shownText(dialog).contains("50 of 200 rows"));
        button(dialog, "&Cancel import")->click();
        QCOMPARE(cancel.count(), 1);

        core::ImportResult result; // rejected
        result.message = "import shop.csv: 1,200 rows cannot be used";
        result.errors = 1200;
        result.findings.assign(1000,
                               {core::Severity::error, "bad-price", "shop.csv", 812, 3, "\"abc\" is not a price"});
        result.report = "/somewhere/shop.import-report.jsonl";
        dialog.showResult(result);
        QCOMPARE(dialog.step(), ImportDialog::Step::result);
        QVERIFY(shownText(dialog).contains("Nothing was imported"));
        QVERIFY(shownText(dialog).contains("the first 1,000 of 1,200"));
        QVERIFY(shownText(dialog).contains("/somewhere/shop.import-report.jsonl"));
        QCOMPARE(dialog.findChild<QTableView*>()->model()->rowCount(), 1000);
        QVERIFY(!button(dialog, "&Open the workspace")->isVisible());

        result.accepted = true;
        result.summary.items = 461;
        result.itemsLeftOut = 3;
        dialog.showResult(result);
        QVERIFY(shownText(dialog).contains("Imported 461 products"));
        QVERIFY(shownText(dialog).contains("Left out: 3 product rows"));
        QSignalSpy opened(&dialog, &ImportDialog::openRequested);
        button(dialog, "&Open the workspace")->click();
        QCOMPARE(opened.first().first().toString(), folder.filePath("shop"));
    }

    void findingsNameFileLineAndColumn() {
        FindingsModel model;
        QAbstractItemModelTester tester(&model);
        model.setFindings({{core::Severity::warning, "k", "/a/interactions.csv", 812, 0, "unknown product"}});
        const auto text = [&](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(text(FindingsModel::SeverityColumn), "warning");
        QCOMPARE(text(FindingsModel::FileColumn), "interactions.csv");
        QCOMPARE(text(FindingsModel::LineColumn), "812");
        QCOMPARE(text(FindingsModel::ColumnColumn), ""); // the row as a whole
        QCOMPARE(text(FindingsModel::WhyColumn), "unknown product");
    }

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
        const Preferences chosen{ThemeChoice::dark, 20, "cuda:0", true, 160, 512, true};
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
                                   "cli11", "fmt", "zlib"})
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
