#include "fake_catalog.h"
#include "looks.h"
#include "tests/support/fake_engine.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/settings_dialog.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/catalog/catalog_grid.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/jobs/job_list.h"
#include "ui/views/jobs/jobs_panel.h"
#include "ui/views/log/log_panel.h"
#include "ui/views/training/training_panel.h"
#include <QAction>
#include <QDir>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace ui;

/// Paints every panel in both looks. Set PIXREC_RENDER_DIR to a folder to look at the pictures, and PIXREC_PICTURES to
/// a folder of product pictures to fill the catalog with.
class TestRendering : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void panels_data() { ui::test::addThemes(); }

    void panels() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        catalog(theme);
        training(theme);
        jobsAndLog(theme);
        dialogs(theme);
    }

private:
    void catalog(ThemeChoice theme) {
        ThumbnailProvider thumbnails;
        CatalogPanel panel(&thumbnails);
        panel.resize(1200, 420);
        panel.show();
        look(panel, "catalog-closed", theme);
        panel.open(picturesOr(::test::FakeCatalog::opener(2000)));
        QTRY_COMPARE(panel.reader()->state(), CatalogReader::State::ready);
        panel.setExcluded([](const core::CatalogItem& item) { return item.index.value == 3; });
        panel.grid()->setFocus();
        panel.grid()->setCurrentRow(1);
        panel.grid()->setCurrentRow(2, Qt::ControlModifier);
        panel.grab();
        QTRY_COMPARE(thumbnails.queuedCount(), 0);
        QTest::qWait(0);
        look(panel, "catalog", theme);
        panel.setSearchText("nothing like it");
        QTRY_COMPARE(panel.reader()->rowCount(), 0);
        look(panel, "catalog-none", theme);
    }

    void training(ThemeChoice theme) {
        TrainingPanel panel;
        panel.resize(1100, 280);
        panel.setModels(::test::FakeControl::defaultModels());
        panel.setDevices({"cpu", "cuda:0"});
        panel.show();
        look(panel, "training-idle", theme);
        core::TrainRequest request;
        request.name = "both-1";
        panel.jobStarted(request);
        for (int epoch = 1; epoch <= 12; ++epoch)
            panel.addPoint({epoch, 20, 5.2 * std::exp(-epoch / 9.0) + 1.4, 0.31 * (1 - std::exp(-epoch / 5.0)), 5120,
                            (20 - epoch) * 11.0});
        look(panel, "training", theme);
    }

    void jobsAndLog(ThemeChoice theme) {
        JobList jobs;
        JobsPanel panel(&jobs);
        panel.resize(700, 300);
        panel.show();
        look(panel, "jobs-none", theme);
        jobs.finish(jobs.add("Import online-retail"), JobStage::failed,
                    "import interactions.csv: line 812, column 3: \"2021-13-40\" is not a date");
        jobs.finish(jobs.add("Make a sample shop"), JobStage::done, "2,000 products, 5,000 shoppers");
        jobs.add("Evaluate text-only and multimodal");
        jobs.setProgress(jobs.add("Train “both-1”"), {"epoch 3 of 20", 480, 2000, "steps"});
        QTest::qWait(0); // new cards show with the next turn of the event loop
        look(panel, "jobs", theme);
        LogModel log;
        LogPanel logPanel(&log);
        logPanel.resize(700, 220);
        log.append(LogSeverity::info, "Opened the workspace sample-shop: 2,000 products, 5,000 shoppers");
        log.append(LogSeverity::warning, "LibTorch was built without CUDA: everything runs on the CPU");
        log.append(LogSeverity::error, "Train “both-1”: the disk is full");
        logPanel.show();
        look(logPanel, "log", theme);
    }

    void dialogs(ThemeChoice theme) {
        SettingsDialog settings({}, {"cpu"});
        settings.setCacheBytes(34'000'000);
        settings.show();
        look(settings, "settings", theme);
        AboutDialog about("0.1.0", "CPU, fp32\nLibTorch 1.13.1");
        about.show();
        look(about, "about", theme);
        about.findChild<QTabWidget*>()->setCurrentIndex(1);
        look(about, "licences", theme);
        HelpViewer help;
        help.showPage("evaluation-and-numbers");
        help.show();
        look(help, "help", theme);
        SampleShopDialog shop("/home/you/PixRec");
        shop.show();
        look(shop, "sample-shop", theme);

        ImportDialog import("/home/you/PixRec");
        import.show();
        look(import, "import-form", theme);
        const QString samples = QStringLiteral(PIXREC_TEST_DATA "/formats/");
        import.addPaths({samples + "hm"});
        QTRY_COMPARE(import.problem(), QString());
        look(import, "import-good", theme);
        QTemporaryDir folder;
        QFile bad(folder.filePath("orders.csv"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write(
            "customer_id,sku,date,price,product_name,colour\nanna,w1,2021-03-04,12.50,Garlic press,grey\n"
            "bert,,2021-03-05,7,Rake,green\nanna,w2,03/04/2021,\"$9 - $12\",Trowel,red\ncarl,w3,2021-13-05,1,Hose\n");
        bad.close();
        import.setItemsFile(bad.fileName());
        QTRY_VERIFY(import.problem().contains("Leave out"));
        look(import, "import-bad", theme);
        core::ImportResult result;
        result.message = "import interactions.csv: 3 rows cannot be used";
        result.errors = 3;
        result.warnings = 1;
        result.findings = {
            {core::Severity::error, "bad-time", "interactions.csv", 812, 3, "\"2021-13-40\" is not a date"},
            {core::Severity::error, "unknown-item", "interactions.csv", 90'114, 2, "no product has the id \"24-MB99\""},
            {core::Severity::warning, "no-picture", "items.jsonl", 17, 0, "the picture a.jpg is missing"}};
        result.report = "/home/you/PixRec/retail.import-report.jsonl";
        import.showResult(result);
        look(import, "import-result", theme);

        QAction open(icon("open"), "&Open workspace…"), full(icon("fullscreen"), "Full screen"),
            undo(icon("undo"), "Undo");
        open.setShortcut(QKeySequence::Open);
        full.setShortcut(Qt::Key_F11);
        undo.setEnabled(false);
        CommandPalette palette;
        palette.setActions({&open, &full, &undo});
        palette.addSearch([](const QString&) {
            return QList<PaletteEntry>{{.title = "user-1204",
                                        .group = "Shopper",
                                        .hint = "14 events",
                                        .icon = icon("shopper"),
                                        .run = {},
                                        .whyNot = {},
                                        .matched = {}},
                                       {.title = "Joust Duffle Bag",
                                        .group = "Product",
                                        .hint = "34.00",
                                        .icon = icon("picture"),
                                        .run = {},
                                        .whyNot = {},
                                        .matched = {}}};
        });
        palette.popUp();
        palette.setText("u");
        look(palette, "palette", theme);
    }

    /// Grabs, checks that something was painted, and saves.
    static void look(QWidget& widget, const QString& name, ThemeChoice theme) {
        const QImage image = widget.grab().toImage();
        QVERIFY2(ui::test::colourCount(image) > 8, qPrintable(name));
        ui::test::saveLook(image, QStringLiteral("%1-%2").arg(name, themeName(theme)));
    }

    static OpenCatalog picturesOr(const OpenCatalog& otherwise) {
        const QDir folder(qEnvironmentVariable("PIXREC_PICTURES", QStringLiteral("/")));
        const QStringList files = folder.entryList({"*.jpg", "*.png"}, QDir::Files, QDir::Name);
        if (files.isEmpty()) return otherwise;
        class Pictures final : public CatalogSource {
        public:
            Pictures(const QDir& folder, const QStringList& files) : folder_(folder), files_(files) {}
            std::int64_t itemCount() override { return files_.size(); }
            std::vector<core::CatalogItem> items(std::span<const core::ItemIndex> indices) override {
                std::vector<core::CatalogItem> result;
                for (const core::ItemIndex index : indices) {
                    result.push_back(::test::FakeCatalog::item(index.value));
                    if (index.value == 4) continue; // no picture
                    const QString file = index.value == 5 ? "gone.jpg" : files_[index.value];
                    result.back().picture = folder_.absoluteFilePath(file).toStdString();
                    if (index.value == 6)
                        result.back().text.title = "A product with quite a long name that takes more than two lines";
                }
                return result;
            }
            core::CatalogPage search(const core::CatalogQuery&, std::int64_t, std::int64_t) override { return {}; }
            std::vector<core::CategoryCount> categories() override { return {{"Gear > Bags", 14}}; }

        private:
            QDir folder_;
            QStringList files_;
        };
        return [folder, files] { return std::make_unique<Pictures>(folder, files); };
    }
};

QTEST_MAIN(TestRendering)
#include "tst_rendering.moc"
