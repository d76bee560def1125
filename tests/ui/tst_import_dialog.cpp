#include "tests/ui/looks.h"
#include "ui/dialogs/findings_model.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/import_files.h"
#include "ui/dialogs/import_findings.h"
#include "ui/dialogs/import_preview.h"
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTreeWidget>

using namespace ui;
using ui::test::button;
using ui::test::shownText;

Q_DECLARE_METATYPE(core::ImportRequest)

class TestImportDialog : public QObject {
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
        QTRY_VERIFY(dialog.problem().contains("1 row has an error")); // of a month 13
        write(folder.filePath("orders.csv"), "user;item;date;label\nanna;w1;2021-03-04;Garlic press\n"
                                             "bert;w2;2021-13-05;Rake\n");
        dialog.setItemsFile(folder.filePath("orders.csv"));
        auto* preview = dialog.findChild<ImportPreview*>();
        QTRY_COMPARE(preview->model()->rowCount(), 2);
        QCOMPARE(preview->model()->headerData(3, Qt::Horizontal).toString(), QString("label"));
        QCOMPARE(preview->model()->index(0, 3).data().toString(), QString("Garlic press"));
        QTRY_VERIFY(dialog.problem().contains("1 row has an error"));
        auto* findings = dialog.findChild<ImportFindings*>()->findChild<QTreeWidget*>();
        QCOMPARE(findings->topLevelItem(0)->text(1), QString("1")); // errors
        QCOMPARE(findings->topLevelItem(0)->child(0)->text(0), QString("bad time"));
        findings->setCurrentItem(findings->topLevelItem(0)->child(0)->child(0));
        QCOMPARE(preview->selectionModel()->selectedRows().first().row(), 1);
        // Another role is read again at once.
        Q_EMIT preview->roleChosen("label", core::ColumnRole::title);
        QTRY_VERIFY(dialog.problem().contains("1 row has an error"));
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

    void aFindingFarDownIsShownWithItsLine() {
        QTemporaryDir folder;
        QByteArray rows = "user,item,timestamp\n";
        for (int row = 0; row < 300; ++row) rows += row == 250 ? "u,i,someday\n" : "u,i,2021-03-04\n";
        write(folder.filePath("events.csv"), rows);
        ImportDialog dialog(folder.path());
        dialog.addPaths({folder.filePath("events.csv")});
        QTRY_VERIFY(dialog.problem().contains("1 row has an error"));
        auto* preview = dialog.findChild<ImportPreview*>();
        QCOMPARE(preview->model()->rowCount(), 50);
        QCOMPARE(preview->model()->headerData(0, Qt::Vertical).toString(), QString("2")); // the line in the file
        auto* findings = dialog.findChild<ImportFindings*>()->findChild<QTreeWidget*>();
        QCOMPARE(findings->currentItem()->text(0), QString("bad time")); // the first error is chosen
        dialog.show();
        QVERIFY2(shownText(dialog).contains("What to do: write YYYY-MM-DD"), qPrintable(shownText(dialog)));
        button(dialog, "S&how rows")->click();
        QVERIFY2(shownText(dialog).contains("events.csv, line 252, column 3: \"someday\" is not a date"),
                 qPrintable(shownText(dialog)));
        const auto chosen = [&] {
            const auto rowsChosen = preview->selectionModel()->selectedRows();
            return rowsChosen.isEmpty() ? QString() : rowsChosen.first().siblingAtColumn(2).data().toString();
        };
        QTRY_COMPARE(chosen(), QString("someday"));
        const int row = preview->selectionModel()->selectedRows().first().row();
        QCOMPARE(preview->model()->headerData(row, Qt::Vertical).toString(), QString("252"));
        QVERIFY(row > 0); // with rows before it
    }

