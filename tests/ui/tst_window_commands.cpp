#include "core/cache/cache_store.h"
#include "core/evaluation/evaluation_summary.h"
#include "shop_window.h"
#include "ui/dialogs/command_palette.h"
#include "ui/views/comparison/card_list.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/segment/segment_band.h"
#include "ui/views/shoppers/shopper_list_model.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/start/start_page.h"
#include "ui/views/training/training_panel.h"
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QCompleter>
#include <QDockWidget>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QStatusBar>
#include <QToolButton>
#include <algorithm>

namespace {
using Items = std::vector<int>;

QString pathTo(const QWidget* widget) {
    QString path;
    for (; widget; widget = widget->parentWidget())
        path.prepend(QLatin1Char('/') + QString::fromLatin1(widget->metaObject()->className()));
    return path;
}
} // namespace

/// Commands, menus and keys of the whole window.
class TestWindowCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { shop_ = std::make_unique<test::ShopWindow>(); }
    void cleanup() { shop_.reset(); }

    void everyCommandHasWordsATipAndAKeyOfItsOwn() {
        QSet<QString> used;
        for (const auto* const action : shop_->window().actions()->all()) {
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            QVERIFY2(!action->statusTip().isEmpty(), qPrintable(action->objectName()));
            for (const auto& keys : action->shortcuts()) {
                const QString text = keys.toString();
                QVERIFY2(!used.contains(text), qPrintable(text + QStringLiteral(": ") + action->objectName()));
                used.insert(text);
            }
        }
        QVERIFY(used.size() > 15);
    }
    void everyPanelIsACommandThatLeadsIntoIt() {
        shop_->open();
        shop_->session().selectItem({9});
        shop_->settle();
        const auto docks = shop_->window().findChildren<QDockWidget*>();
        QCOMPARE(docks.size(), 8);
        int entered = 0;
        for (auto* const dock : docks) {
            dock->hide();
            const QString panel = dock->objectName().section('.', 1);
            auto* const action = shop_->window().actions()->action("go.panel." + panel);
            QVERIFY2(action->text().contains(dock->windowTitle()), qPrintable(panel));
            action->trigger();
            QVERIFY2(dock->isVisible(), qPrintable(panel));
            const auto inside = dock->findChildren<QWidget*>();
            const bool hasWayIn = std::any_of(inside.begin(), inside.end(), [](const QWidget* widget) {
                return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus);
            });
            entered += hasWayIn;
            if (hasWayIn) QVERIFY2(dock->isAncestorOf(shop_->window().focusWidget()), qPrintable(panel));
        }
        QVERIFY2(entered >= 5, qPrintable(QString::number(entered))); // the others have nothing to enter while empty
    }
    void panelsHaveTheNumbersThatTheHelpNames() {
        const QStringList panels{"shoppers", "inspector", "catalog", "training", "metrics", "issues", "jobs", "log"};
        for (qsizetype i = 0; i < panels.size(); ++i)
            QCOMPARE(shop_->window().actions()->action("go.panel." + panels[i])->shortcut(),
                     QKeySequence(QStringLiteral("Alt+%1").arg(i + 1)));
    }
    void everyCommandIsInAMenuOrHasAKey() {
        QSet<const QAction*> reachable;
        for (auto* const menu : shop_->window().findChildren<QMenu*>())
            for (const auto* const action : menu->actions()) reachable.insert(action);
        QStringList hidden;
        for (const auto* const action : shop_->window().actions()->all())
            if (!reachable.contains(action) && action->shortcuts().isEmpty()) hidden << action->objectName();
        QCOMPARE(hidden, QStringList{QStringLiteral("product.copyId")}); // in the menu of a product
    }
    void everythingThatTakesTheFocusHasAName_data() {
        QTest::addColumn<bool>("isOpen");
        QTest::newRow("no workspace") << false;
        QTest::newRow("a workspace, every dock in turn") << true;
    }
    void everythingThatTakesTheFocusHasAName() {
        QFETCH(bool, isOpen);
        if (isOpen) {
            shop_->open();
            shop_->session().selectItem({9});
            shop_->session().excludeItems({{20}, {21}});
            shop_->settle();
        }
        int seen = 0;
        QStringList nameless;
        for (auto* const dock : shop_->window().findChildren<QDockWidget*>()) {
            dock->show();
            dock->raise();
            QCoreApplication::processEvents();
            seen += namesMissing(shop_->window(), nameless);
        }
        QVERIFY(seen > 20);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }
    void tabReachesEveryPanel() {
        shop_->open();
        shop_->session().selectItem({9});
        shop_->settle();
        QWidget* const first = shop_->panel<ui::HistoryStrip>();
        first->setFocus();
        QSet<const QWidget*> reached;
        QStringList unseen;
        for (int step = 0; step < 200 && QApplication::focusWidget(); ++step) {
            const QWidget* const now = QApplication::focusWidget();
            reached.insert(now);
            for (const auto* const dock : shop_->window().findChildren<QDockWidget*>())
                if (dock->isAncestorOf(now) && dock->visibleRegion().isEmpty()) unseen << pathTo(now);
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            if (QApplication::focusWidget() == first) break; // all around
        }
        QCOMPARE(QApplication::focusWidget(), first);
        QVERIFY2(unseen.isEmpty(), qPrintable(unseen.join(QLatin1Char('\n'))));
        QStringList missed;
        const std::initializer_list<QWidget*> panels{shop_->panel<ui::HistoryStrip>(),
                                                     shop_->window().comparison()->list(ui::Slot::a),
                                                     shop_->window().comparison()->list(ui::Slot::b),
                                                     shop_->panel<ui::ShoppersPanel>()->list(),
                                                     toolBarBox("Model A"),
                                                     toolBarBox("Device that models run on")};
        for (const auto* const panel : panels)
            if (!reached.contains(panel)) missed << pathTo(panel);
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(QLatin1Char('\n'))));
    }

    void modelsModeAndLengthAreReachedByCommandsAlone() {
        shop_->open();
        shop_->trigger("view.compare.b");
        QCOMPARE(shop_->session().compareMode(), ui::CompareMode::b);
        QVERIFY(shop_->action("view.compare.b")->isChecked());
        QVERIFY(!shop_->action("view.compare.both")->isChecked());
        shop_->trigger("view.compare.both");
        QCOMPARE(shop_->session().compareMode(), ui::CompareMode::both);
        shop_->trigger("go.k");
        QVERIFY(qobject_cast<QAbstractSpinBox*>(QApplication::focusWidget()));
        shop_->trigger("go.modelA");
        QVERIFY(toolBarBox("Model A")->view()->isVisible());
        toolBarBox("Model A")->hidePopup();
        shop_->trigger("go.palette");
        auto* const palette = shop_->window().findChild<ui::CommandPalette*>();
        auto* const text = palette->findChild<QLineEdit*>();
        QTest::keyClicks(text, QStringLiteral("popul column b"));
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(shop_->session().modelName(ui::Slot::b), QStringLiteral("popularity"));
    }
    void equalTitlesAreToldApartWhereTheyAreExcludedAndLookedFor() {
        shop_->open();
        shop_->session().excludeItem({20});
        QStringList chips;
        for (const auto* const button : shop_->panel<ui::ExclusionBar>()->findChildren<QToolButton*>())
            chips << button->text();
        QVERIFY2(chips.contains(QStringLiteral("Product 20 (id20)")), qPrintable(chips.join(QLatin1Char('|'))));
        auto* const field = shop_->panel<ui::WhereField>()->findChild<QLineEdit*>();
        shop_->trigger("go.where");
        field->setText(QStringLiteral("Product 3"));
        shop_->panel<ui::WhereField>()->setText(QStringLiteral("Product 3"));
        const auto* const list = field->completer()->popup();
        QTRY_VERIFY(list->isVisible());
        QVERIFY2(
            list->viewport()->width() >= list->sizeHintForColumn(0),
            qPrintable(QStringLiteral("%1 for %2").arg(list->viewport()->width()).arg(list->sizeHintForColumn(0))));
    }
    void aModelThatCannotBeLoadedIsNamedInTheStatusBar() {
        shop_->control().set([](auto& behaviour) {
            behaviour.models.push_back(test::FakeControl::model("torn", "pixrec", "both"));
            behaviour.models.back().problem = "its weights are cut";
        });
        shop_->open();
        shop_->session().selectItem({9});
        shop_->session().setModelName(ui::Slot::a, QStringLiteral("torn"));
        QTRY_COMPARE(shop_->column(ui::Slot::a).kind, ui::ColumnKind::error);
        QVERIFY2(shop_->column(ui::Slot::a).error.startsWith(QStringLiteral("Load model torn: ")),
                 qPrintable(shop_->column(ui::Slot::a).error));
        QTRY_COMPARE(shop_->column(ui::Slot::b).kind, ui::ColumnKind::ready);
        const auto prepared = shop_->control().callCount("prepare");
        const auto similar = shop_->control().callCount("similar");
        shop_->session().selectItem({8}); // the inspector asks for ranks and must not load it again
        QTRY_VERIFY(shop_->control().callCount("similar") > similar);
        QCOMPARE(shop_->control().callCount("prepare"), prepared);
    }
    void productsOfTheHistoryAreKeptOrLeftOut() {
        shop_->open();
        auto* const button = eligibility();
        QVERIFY2(button->text().contains(QStringLiteral("37 of 40 eligible")), qPrintable(button->text()));
        QVERIFY2(button->toolTip().contains(QStringLiteral("3 history products are left out, automatically")),
                 qPrintable(button->toolTip()));
        shop_->session().addItems({{4}}); // 5, 6, 7, 4: the lists begin with 5
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 9, 10, 11}));
        shop_->trigger("rules.history.keep");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{5, 6, 7, 8}));
        QVERIFY(shop_->action("rules.history.keep")->isChecked());
        QVERIFY2(button->toolTip().contains(QStringLiteral("history products are kept")),
                 qPrintable(button->toolTip()));
        shop_->trigger("edit.undo");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 9, 10, 11}));
        QVERIFY(shop_->action("rules.history.auto")->isChecked());
    }
    void aModelThatIsDamagedIsNamedInTheLog() {
        shop_->control().set([](auto& behaviour) {
            behaviour.models.push_back(test::FakeControl::model("torn", "pixrec", "both"));
            behaviour.models.back().problem = "model.json: line 1, column 2: not JSON";
        });
        QSignalSpy ready(&shop_->window(), &ui::MainWindow::engineReady);
        shop_->window().openWorkspace(shop_->folder());
        QTRY_VERIFY(ready.count() > 0);
        QStringList lines;
        const auto* const log = shop_->window().log();
        for (int row = 0; row < log->rowCount(); ++row) lines << log->lineText(row);
        QVERIFY2(lines.join(QLatin1Char('\n')).contains(QStringLiteral("The model torn cannot be used")),
                 qPrintable(lines.join(QLatin1Char('\n'))));
    }
    void undoSaysWhatItTakesBack() {
        shop_->open();
        QVERIFY(!shop_->action("edit.undo")->isEnabled());
        shop_->session().selectItem({9});
        shop_->trigger("product.exclude");
        QCOMPARE(shop_->action("edit.undo")->text(), QStringLiteral("&Undo exclude Product 9"));
        shop_->trigger("edit.undo");
        QCOMPARE(shop_->action("edit.redo")->text(), QStringLiteral("&Redo exclude Product 9"));
        QVERIFY(!shop_->action("edit.undo")->isEnabled());
    }
    void scratchShoppersAreKeptRenamedAndRemoved() {
        shop_->open();
        QVERIFY(!shop_->action("shopper.rename")->isEnabled());
        shop_->trigger("shopper.keep");
        QCOMPARE(shop_->session().shopperName(), QStringLiteral("Copy of anna"));
        shop_->trigger("shopper.rename");
        auto* const dialog = shop_->window().findChild<QInputDialog*>();
        QVERIFY(dialog);
        dialog->setTextValue(QStringLiteral("winter"));
        dialog->accept();
        QCOMPARE(shop_->session().shopperName(), QStringLiteral("winter"));
        QCOMPARE(shop_->panel<ui::ShoppersPanel>()->model()->rowAt(0).name, QStringLiteral("winter"));
        shop_->trigger("shopper.remove");
        QCOMPARE(shop_->session().shopperName(), QStringLiteral("anna"));
        shop_->trigger("edit.undo");
        QCOMPARE(shop_->session().shopperName(), QStringLiteral("winter"));
    }
    void aTrainingThatWasCutShortCanGoOnAfterARestart() {
        std::filesystem::create_directories(shop_->folder() / "models" / ".words.training");
        shop_->open();
        auto* const training = shop_->panel<ui::TrainingPanel>();
        QPushButton* resume = nullptr;
        for (auto* const button : training->findChildren<QPushButton*>())
            if (button->text().remove(QLatin1Char('&')) == QLatin1String("Resume")) resume = button;
        QVERIFY(resume);
        training->findChild<QLineEdit*>()->setText(QStringLiteral("words"));
        QVERIFY(resume->isEnabled());
        QSignalSpy started(training, &ui::TrainingPanel::startRequested);
        resume->click();
        const auto request = started.takeFirst().at(0).value<core::TrainRequest>();
        QCOMPARE(request.name, std::string("words"));
        QVERIFY(request.resume);
    }
    void anEvaluationShowsInTheBandTheMetricsAndTheShoppers() {
        storeEvaluation();
        shop_->open();
        auto* const shoppers = shop_->panel<ui::ShoppersPanel>();
        QTRY_VERIFY(shoppers->model()->hasDifferences());
        const auto anna = shoppers->model()->rowAt(0).figures;
        QVERIFY(anna.has_value());
        QCOMPARE(anna->trueRankA, 4.0F);
        QCOMPARE(anna->trueRankB, 1.0F);
        QCOMPARE(anna->difference, 0.75F);
        auto* const band = shop_->panel<ui::SegmentBand>();
        QVERIFY2(band->text().contains(QStringLiteral("text-only 1.000")), qPrintable(band->text()));
        QVERIFY2(band->text().contains(QStringLiteral("difference .000")), qPrintable(band->text()));
        shop_->session().setModelName(ui::Slot::b, QStringLiteral("popularity")); // was never evaluated
        QTRY_VERIFY(!shoppers->model()->hasDifferences());
    }
    void anEvaluationThatFailsSaysSoAndCanBeTriedAgain() {
        shop_->open();
        shop_->control().failNext("evaluate", core::ErrorKind::outOfMemory, "evaluate: no memory is left");
        shop_->trigger("model.evaluate");
        const auto shown = [this] {
            QStringList texts;
            for (const auto* const label : shop_->panel<ui::MetricsPanel>()->findChildren<QLabel*>())
                texts << label->text();
            return texts.join(QLatin1Char('\n'));
        };
        QTRY_VERIFY2(shown().contains(QStringLiteral("no memory is left")), qPrintable(shown()));
    }
    void aMenuOffersWhatCanBeDoneWithAShopper() {
        shop_->open();
        shop_->session().newScratchShopper({{3}}, QStringLiteral("mine"));
        auto* const shoppers = shop_->panel<ui::ShoppersPanel>();
        Q_EMIT shoppers->contextMenuRequested({}, shop_->session().shopper().number, QPoint(10, 10));
        QMenu* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QTRY_VERIFY((menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) != nullptr);
        QVERIFY(menu->actions().contains(shop_->action("shopper.rename")));
        QVERIFY(menu->actions().contains(shop_->action("shopper.remove")));
        menu->close();
    }
    void theComparisonOnTheClipboardIsAPicture() {
        shop_->open();
        QApplication::clipboard()->clear();
        shop_->trigger("file.copyComparison");
        QVERIFY(QApplication::clipboard()->image().width() > 800);
    }
    void theWindowFitsSmallScreens() {
        shop_->open();
        shop_->session().selectItem({9});
        shop_->session().excludeItem({20});
        shop_->settle();
        for (auto* const dock : shop_->window().findChildren<QDockWidget*>()) dock->show();
        const QSize least = shop_->window().minimumSizeHint();
        QVERIFY2(least.width() <= 1000 && least.height() <= 700,
                 qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
    }
    void aWorkspaceThatAnotherProgramWritesIsSaidToBeReadOnly() {
        const core::Workspace other(shop_->folder(), core::WorkspaceAccess::readWrite);
        shop_->open();
        const auto says = [this](const char* words) {
            const auto labels = shop_->window().statusBar()->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [words](const QLabel* label) {
                return label->text().contains(QLatin1String(words)) && !label->toolTip().isEmpty();
            });
        };
        QTRY_VERIFY(says("read-only: scratch shoppers are not kept"));
    }
    void theStartPageOffersTheFirstStepsAndSaysWhatWentWrong() {
        auto* const start = shop_->panel<ui::StartPage>();
        QVERIFY(start->isVisible());
        QStringList steps;
        for (const auto* const button : start->findChildren<QPushButton*>())
            steps << button->text().remove(QLatin1Char('&'));
        QVERIFY2(steps.contains(QStringLiteral("New sample shop…")), qPrintable(steps.join(QLatin1Char(';'))));
        shop_->window().openWorkspace(shop_->temporary() / "nothing");
        QVERIFY(start->isVisible());
        const auto labels = start->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QLatin1String("nothing"));
        }));
        shop_->open();
        QVERIFY(!start->isVisible());
        QVERIFY(shop_->window().comparison()->isVisible());
    }
    void aScratchShopperCanBeStartedInOnePlaceOnly() {
        const auto buttons = [this] {
            int count = 0;
            for (const auto* const button : shop_->panel<ui::ShoppersPanel>()->findChildren<QPushButton*>())
                count += button->isVisible() && button->text() == QLatin1String("New scratch shopper") ? 1 : 0;
            return count;
        };
        shop_->open();
        QCOMPARE(buttons(), 1);
        const auto empty = shop_->temporary() / "empty";
        core::WorkspaceBuilder builder(empty, core::IfExists::refuse);
        builder.addItem(test::item("only", "Only product"));
        builder.commit(test::noProgress, {});
        shop_->window().openWorkspace(empty);
        QCOMPARE(buttons(), 1);
    }

