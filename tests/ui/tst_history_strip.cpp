#include "looks.h"
#include "ui/views/catalog/item_mime.h"
#include "ui/views/history/history_strip.h"
#include <QDragEnterEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using namespace ui;

namespace {

constexpr qint64 day = qint64{24} * 3600 * 1000;

HistoryTile tile(int item) {
    HistoryTile tile;
    tile.item = {item};
    tile.title = test::exampleTitle(item);
    tile.picturePath = item == 5 ? QString() : test::examplePicture(item);
    return tile;
}

HistoryState history(const std::vector<int>& items) {
    HistoryState state;
    state.kind = HistoryKind::ready;
    state.shopper = "U1";
    for (const int item : items) state.tiles.push_back(tile(item));
    return state;
}

HistoryState timedHistory() {
    HistoryState state = history({1, 2, 3, 4, 5, 6});
    state.hasTimes = true;
    const std::vector<qint64> times{0, 0, 5 * day, 26 * day, 400 * day, 400 * day + 3 * 3600 * 1000};
    for (std::size_t place = 0; place < times.size(); ++place)
        state.tiles[place].time = 1'600'000'000'000 + times[place];
    state.window = 4;
    state.trueNext = tile(7);
    return state;
}

} // namespace

class TestHistoryStrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        strip_ = std::make_unique<HistoryStrip>(&thumbnails_);
        test::showAlone(*strip_, {1000, strip_->sizeHint().height()});
    }
    void cleanup() { strip_.reset(); }

    void gapsAreToldInWords_data() {
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("none") << qint64{0} << "same basket";
        QTest::newRow("minutes") << qint64{5 * 60'000} << "5 minutes";
        QTest::newRow("one hour") << qint64{3'600'000} << "1 hour";
        QTest::newRow("days") << 13 * day << "13 days";
        QTest::newRow("weeks") << 21 * day << "3 weeks";
        QTest::newRow("months") << 90 * day << "3 months";
        QTest::newRow("years") << 731 * day << "2 years";
    }

    void gapsAreToldInWords() {
        QFETCH(qint64, milliseconds);
        QFETCH(QString, words);
        QCOMPARE(gapText(milliseconds), words);
    }

    void everyTileHasItsFixedPlace() {
        strip_->setState(history({1, 2, 3}));
        QVERIFY(strip_->tileRect(0).right() < strip_->tileRect(1).left());
        QCOMPARE(strip_->tileRect(0).size(), strip_->tileRect(3).size()); // the place to drop
        QVERIFY(strip_->tileRect(4).isNull());                            // no true next
        for (int place = 0; place <= 3; ++place) QCOMPARE(strip_->positionAt(strip_->tileRect(place).center()), place);
        HistoryState state = timedHistory();
        strip_->setState(state);
        QVERIFY(strip_->tileRect(7).left() > 1000 - 200); // apart, at the right edge
    }

    void arrowsWalkOverTilesDropPlaceAndTrueNext() {
        strip_->setState(timedHistory());
        QSignalSpy spy(strip_.get(), &HistoryStrip::itemSelected);
        strip_->setFocus();
        QTest::keyClick(strip_.get(), Qt::Key_Home);
        QCOMPARE(strip_->currentItem().value, 1);
        QTest::keyClick(strip_.get(), Qt::Key_Right);
        QCOMPARE(strip_->currentItem().value, 2);
        QTest::keyClick(strip_.get(), Qt::Key_End);
        QCOMPARE(strip_->current(), 5);
        QTest::keyClick(strip_.get(), Qt::Key_Right);
        QVERIFY(!strip_->currentItem().isValid()); // the place to drop
        QTest::keyClick(strip_.get(), Qt::Key_Right);
        QCOMPARE(strip_->currentItem().value, 7);
        QTest::keyClick(strip_.get(), Qt::Key_Right);
        QCOMPARE(strip_->current(), 7);
        QCOMPARE(spy.count(), 4);
    }

    void controlArrowsReorderAndTheSelectionGoesAlong() {
        strip_->setState(history({1, 2, 3}));
        QSignalSpy spy(strip_.get(), &HistoryStrip::moveRequested);
        strip_->setCurrent(1);
        QTest::keyClick(strip_.get(), Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(spy[0], (QVariantList{1, 2}));
        strip_->setState(history({1, 3, 2}));
        QCOMPARE(strip_->current(), 2);
        QTest::keyClick(strip_.get(), Qt::Key_Right, Qt::AltModifier); // nowhere to go
        QCOMPARE(spy.count(), 1);
    }

    void deleteAsksToRemoveAndTheNextTileIsSelected() {
        strip_->setState(history({1, 2, 3}));
        QSignalSpy spy(strip_.get(), &HistoryStrip::removeRequested);
        strip_->setCurrent(1);
        QTest::keyClick(strip_.get(), Qt::Key_Delete);
        QCOMPARE(spy.value(0).value(0).toInt(), 1);
        strip_->setState(history({1, 3}));
        QCOMPARE(strip_->currentItem().value, 3);
        HistoryState fixed = history({1, 3});
        fixed.isEditable = false;
        strip_->setState(fixed);
        QTest::keyClick(strip_.get(), Qt::Key_Delete);
        QCOMPARE(spy.count(), 1);
    }

    void draggingATileMovesIt() {
        strip_->setState(history({1, 2, 3, 4}));
        QSignalSpy moved(strip_.get(), &HistoryStrip::moveRequested);
        QSignalSpy previewed(strip_.get(), &HistoryStrip::movePreviewed);
        const QPoint from = strip_->tileRect(0).center();
        const QPoint to = strip_->tileRect(2).center() + QPoint(12, 0);
        QTest::mousePress(strip_->viewport(), Qt::LeftButton, {}, from);
        drag(from, to);
        QCOMPARE(previewed.last(), (QVariantList{0, 2}));
        QTest::mouseRelease(strip_->viewport(), Qt::LeftButton, {}, to);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(moved[0], (QVariantList{0, 2}));
    }

    void escapeEndsADragWithoutAMove() {
        strip_->setState(history({1, 2, 3, 4}));
        QSignalSpy moved(strip_.get(), &HistoryStrip::moveRequested);
        QSignalSpy ended(strip_.get(), &HistoryStrip::movePreviewEnded);
        const QPoint to = strip_->tileRect(2).center() + QPoint(12, 0);
        QTest::mousePress(strip_->viewport(), Qt::LeftButton, {}, strip_->tileRect(0).center());
        drag(strip_->tileRect(0).center(), to);
        QTest::keyClick(strip_.get(), Qt::Key_Escape);
        QTest::mouseRelease(strip_->viewport(), Qt::LeftButton, {}, to);
        QCOMPARE(moved.count(), 0);
        QCOMPARE(ended.count(), 1);
    }

    void productsOfTheCatalogAreDroppedWhereTheMarkStands() {
        strip_->setState(history({1, 2, 3}));
        QSignalSpy spy(strip_.get(), &HistoryStrip::insertRequested);
        const std::unique_ptr<QMimeData> data(makeItemMime({{8}, {9}}, {"a", "b"}));
        drop(strip_->tileRect(1).center() + QPoint(-12, 0), data.get());
        QCOMPARE(spy.count(), 1);
        QCOMPARE(spy[0][0].toInt(), 1);
        QCOMPARE(spy[0][1].value<std::vector<core::ItemIndex>>(), (std::vector<core::ItemIndex>{{8}, {9}}));
        strip_->setState(history({1, 8, 9, 2, 3}));
        QCOMPARE(strip_->currentItem().value, 9);
        QMimeData text;
        text.setText("not a product");
        drop(strip_->tileRect(1).center(), &text);
        QCOMPARE(spy.count(), 1);
    }

    void aHiddenTrueNextIsRevealedByPressingIt() {
        HistoryState state = timedHistory();
        state.trueNextHidden = true;
        strip_->setState(state);
        QSignalSpy spy(strip_.get(), &HistoryStrip::revealToggled);
        QTest::mouseClick(strip_->viewport(), Qt::LeftButton, {}, strip_->tileRect(7).center());
        QCOMPARE(spy.count(), 1);
        QVERIFY(!strip_->currentItem().isValid()); // nothing gives it away
        QVERIFY(!strip_->accessibleTextOf(7).contains(state.trueNext->title));
        QTest::keyClick(strip_.get(), Qt::Key_Return);
        QCOMPARE(spy.count(), 2);
        state.trueNextHidden = false;
        strip_->setState(state);
        QCOMPARE(strip_->currentItem().value, 7);
    }

    void anotherShopperStartsAtTheNewestEvents() {
        std::vector<int> many;
        for (int item = 0; item < 60; ++item) many.push_back(item);
        strip_->setState(history(many));
        QVERIFY(strip_->viewport()->rect().contains(strip_->tileRect(59).center()));
        QTest::keyClick(strip_.get(), Qt::Key_Home);
        QVERIFY(strip_->viewport()->rect().contains(strip_->tileRect(0).center()));
        const int scrolled = strip_->horizontalScrollBar()->value();
        many.pop_back();
        strip_->setState(history(many)); // an edit stays where it was
        QCOMPARE(strip_->horizontalScrollBar()->value(), scrolled);
    }

    void theRightButtonAsksForAMenu() {
        strip_->setState(history({1, 2, 3}));
        QSignalSpy spy(strip_.get(), &HistoryStrip::menuRequested);
        QContextMenuEvent menu(QContextMenuEvent::Mouse, strip_->tileRect(2).center(), QPoint(5, 5));
        QCoreApplication::sendEvent(strip_->viewport(), &menu);
        QCOMPARE(spy.value(0).value(0).value<core::ItemIndex>().value, 3);
        QCOMPARE(spy.value(0).value(1).toInt(), 2);
    }

    void tilesSayEverythingToScreenReaders() {
        HistoryState state = timedHistory();
        state.tiles[4].influence = 0.25;
        strip_->setState(state);
        QVERIFY(strip_->accessibleTextOf(0).startsWith("1 of 6: Strive Shoulder Pack"));
        QVERIFY(strip_->accessibleTextOf(0).contains("older than the 4 events"));
        QVERIFY(!strip_->accessibleTextOf(2).contains("older than"));
        QVERIFY(strip_->accessibleTextOf(4).contains("no picture, influence 0.25"));
        strip_->setCurrent(2);
        QCOMPARE(strip_->accessibleDescription(), strip_->accessibleTextOf(2));
    }

    void looks_data() { test::addThemes(); }

    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        test::look(*strip_, thumbnails_, "history-closed");
        HistoryState empty = history({});
        strip_->setState(empty);
        test::look(*strip_, thumbnails_, "history-empty");
        HistoryState state = timedHistory();
        for (std::size_t place = 2; place < 6; ++place)
            state.tiles[place].influence = 0.4 - 0.2 * static_cast<double>(place - 2);
        strip_->setState(state);
        strip_->resize(1000, strip_->sizeHint().height());
        strip_->setFocus();
        strip_->setCurrent(3);
        QVERIFY(test::colourCount(test::look(*strip_, thumbnails_, "history")) > 20);
        const QPoint from = strip_->tileRect(4).center();
        QTest::mousePress(strip_->viewport(), Qt::LeftButton, {}, from);
        drag(from, strip_->tileRect(2).center() - QPoint(20, 0));
        test::look(*strip_, thumbnails_, "history-drag");
        QTest::keyClick(strip_.get(), Qt::Key_Escape);
        QTest::mouseRelease(strip_->viewport(), Qt::LeftButton, {}, from);
        state.trueNextHidden = true;
        strip_->setState(state);
        strip_->setTileSize(200);
        strip_->resize(1500, strip_->sizeHint().height());
        test::look(*strip_, thumbnails_, "history-presenter");
        HistoryState failed;
        failed.kind = HistoryKind::error;
        failed.message = "Reading the history of U1: the workspace was moved away. Open it again.";
        strip_->setState(failed);
        test::look(*strip_, thumbnails_, "history-error");
    }

private:
    void drag(const QPoint& from, const QPoint& to) {
        for (const QPoint& at : {from + QPoint(15, 0), (from + to) / 2, to}) {
            QMouseEvent move(QEvent::MouseMove, at, strip_->viewport()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             Qt::NoModifier);
            QCoreApplication::sendEvent(strip_->viewport(), &move);
        }
    }
    void drop(const QPoint& at, const QMimeData* data) {
        QDragEnterEvent enter(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(strip_->viewport(), &enter);
        if (!enter.isAccepted()) return;
        QDragMoveEvent move(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(strip_->viewport(), &move);
        QDropEvent dropped(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(strip_->viewport(), &dropped);
    }

    ThumbnailProvider thumbnails_;
    std::unique_ptr<HistoryStrip> strip_;
};

QTEST_MAIN(TestHistoryStrip)
#include "tst_history_strip.moc"
