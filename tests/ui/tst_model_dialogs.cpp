#include "looks.h"
#include "tests/support/fake_engine.h"
#include "ui/dialogs/add_model_dialog.h"
#include "ui/dialogs/export_model_dialog.h"
#include "ui/dialogs/model_card_dialog.h"
#include "ui/engine_client/job_runner.h"
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <algorithm>

using namespace ui;
using ui::test::button;
using ui::test::shownText;

namespace {

core::AddModelResult fitResult() {
    core::AddModelResult result;
    result.isFit = true;
    result.recommender = "vectors";
    result.followsEdits = true;
    result.files = {{"vectors.npz", 12'345'678}};
    result.arrays = {{"item_vectors", "F32", {2000, 64}}};
    result.items.rows = 2000;
    result.items.inWorkspace = 1990;
    result.items.matched = 1985;
    result.items.unknown = 15;
    result.items.missing = 5;
    result.items.unknownExamples = {"old-1", "old-2", "old-3", "old-4"};
    result.items.missingExamples = {"new-1"};
    const char* const titles[] = {"Joust Duffle Bag", "Strive Shoulder Pack", "Crown Summit Backpack"};
    for (int row = 0; row < 10; ++row) {
        const std::string id = row == 4 ? "old-1" : "24-MB0" + std::to_string(row);
        result.items.first.push_back({row, id, row != 4, row == 4 ? "" : titles[row % 3]});
        result.items.last.push_back({1990 + row, "24-UG0" + std::to_string(row), true, titles[(row + 1) % 3]});
    }
    result.findings = {
        {core::ModelFindingKind::warning, "", 0, 0,
         "15 of 2000 product ids are not known to the workspace, for example \"old-1\"; they are left alone"}};
    result.findingsInAll = 1;
    result.limits = {"It has no text or picture vectors: no look-alikes, no read-alikes."};
    return result;
}

core::AddModelResult badResult() {
    core::AddModelResult result;
    result.recommender = "lists";
    result.files = {{"lists.csv", 120}};
    result.findings = {
        {core::ModelFindingKind::error, "lists.csv", 2, 3, "\"first\" is no rank; ranks are whole numbers from 1"},
        {core::ModelFindingKind::error, "lists.csv", 17, 0, "2 fields where the header has 3"},
        {core::ModelFindingKind::error, "", 0, 0,
         "not one product id is known to the workspace; the model says \"A1\", the workspace \"24-MB01\""}};
    result.findingsInAll = 3;
    return result;
}

QString file(const QTemporaryDir& folder, const QString& name) {
    QFile made(folder.filePath(name));
    [&] { QVERIFY(made.open(QIODevice::WriteOnly)); }();
    return folder.filePath(name);
}

} // namespace

class TestModelDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void addStaysOffUntilACheckSaysThatItFits() {
        QTemporaryDir folder;
        AddModelDialog dialog("/shop");
        dialog.show();
        QVERIFY(!button(dialog, "C&heck")->isEnabled());
        dialog.setFile(file(folder, "mine.npz"));
        QCOMPARE(dialog.request().name, "mine"); // suggested
        QVERIFY(button(dialog, "C&heck")->isEnabled() && !button(dialog, "&Add")->isEnabled());
        QSignalSpy asked(&dialog, &AddModelDialog::runRequested);
        button(dialog, "C&heck")->click();
        QVERIFY(dialog.isRunning());
        QVERIFY(asked.takeFirst().at(0).value<core::AddModelRequest>().checkOnly);
        dialog.showResult(fitResult());
        QVERIFY(button(dialog, "&Add")->isEnabled());
        button(dialog, "&Add")->click();
        QVERIFY(!asked.takeFirst().at(0).value<core::AddModelRequest>().checkOnly);
        QSignalSpy added(&dialog, &AddModelDialog::added);
        auto result = fitResult();
        result.isAdded = true;
        dialog.showResult(result);
        QCOMPARE(added.count(), 1);
        QVERIFY(!button(dialog, "&Add")->isEnabled() && !button(dialog, "C&heck")->isEnabled());
    }

    void aChangedFormMustBeCheckedAgain() {
        QTemporaryDir folder;
        AddModelDialog dialog("/shop");
        dialog.setFile(file(folder, "mine.npy"));
        dialog.showResult(fitResult());
        QVERIFY(dialog.canAdd());
        dialog.findChildren<QComboBox*>().last()->setCurrentIndex(1);
        QVERIFY(!dialog.canAdd());
    }

    void whatDoesNotFitCannotBeAddedAndSaysWhy() {
        QTemporaryDir folder;
        AddModelDialog dialog("/shop");
        dialog.show();
        dialog.setFile(file(folder, "lists.csv"));
        dialog.showResult(badResult());
        QVERIFY(!dialog.canAdd());
        QVERIFY(shownText(dialog).contains("does not fit"));
        const auto* table = dialog.findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 3);
        QVERIFY(table->isVisible());
        dialog.showError("check model lists: the disk is gone");
        QVERIFY(shownText(dialog).contains("the disk is gone"));
    }

    void aScriptNeedsATickBeforeItIsEvenChecked() {
        QTemporaryDir folder;
        AddModelDialog dialog("/shop");
        dialog.show();
        dialog.setFile(file(folder, "mine.pt"));
        QVERIFY(!button(dialog, "C&heck")->isEnabled());
        QVERIFY(shownText(dialog).contains("is a program"));
        QVERIFY(!dialog.request().trustsCode);
        for (auto* box : dialog.findChildren<QCheckBox*>())
            if (box->text().contains("trust", Qt::CaseInsensitive)) box->click();
        QVERIFY(dialog.request().trustsCode);
        QVERIFY(button(dialog, "C&heck")->isEnabled());
        dialog.setFile(file(folder, "mine.csv"));
        QVERIFY(!shownText(dialog).contains("is a program"));
    }

    void theMappingShowsFirstAndLastRowsAndTheGap() {
        AddModelDialog dialog("/shop");
        dialog.showResult(fitResult());
        const auto tables = dialog.findChildren<QTableWidget*>();
        const auto products = std::find_if(tables.begin(), tables.end(), [](const QTableWidget* table) {
            return table->accessibleName() == "Products of the model";
        });
        QVERIFY(products != tables.end());
        QCOMPARE((*products)->rowCount(), 21);
        QVERIFY((*products)->item(10, 1)->text().contains("1,980"));
        QCOMPARE((*products)->item(4, 2)->text(), "not known");
        QCOMPARE((*products)->item(20, 0)->text(), "2,000");
    }

    void anExportSaysWhatIsMissing() {
        QTemporaryDir folder;
        ExportModelDialog dialog("/shop", {"text-only", "mine"}, "mine");
        dialog.show();
        QVERIFY(!button(dialog, "&Export")->isEnabled());
        dialog.setFolder(folder.path());
        QVERIFY2(button(dialog, "&Export")->isEnabled(), qPrintable(dialog.problem()));
        QCOMPARE(dialog.request().lists.filename().string(), "mine.csv");
        QVERIFY(dialog.request().vectors.empty());
        file(folder, "mine.csv");
        dialog.setFolder(folder.path() + "/");
        QVERIFY(dialog.problem().contains("is there already"));
    }

    void jobsOfModelsReachTheWindow() {
        auto control = std::make_shared<::test::FakeControl>();
        control->set([](auto& behaviour) { behaviour.added = fitResult(); });
        JobList list;
        JobRunner runner(
            &list, [control]() -> const core::ModuleEntry& { return ::test::fakeModule(control); },
            [](const core::ImportRequest&, const core::ProgressSink&, std::stop_token) {
                return core::ImportResult{};
            });
        QSignalSpy checked(&runner, &JobRunner::modelChecked);
        QSignalSpy exported(&runner, &JobRunner::modelExported);
        core::AddModelRequest request;
        request.name = "mine";
        runner.addModel(request);
        QTRY_COMPARE(checked.count(), 1);
        QVERIFY(checked[0][2].value<core::AddModelResult>().isAdded);
        QCOMPARE(control->behaviour().models.back().name, "mine");
        core::ExportModelRequest wanted;
        wanted.lists = "/tmp/mine.csv";
        runner.exportModel(wanted);
        QTRY_COMPARE(exported.count(), 1);
    }

    void looks_data() {
        QTest::addColumn<ThemeChoice>("theme");
        QTest::newRow("light") << ThemeChoice::light;
        QTest::newRow("dark") << ThemeChoice::dark;
    }

    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        QTemporaryDir folder;
        AddModelDialog dialog("/shop");
        show(dialog, "add-model-empty");
        dialog.setFile(file(folder, "mine.npz"));
        dialog.showResult(fitResult());
        show(dialog, "add-model-fits");
        dialog.findChild<QTabWidget*>()->setCurrentIndex(3);
        show(dialog, "add-model-facts");
        dialog.setFile(file(folder, "lists.csv"));
        dialog.showResult(badResult());
        show(dialog, "add-model-bad");
        dialog.setFile(file(folder, "mine.pt"));
        show(dialog, "add-model-script");

        core::ModelFacts facts;
        facts.files = {{"model.json", 900}, {"vectors.safetensors", 12'345'678}};
        facts.arrays = {{"item_vectors", "F32", {2000, 64}}};
        facts.readme =
            "# mine\n\nA model that was made elsewhere and brought to this workspace. <b>no tags</b>\n\nLimits:\n- "
            "It cannot follow edits.\n";
        core::ModelInfo info = ::test::FakeControl::model("mine", "vectors", "none");
        ModelCardDialog card(info, facts);
        const auto* page = card.findChild<QTextBrowser*>();
        QVERIFY(page->toPlainText().contains("hash-of-mine"));
        QVERIFY(page->toPlainText().trimmed().startsWith("Kind")); // not with the empty head of a Markdown table
        show(card, "model-card");
        ExportModelDialog exporting("/shop", {"text-only", "mine"}, "mine");
        exporting.setFolder(folder.path());
        show(exporting, "export-model");
    }

private:
    static void show(QWidget& dialog, const QString& name) {
        dialog.show();
        const QImage image = dialog.grab().toImage();
        QVERIFY(ui::test::colourCount(image) > 4);
        ui::test::saveLook(image, QStringLiteral("%1-%2").arg(name, themeName(currentTheme())));
    }
};

QTEST_MAIN(TestModelDialogs)
#include "tst_model_dialogs.moc"