    void looks_data() { ui::test::addThemes(); }

    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath("autumn and winter collection of the northern shops 2024"));
        const QString deep = folder.filePath("autumn and winter collection of the northern shops 2024/");
        const QString products = deep + "products of all departments, as exported on the 3rd of March.csv";
        const QString orders = deep + "orders of all departments, as exported on the 3rd of March.csv";
        QByteArray items = "sku,name,category,price,description,image\n";
        QByteArray events = "customer,sku,order date,stars,shop\n";
        for (int row = 0; row < 60; ++row) {
            const QByteArray id = "24-MB" + QByteArray::number(100 + row);
            items += id + "," + ui::test::exampleTitle(row).toUtf8() + ",Gear > Bags," + QByteArray::number(20 + row) +
                     ".50,\"A bag with straps, for days out\",images/" + id + ".jpg\n";
            events += "anna " + QByteArray::number(row % 7) + "," + id + ",2024-03-0" +
                      QByteArray::number(1 + row % 9) + ",4,Northern Quarter\n";
        }
        write(products, items);
        write(orders, events);

        ImportDialog dialog(folder.path());
        show(dialog, "import-empty");
        dialog.addPaths({products, orders});
        show(dialog, "import-checking");
        QTRY_COMPARE(dialog.problem(), QString());
        show(dialog, "import-ready"); // pictures are missing: warnings only
        auto* findings = dialog.findChild<ImportFindings*>()->findChild<QTreeWidget*>();
        findings->setCurrentItem(findings->topLevelItem(1)->child(0));
        show(dialog, "import-warnings");

        events += "bert,24-MB100,03/04/2024,4,Northern Quarter\nbert,24-mb100,2024-03-05,5,Northern Quarter\n"
                  "cleo,24-MB101,2024-03-05\n";
        write(orders, events);
        ImportDialog errors(folder.path());
        errors.addPaths({products, orders});
        QTRY_VERIFY(errors.problem().contains("3 rows"));
        show(errors, "import-errors");
        button(errors, "S&how rows")->click();
        QTRY_VERIFY(!errors.findChild<ImportPreview*>()->selectionModel()->selectedRows().isEmpty());
        show(errors, "import-errors-rows");
        errors.resize(errors.minimumSizeHint());
        show(errors, "import-narrow");

        write(folder.filePath("Kunden.csv"), "Kunde;Artikel;Datum;Bezeichnung\nanna;w1;2021-03-04;Presse\n");
        ImportDialog unknown(folder.path());
        unknown.addPaths({folder.filePath("Kunden.csv")});
        QTRY_VERIFY(unknown.problem().contains("known as the item"));
        show(unknown, "import-unknown-columns");

        button(dialog, "&Import")->click();
        dialog.showProgress(
            {"reading orders of all departments, as exported on the 3rd of March.csv", 3'500, 10'000, "rows"});
        show(dialog, "import-running");
        core::ImportResult result;
        result.accepted = true;
        result.summary.items = 60;
        result.summary.users = 7;
        result.summary.events = 60;
        result.summary.itemsWithoutPicture = 60;
        result.warnings = 60;
        result.findings.assign(60, {core::Severity::warning, "picture-missing", orders.toStdString(), 12, 6,
                                    "picture \"images/24-MB100.jpg\" does not exist in " + deep.toStdString()});
        result.report = (folder.path() + "/autumn/import-report.jsonl").toStdString();
        dialog.showResult(result);
        show(dialog, "import-done");
        result.accepted = false;
        result.errors = 3;
        result.message = "import " + orders.toStdString() +
                         ": line 62, column 3: \"03/04/2024\" is a date that can be read in two ways; write YYYY-MM-DD "
                         "(and 2 more errors)";
        result.findings.assign(3, {core::Severity::error, "bad-time", orders.toStdString(), 62, 3,
                                   "\"03/04/2024\" is a date that can be read in two ways; write YYYY-MM-DD"});
        dialog.showResult(result);
        show(dialog, "import-rejected");
        dialog.showError("import: the disk is full");
        show(dialog, "import-failed");
    }

private:
    static void show(QWidget& dialog, const QString& name) {
        dialog.show();
        QCoreApplication::sendPostedEvents(); // layouts of texts that changed
        const QImage image = dialog.grab().toImage();
        QVERIFY(ui::test::colourCount(image) > 4);
        ui::test::saveLook(image, QStringLiteral("%1-%2").arg(name, themeName(currentTheme())));
    }
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
};

QTEST_MAIN(TestImportDialog)
#include "tst_import_dialog.moc"