private:
    /// Of all visible widgets that Tab reaches; returns how many there are.
    static int namesMissing(const QWidget& window, QStringList& nameless) {
        int seen = 0;
        for (auto* const widget : window.findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
            if (qobject_cast<QAbstractSpinBox*>(widget->parentWidget())) continue; // speaks for its field
            ++seen;
            auto* const interface = QAccessible::queryAccessibleInterface(widget);
            if (!interface || interface->text(QAccessible::Name).isEmpty()) nameless << pathTo(widget);
        }
        return seen;
    }
    QComboBox* toolBarBox(const char* name) {
        for (auto* const box : shop_->window().findChildren<QComboBox*>())
            if (box->accessibleName() == QLatin1String(name)) return box;
        return nullptr;
    }
    QToolButton* eligibility() {
        for (auto* const button : shop_->window().findChildren<QToolButton*>())
            if (button->accessibleName() == QLatin1String("Eligible products")) return button;
        return nullptr;
    }
    /// Under text-only anna's true next product is 4th and bert's 2nd, under multimodal 1st and 2nd.
    void storeEvaluation() {
        const core::Workspace workspace(shop_->folder(), core::WorkspaceAccess::readOnly);
        core::CacheStore cache(shop_->folder());
        const core::EvaluationScope scope{workspace.catalogHash()};
        const core::ExampleFacts facts{{{0}, {1}}, test::ShopWindow::products, true};
        const auto store = [&](const char* model, std::int64_t anna) {
            const core::RankedExamples ranked{model, std::string("hash-of-") + model, {{anna - 1, 1}, {1, 1}}};
            cache.putEvaluation(core::evaluationKey(scope, ranked.hash), core::encodeRanks(ranked, facts));
        };
        store("text-only", 4);
        store("multimodal", 1);
    }

    std::unique_ptr<test::ShopWindow> shop_;
};
QTEST_MAIN(TestWindowCommands)
#include "tst_window_commands.moc"
