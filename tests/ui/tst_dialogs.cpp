#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/findings_model.h"
#include "ui/dialogs/fuzzy_match.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/import_findings.h"
#include "ui/dialogs/import_preview.h"
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
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QTreeWidget>
#include <QtTest>

using namespace ui;

Q_DECLARE_METATYPE(core::ImportRequest)

class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void importStaysOffUntilTheFilesWereCheckedWithoutErrors() {
        QTemporaryDir folder;
        write(folder.filePath("items.jsonl"), "{\"id\":\"a\",\"title\":\"A\"}\n");
        ImportDialog dialog(folder.path());
        auto* import = button(dialog, "&Import");
        QVERIFY(!import->isEnabled());
        dialog.setItemsFile(folder.filePath("nowhere.jsonl"));
        QVERIFY(!import->isEnabled());
        QVERIFY(dialog.problem().contains("not there"));
        dialog.setItemsFile(folder.filePath("items.jsonl"));
        QVERIFY(!import->isEnabled()); // not read yet
        QTRY_VERIFY(import->isEnabled());
        const QString name = QFileInfo(folder.path()).fileName();
        QCOMPARE(QString::fromStdString(dialog.request().workspace.filename().string()), name); // suggested
        QVERIFY(!dialog.request().plan->hasEvents());
        QVERIFY(!QFileInfo::exists(folder.filePath(name))); // a check makes nothing

        write(folder.filePath("items.jsonl"), "{\"id\":\"a\",\"title\":\"A\"}\n{\"id\":\"b\",\"title\":7.5}\n");
        dialog.setItemsFile(folder.filePath("items.jsonl"));
        QTRY_VERIFY(dialog.problem().contains("Leave out"));
        QVERIFY(!import->isEnabled());
        box(dialog, "Leave out")->setChecked(true);
        QVERIFY(import->isEnabled() && dialog.request().skipBadRows);
        write(folder.filePath("notes"), "nothing that is known");
        dialog.setItemsFile(folder.filePath("notes"));
        QTRY_VERIFY(dialog.problem().contains("notes"));
        QVERIFY(!import->isEnabled());
    }

    void anExistingWorkspaceNeedsATick() {
        QTemporaryDir folder;
        write(folder.filePath("shop.csv"), "id,title\na,A\n");
        QVERIFY(QDir(folder.path()).mkdir("shop"));
        touch(folder.filePath("shop/workspace.sqlite"));
        ImportDialog dialog(folder.path());
        dialog.setItemsFile(folder.filePath("shop.csv"));
        QTRY_VERIFY(dialog.problem().contains("Replace"));
        for (QCheckBox* one : dialog.findChildren<QCheckBox*>()) one->setChecked(true);
        QTRY_COMPARE(dialog.problem(), QString());
        QVERIFY(dialog.request().replace && dialog.request().skipBadRows && dialog.request().copyPictures);
    }

    void filesColumnsAndFindingsStandSideBySide() {
        QTemporaryDir folder;
        write(folder.filePath("orders.csv"), "client;ware;when;label\nanna;w1;2021-03-04;Garlic press\n"
                                             "bert;w2;2021-13-05;Rake\n");
        ImportDialog dialog(folder.path());
        dialog.addPaths({folder.filePath("orders.csv")});
        QTRY_VERIFY(dialog.problem().contains("known as the item")); // no column is known by its name
        auto* chips = dialog.findChild<ImportPreview*>();
        Q_EMIT chips->roleChosen("ware", core::ColumnRole::item);
        QTRY_VERIFY(dialog.problem().contains("known as the user"));
        Q_EMIT chips->roleChosen("client", core::ColumnRole::user);
        QTRY_COMPARE(dialog.problem(), QString()); // in order, without times
        Q_EMIT chips->roleChosen("when", core::ColumnRole::time);
        QTRY_VERIFY(dialog.problem().contains("1 rows")); // of a month 13
        write(folder.filePath("orders.csv"), "user;item;date;label\nanna;w1;2021-03-04;Garlic press\n"
                                             "bert;w2;2021-13-05;Rake\n");
        dialog.setItemsFile(folder.filePath("orders.csv"));
        auto* preview = dialog.findChild<ImportPreview*>();
        QTRY_COMPARE(preview->model()->rowCount(), 2);
        QCOMPARE(preview->model()->headerData(3, Qt::Horizontal).toString(), QString("label"));
        QCOMPARE(preview->model()->index(0, 3).data().toString(), QString("Garlic press"));
        QTRY_VERIFY(dialog.problem().contains("1 rows"));
        auto* findings = dialog.findChild<ImportFindings*>()->findChild<QTreeWidget*>();
        QCOMPARE(findings->topLevelItem(0)->text(1), QString("1")); // errors
        QCOMPARE(findings->topLevelItem(0)->child(0)->text(0), QString("bad time"));
        findings->setCurrentItem(findings->topLevelItem(0)->child(0)->child(0));
        QCOMPARE(preview->selectionModel()->selectedRows().first().row(), 1);
        // Another role is read again at once.
        Q_EMIT preview->roleChosen("label", core::ColumnRole::title);
        QTRY_VERIFY(dialog.problem().contains("1 rows"));
        QCOMPARE(dialog.request().plan->files.front().columnOf(core::ColumnRole::title), std::string("label"));
        QVERIFY(dialog.request().plan->hasItems()); // a title makes it a file of products, too
    }

    void anImportRunsAndShowsWhatItFound() {
        QTemporaryDir folder;
        write(folder.filePath("shop.csv"), "id,title\na,A\n");
        ImportDialog dialog(folder.path());
        dialog.setItemsFile(folder.filePath("shop.csv"));
        dialog.show();
        QTRY_VERIFY(button(dialog, "&Import")->isEnabled());
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
        QCOMPARE(dialog.findChild<FindingsModel*>()->rowCount(), 1000);
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
    static void write(const QString& path, const QByteArray& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static QCheckBox* box(const QWidget& dialog, const QString& part) {
        for (QCheckBox* one : dialog.findChildren<QCheckBox*>())
            if (one->text().contains(part)) return one;
        return nullptr;
    }
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
