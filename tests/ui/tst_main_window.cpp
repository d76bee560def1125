#include "shop_window.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/segment/segment_band.h"
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QToolButton>
#include <QUrl>

namespace {
using Items = std::vector<int>;
}

class TestMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { shop_ = std::make_unique<test::ShopWindow>(); }
    void cleanup() { shop_.reset(); }

    void bothListsFollowEveryEdit() {
        shop_->open();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 9, 10, 11})); // after 7; 5 to 7 are in the history
        QCOMPARE(shop_->list(ui::Slot::b), (Items{9, 8, 11, 10}));
        session().addItems({{20}});
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{21, 22, 23, 24}));
        QCOMPARE(shop_->list(ui::Slot::b), (Items{22, 21, 24, 23}));
        shop_->trigger("edit.undo");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 9, 10, 11}));
        shop_->trigger("edit.redo");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::b).front(), 22);
    }
    void onlyTheNewestOfManyEditsIsPainted() {
        shop_->open();
        QSignalSpy painted(shop_->window().live(), &ui::LiveComparison::painted);
        for (int item = 10; item < 30; ++item) session().addItems({{item}});
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{30, 31, 32, 33}));
        QVERIFY2(painted.count() <= 2, "lists of edits that were overtaken must not be painted");
    }
    void aListThatIsBeingWrittenSaysWhatAndHowLong() {
        shop_->open();
        shop_->control().set([](auto& behaviour) { behaviour.writes = {"red", "red shirt"}; });
        shop_->control().hold();
        session().addItems({{20}});
        QTRY_COMPARE(shop_->column(ui::Slot::a).notices.value(0),
                     QStringLiteral("Writing: 2 of 2 tokens  ·  “red shirt”"));
        QCOMPARE(shop_->column(ui::Slot::a).kind, ui::ColumnKind::loading);
        session().addItems({{24}}); // an edit does not wait for it
        shop_->control().release();
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{25, 26, 27, 28}));
        QVERIFY(shop_->column(ui::Slot::a).notices.isEmpty());
    }
    void theDifferenceIsOneSentence() {
        shop_->open();
        const QString sentence = shop_->window().comparison()->sentence();
        QVERIFY2(sentence.contains(QStringLiteral("2 up")) && sentence.contains(QStringLiteral("2 down")),
                 qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("true next 2")),
                 qPrintable(sentence)); // 9 is second in A, first in B
        session().setShowsTrueNext(false);
        shop_->settle();
        QVERIFY(!shop_->window().comparison()->sentence().contains(QStringLiteral("true next")));
        QVERIFY(std::none_of(shop_->column(ui::Slot::b).rows.begin(), shop_->column(ui::Slot::b).rows.end(),
                             [](const ui::CardRow& row) { return row.isTrueNext; }));
    }
    void delTakesATileOutAndCtrlArrowMovesIt() {
        shop_->open();
        auto* const strip = shop_->window().findChild<ui::HistoryStrip*>();
        strip->setFocus();
        strip->setCurrent(2);
        QTest::keyClick(strip, Qt::Key_Delete);
        shop_->settle();
        QCOMPARE(session().history().size(), std::size_t(2));
        QCOMPARE(shop_->list(ui::Slot::a).front(), 7); // after 6; 7 is a candidate again
        strip->setCurrent(0);
        QTest::keyClick(strip, Qt::Key_Right, Qt::ControlModifier);
        shop_->settle();
        QCOMPARE(session().history().back().item.value, 5);
    }
    void anExclusionClosesTheGapAndCanBeTakenBack() {
        shop_->open();
        session().selectItem({9});
        shop_->trigger("product.exclude");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 10, 11, 12}));
        session().excludeCategory("Shoes");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 10, 12, 14}));
        auto* const bar = shop_->window().findChild<ui::ExclusionBar*>();
        QVERIFY(bar->isVisible());
        bar->findChildren<QToolButton*>().back()->click(); // "Allow all"
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), (Items{8, 9, 10, 11}));
        QVERIFY(!bar->isVisible());
    }
    void aProductThatIsNotListedIsTold() {
        shop_->open();
        auto* const where = shop_->window().findChild<ui::WhereField*>();
        where->setText(QStringLiteral("Product 30"));
        QTest::keyClick(where->findChild<QLineEdit*>(), Qt::Key_Return);
        shop_->settle();
        QTRY_VERIFY2(where->answer().contains(QStringLiteral("A rank 23")), qPrintable(where->answer()));
        session().excludeItem({30});
        shop_->settle();
        QTRY_VERIFY2(where->answer().contains(QStringLiteral("A model rank 23, excluded by you")),
                     qPrintable(where->answer()));
    }
    void theInspectorShowsRanksAndNeighbours() {
        shop_->open();
        session().selectItem({9});
        auto* const inspector = shop_->window().findChild<ui::InspectorPanel*>();
        QTRY_VERIFY2(inspector->rankText(0).contains(QStringLiteral("rank 2")), qPrintable(inspector->rankText(0)));
        QTRY_VERIFY2(inspector->rankText(1).contains(QStringLiteral("rank 1")), qPrintable(inspector->rankText(1)));
        const auto shownButtons = [inspector] {
            int count = 0;
            for (auto* const button : inspector->lookAlikes()->findChildren<QToolButton*>())
                count += button->isVisibleTo(inspector) ? 1 : 0;
            return count;
        };
        QTRY_COMPARE(shownButtons(), 8);
        // In the narrowest window, too, nothing of it lies beyond its edge.
        auto& window = shop_->window();
        window.resize(window.minimumSizeHint().expandedTo({1000, 700}));
        const auto rightEdge = [inspector] {
            int right = 0;
            for (const auto* const button : inspector->lookAlikes()->findChildren<QToolButton*>())
                right = std::max(right, button->mapTo(inspector, button->rect().topRight()).x());
            return right;
        };
        QTRY_VERIFY2(rightEdge() < inspector->width(), qPrintable(QString::number(rightEdge())));
        QCOMPARE(shownButtons(), 8);
    }
    void theInspectorsRanksFollowTheHistoryAndTheShopper() {
        shop_->open();
        auto* const inspector = shop_->window().findChild<ui::InspectorPanel*>();
        session().selectItem({22});
        QTRY_VERIFY(inspector->rankText(0).contains(QStringLiteral("rank")));
        const QString before = inspector->rankText(0);
        session().addItems({{20}});
        shop_->settle();
        const auto list = shop_->list(ui::Slot::a);
        const auto place = std::find(list.begin(), list.end(), 22) - list.begin() + 1;
        QVERIFY(place <= std::ssize(list)); // after the edit it is near the top
        const QString now = QStringLiteral("rank %1 of").arg(place);
        QVERIFY(!before.contains(now));
        QTRY_VERIFY2(inspector->rankText(0).contains(now), qPrintable(inspector->rankText(0)));
        session().undoStack().undo();
        QTRY_COMPARE(inspector->rankText(0), before);
    }
    void whatMatchesNothingHasNoRank() {
        shop_->open();
        auto* const where = shop_->window().findChild<ui::WhereField*>();
        where->setText(QStringLiteral("Product 30"));
        QTest::keyClick(where->findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_VERIFY(where->answer().contains(QStringLiteral("A rank")));
        where->setText(QStringLiteral("zzzzqq"));
        QCOMPARE(where->answer(), QStringLiteral("No product matches."));
        session().addItems({{20}}); // lists are answered anew
        shop_->settle();
        QCOMPARE(where->answer(), QStringLiteral("No product matches."));
        where->resize(380, where->height()); // too narrow for an answer: cut in the middle, whole in the tool tip
        where->setAnswer(
            QStringLiteral("A model rank 1, as good as 7 others, excluded by you · B model rank 3, excluded by you"));
        const auto shown = where->findChild<QLabel*>()->text();
        QVERIFY2(shown.contains(QStringLiteral("…")) && shown.startsWith(QStringLiteral("A")), qPrintable(shown));
        QVERIFY(where->answer().contains(QStringLiteral("B model rank 3")));
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
        window.openWorkspace(shop_->folder());
        QTRY_COMPARE(window.comparison()->column(ui::Slot::a).kind, ui::ColumnKind::error);
        QVERIFY(window.comparison()->column(ui::Slot::a).error.contains(QStringLiteral("no such file")));
        QCOMPARE(window.findChild<ui::HistoryStrip*>()->state().tiles.size(), std::size_t(3));
    }
    void aFolderWithoutAWorkspaceIsRefusedAndTheWindowStaysAsItWas() {
        shop_->open();
        const auto before = shop_->list(ui::Slot::a);
        shop_->window().openWorkspace(shop_->temporary() / "nothing");
        QVERIFY(shop_->window().logText().contains(QStringLiteral("nothing")));
        QCOMPARE(session().shopperName(), QStringLiteral("anna"));
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a), before);
        session().addItems({{20}});
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a).front(), 21); // still live
    }
    void aWorkspaceThatIsDroppedIsOpenedAndOtherFilesAreOfferedForImport() {
        const auto drop = [this](const std::filesystem::path& path) {
            QMimeData data;
            data.setUrls({QUrl::fromLocalFile(QString::fromStdString(path.string()))});
            QDragEnterEvent entered({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&shop_->window(), &entered);
            QDropEvent dropped({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&shop_->window(), &dropped);
            return entered.isAccepted() && dropped.isAccepted();
        };
        QVERIFY(drop(shop_->folder()));
        shop_->settle();
        QCOMPARE(session().shopperName(), QStringLiteral("anna"));
        const auto table = test::write(shop_->temporary() / "orders.csv", "user,item\nu,a\n");
        QVERIFY(drop(table));
        const auto dialogs = shop_->window().findChildren<ui::ImportDialog*>();
        QCOMPARE(dialogs.size(), 1);
        QVERIFY(dialogs.front()->isVisible());
        QTRY_VERIFY(dialogs.front()->request().plan);
        QCOMPARE(dialogs.front()->request().plan->files.front().file.path, table);
    }
    void backAndForwardWalkThroughShoppers() {
        shop_->open();
        session().showShopper(ui::ShopperRef::ofUser({1}));
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a).front(), 3);
        shop_->trigger("go.back");
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a).front(), 8);
        shop_->trigger("go.forward");
        QCOMPARE(session().shopperName(), QStringLiteral("bert"));
    }
    void aScratchShopperStartsEmptyAndIsLive() {
        shop_->open();
        shop_->trigger("shopper.newScratch");
        shop_->settle();
        QVERIFY(session().history().empty());
        QCOMPARE(shop_->list(ui::Slot::a).front(), 0);
        session().addItems({{12}});
        shop_->settle();
        QCOMPARE(shop_->list(ui::Slot::a).front(), 13);
    }
    void presentingHidesScoresAndComesBack() {
        shop_->open();
        session().setShowsScores(true);
        const auto docks = visiblePanels();
        const auto* const history = shop_->window().findChild<ui::HistoryStrip*>();
        const QSize before = history->sizeHint();
        session().setPresenting(true);
        QTRY_VERIFY(shop_->window().isFullScreen());
        QVERIFY(visiblePanels() < docks);
        QVERIFY(history->sizeHint().height() > before.height());
        session().setPresenting(false);
        QCOMPARE(history->sizeHint(), before);
        QTRY_VERIFY(!shop_->window().isFullScreen());
        QCOMPARE(visiblePanels(), docks);
    }
    void theBandSaysThatNothingWasEvaluatedYet() {
        shop_->open();
        auto* const band = shop_->window().findChild<ui::SegmentBand*>();
        QTRY_VERIFY2(band->text().contains(QStringLiteral("not evaluated yet")), qPrintable(band->text()));
        QVERIFY(band->text().contains(QStringLiteral("2 shoppers")));
    }

private:
    ui::Session& session() { return shop_->session(); }
    int visiblePanels() {
        int count = 0;
        for (auto* const dock : shop_->window().findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            count += dock->isVisible() ? 1 : 0;
        return count;
    }

    std::unique_ptr<test::ShopWindow> shop_;
};
QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
