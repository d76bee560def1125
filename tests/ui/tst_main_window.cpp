#include "tests/support/fake_engine.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include "ui/actions/action_registry.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/segment/segment_band.h"
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace {
constexpr int products = 40;

/// Forty products, "anna" with 5, 6, 7 and the held-out 9; "bert" with 1, 2 and the held-out 3.
void makeShop(const std::filesystem::path& folder) {
    core::WorkspaceBuilder builder(folder, core::IfExists::refuse);
    for (int i = 0; i < products; ++i)
        builder.addItem(test::item("id" + std::to_string(i), "Product " + std::to_string(i),
                                   i % 2 == 0 ? "Bags" : "Shoes > Boots", i));
    const auto add = [&builder](const char* user, const std::vector<int>& items) {
        const auto index = builder.addUser(user);
        std::int64_t time = 0;
        for (const int item : items) builder.addEvent(index, {item}, ++time);
    };
    add("anna", {5, 6, 7, 9});
    add("bert", {1, 2, 3});
    builder.commit(test::noProgress, {});
}

std::vector<int> itemsOf(const ui::ColumnState& column) {
    std::vector<int> items;
    for (const auto& row : column.rows) items.push_back(row.item.value);
    return items;
}
using Items = std::vector<int>;
} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        makeShop(shop());
        control_ = std::make_shared<test::FakeControl>();
        control_->set([](auto& behaviour) {
            behaviour.itemCount = products;
            for (int i = 0; i < products; ++i) behaviour.categories.push_back(i % 2 == 0 ? "Bags" : "Shoes > Boots");
        });
        ui::MainWindowParts parts;
        parts.loadModule = [control = control_]() -> const core::ModuleEntry& { return test::fakeModule(control); };
        parts.keepsSettings = false;
        parts.preferences.k = 4;
        window_ = std::make_unique<ui::MainWindow>(std::move(parts));
        window_->resize(1440, 900);
        window_->show();
    }
    void cleanup() {
        control_->release();
        window_.reset();
        folder_.reset();
    }

    void bothListsFollowEveryEdit() {
        open();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{8, 9, 10, 11})); // after 7; 5 to 7 are in the history
        QCOMPARE(itemsOf(column(ui::Slot::b)), (Items{9, 8, 11, 10}));
        session().addItems({{20}});
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{21, 22, 23, 24}));
        QCOMPARE(itemsOf(column(ui::Slot::b)), (Items{22, 21, 24, 23}));
        trigger("edit.undo");
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{8, 9, 10, 11}));
        trigger("edit.redo");
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::b)).front(), 22);
    }
    void onlyTheNewestOfManyEditsIsPainted() {
        open();
        QSignalSpy painted(window_->live(), &ui::LiveComparison::painted);
        for (int item = 10; item < 30; ++item) session().addItems({{item}});
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{30, 31, 32, 33}));
        QVERIFY2(painted.count() <= 2, "lists of edits that were overtaken must not be painted");
    }
    void theDifferenceIsOneSentence() {
        open();
        const QString sentence = window_->comparison()->sentence();
        QVERIFY2(sentence.contains(QStringLiteral("2 up")) && sentence.contains(QStringLiteral("2 down")),
                 qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("true next 2")),
                 qPrintable(sentence)); // 9 is second in A, first in B
        session().setShowsTrueNext(false);
        settle();
        QVERIFY(!window_->comparison()->sentence().contains(QStringLiteral("true next")));
        QVERIFY(std::none_of(column(ui::Slot::b).rows.begin(), column(ui::Slot::b).rows.end(),
                             [](const ui::CardRow& row) { return row.isTrueNext; }));
    }
    void delTakesATileOutAndCtrlArrowMovesIt() {
        open();
        auto* const strip = window_->findChild<ui::HistoryStrip*>();
        strip->setFocus();
        strip->setCurrent(2);
        QTest::keyClick(strip, Qt::Key_Delete);
        settle();
        QCOMPARE(session().history().size(), std::size_t(2));
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 7); // after 6; 7 is a candidate again
        strip->setCurrent(0);
        QTest::keyClick(strip, Qt::Key_Right, Qt::ControlModifier);
        settle();
        QCOMPARE(session().history().back().item.value, 5);
    }
    void anExclusionClosesTheGapAndCanBeTakenBack() {
        open();
        session().selectItem({9});
        trigger("product.exclude");
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{8, 10, 11, 12}));
        session().excludeCategory("Shoes");
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{8, 10, 12, 14}));
        auto* const bar = window_->findChild<ui::ExclusionBar*>();
        QVERIFY(bar->isVisible());
        bar->findChildren<QToolButton*>().back()->click(); // "Allow all"
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), (Items{8, 9, 10, 11}));
        QVERIFY(!bar->isVisible());
    }
    void aProductThatIsNotListedIsTold() {
        open();
        auto* const where = window_->findChild<ui::WhereField*>();
        where->setText(QStringLiteral("Product 30"));
        QTest::keyClick(where->findChild<QLineEdit*>(), Qt::Key_Return);
        settle();
        QTRY_VERIFY2(where->answer().contains(QStringLiteral("A model rank 23")), qPrintable(where->answer()));
        session().excludeItem({30});
        settle();
        QTRY_VERIFY2(where->answer().contains(QStringLiteral("excluded")), qPrintable(where->answer()));
    }
    void theInspectorShowsRanksAndNeighbours() {
        open();
        session().selectItem({9});
        auto* const inspector = window_->findChild<ui::InspectorPanel*>();
        QTRY_VERIFY2(inspector->rankText(0).contains(QStringLiteral("rank 2")), qPrintable(inspector->rankText(0)));
        QTRY_VERIFY2(inspector->rankText(1).contains(QStringLiteral("rank 1")), qPrintable(inspector->rankText(1)));
        const auto shownButtons = [inspector] {
            int count = 0;
            for (auto* const button : inspector->lookAlikes()->findChildren<QToolButton*>())
                count += button->isVisibleTo(inspector) ? 1 : 0;
            return count;
        };
        QTRY_COMPARE(shownButtons(), 8);
    }
    void aMissingEngineLeavesTheWindowOpenAndSaysWhy() {
        ui::MainWindowParts parts;
        parts.keepsSettings = false;
        parts.loadModule = []() -> const core::ModuleEntry& {
            throw core::Error(core::ErrorKind::unavailable, "load the inference module: no such file");
        };
        ui::MainWindow window(std::move(parts));
        window.resize(1200, 800);
        window.show();
        window.openWorkspace(shop());
        QTRY_COMPARE(window.comparison()->column(ui::Slot::a).kind, ui::ColumnKind::error);
        QVERIFY(window.comparison()->column(ui::Slot::a).error.contains(QStringLiteral("no such file")));
        QCOMPARE(window.findChild<ui::HistoryStrip*>()->state().tiles.size(), std::size_t(3));
    }
    void aFolderWithoutAWorkspaceIsRefusedAndTheWindowStaysAsItWas() {
        open();
        const auto before = itemsOf(column(ui::Slot::a));
        window_->openWorkspace(*folder_ / "nothing");
        QVERIFY(window_->logText().contains(QStringLiteral("nothing")));
        QCOMPARE(session().shopperName(), QStringLiteral("anna"));
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)), before);
        session().addItems({{20}});
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 21); // still live
    }
    void backAndForwardWalkThroughShoppers() {
        open();
        session().showShopper(ui::ShopperRef::ofUser({1}));
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 3);
        trigger("go.back");
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 8);
        trigger("go.forward");
        QCOMPARE(session().shopperName(), QStringLiteral("bert"));
    }
    void aScratchShopperStartsEmptyAndIsLive() {
        open();
        trigger("shopper.newScratch");
        settle();
        QVERIFY(session().history().empty());
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 0);
        session().addItems({{12}});
        settle();
        QCOMPARE(itemsOf(column(ui::Slot::a)).front(), 13);
    }
    void presentingHidesScoresAndComesBack() {
        open();
        session().setShowsScores(true);
        const auto docks = visiblePanels();
        session().setPresenting(true);
        QTRY_VERIFY(window_->isFullScreen());
        QVERIFY(visiblePanels() < docks);
        session().setPresenting(false);
        QTRY_VERIFY(!window_->isFullScreen());
        QCOMPARE(visiblePanels(), docks);
    }
    void theBandSaysThatNothingWasEvaluatedYet() {
        open();
        auto* const band = window_->findChild<ui::SegmentBand*>();
        QTRY_VERIFY2(band->text().contains(QStringLiteral("not evaluated yet")), qPrintable(band->text()));
        QVERIFY(band->text().contains(QStringLiteral("2 shoppers")));
    }
    void everyCommandHasWordsAndAKeyOfItsOwn() {
        QSet<QString> used;
        for (const auto* const action : window_->actions()->all()) {
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            for (const auto& keys : action->shortcuts()) {
                const QString text = keys.toString();
                QVERIFY2(!used.contains(text), qPrintable(text + QStringLiteral(": ") + action->objectName()));
                used.insert(text);
            }
        }
        QVERIFY(used.size() > 15);
    }
    void everythingThatTakesTheFocusHasAName() {
        open();
        session().selectItem({9});
        settle();
        QStringList nameless;
        for (auto* const widget : window_->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
            if (qobject_cast<QAbstractSpinBox*>(widget->parentWidget())) continue; // speaks for its field
            auto* const interface = QAccessible::queryAccessibleInterface(widget);
            if (interface && !interface->text(QAccessible::Name).isEmpty()) continue;
            QString where = QString::fromLatin1(widget->metaObject()->className());
            for (auto* up = widget->parentWidget(); up; up = up->parentWidget())
                where.prepend(QString::fromLatin1(up->metaObject()->className()) + QLatin1Char('/'));
            nameless << where;
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

private:
    std::filesystem::path shop() const { return *folder_ / "shop"; }
    ui::Session& session() { return *window_->session(); }
    const ui::ColumnState& column(ui::Slot slot) { return window_->comparison()->column(slot); }
    void trigger(const char* id) { window_->actions()->action(QString::fromLatin1(id))->trigger(); }
    int visiblePanels() const {
        int count = 0;
        for (auto* const dock : window_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            count += dock->isVisible() ? 1 : 0;
        return count;
    }
    void settle() {
        QTRY_VERIFY(window_->live()->isSettled());
        QTRY_COMPARE(column(ui::Slot::a).kind, ui::ColumnKind::ready);
        QTRY_COMPARE(column(ui::Slot::b).kind, ui::ColumnKind::ready);
    }
    void open() {
        QSignalSpy ready(window_.get(), &ui::MainWindow::engineReady);
        window_->openWorkspace(shop());
        QTRY_VERIFY(ready.count() > 0);
        settle();
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::shared_ptr<test::FakeControl> control_;
    std::unique_ptr<ui::MainWindow> window_;
};
QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
