#include "looks.h"
#include "ui/views/comparison/card_list.h"
#include "ui/views/comparison/column_header.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/comparison/ranked_list_model.h"
#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;

namespace {

CardRow card(int item, int rank) {
    CardRow row;
    row.item = {item};
    row.rank = rank;
    row.title = test::exampleTitle(item);
    row.category = item % 2 == 0 ? "Gear > Bags" : "Gear > Fitness Equipment";
    row.price = "34.00";
    row.id = QStringLiteral("24-MB%1").arg(item);
    row.picturePath = item == 5 ? QString() : test::examplePicture(item);
    row.isTextTwin = item % 3 == 0;
    row.isNew = item == 8;
    row.score = 4.25F - static_cast<float>(rank) / 8;
    return row;
}

ColumnState answer(quint64 ticket, const std::vector<int>& items) {
    ColumnState state;
    state.kind = ColumnKind::ready;
    state.ticket = ticket;
    state.modelName = "text-only";
    state.modality = "text";
    state.elapsedMs = 6.2;
    for (const int item : items) state.rows.push_back(card(item, static_cast<int>(state.rows.size()) + 1));
    return state;
}

ColumnState answerB(quint64 ticket, const std::vector<int>& items) {
    ColumnState state = answer(ticket, items);
    state.modelName = "multimodal";
    state.modality = "both";
    state.fromCache = true;
    return state;
}

ColumnState waiting(quint64 ticket) {
    ColumnState state;
    state.kind = ColumnKind::loading;
    state.ticket = ticket;
    return state;
}

ColumnState failed(const QString& message) {
    ColumnState state;
    state.kind = ColumnKind::error;
    state.ticket = 9;
    state.error = message;
    return state;
}

const std::vector<int> listA{1, 2, 3, 4, 5, 6, 7, 8};
const std::vector<int> listB{3, 1, 2, 4, 9, 10, 5, 11};

} // namespace

class TestComparisonView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        view_ = std::make_unique<ComparisonView>(&thumbnails_);
        test::showAlone(*view_, {900, 420});
    }
    void cleanup() { view_.reset(); }

    void theListModelKeepsItsContract() {
        RankedListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const MarkedLists marked = markLists(answer(1, listA).rows, answer(1, listB).rows);
        model.setRows(answer(1, listB).rows, {});
        model.setMarks(marked.b);
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.rowOf({9}), 4);
        QCOMPARE(model.rowOf({8}), -1);
        model.setRows({}, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void movementsAreToldFromBothLists() {
        const MarkedLists marked = markLists(answer(1, listA).rows, answer(1, listB).rows);
        const auto textB = [&](std::size_t row) { return markText(marked.b[row]); };
        QCOMPARE(textB(0), QString("up 2"));
        QCOMPARE(textB(1), QString("down 1"));
        QCOMPARE(textB(3), QString("same"));
        QCOMPARE(textB(4), QString("new"));
        QCOMPARE(markText(marked.a[5]), QString("not in B"));
        QVERIFY(markText(marked.a[0]).isEmpty());
    }

    void aColumnThatWaitsForItsModelDoesNotSayThatNoneIsChosen() {
        view_->setColumn(Slot::a, waiting(1));
        view_->setColumn(Slot::b, {});
        const auto headers = view_->findChildren<ColumnHeader*>();
        QStringList names;
        for (const auto* header : headers) names.append(header->accessibleName());
        names.sort();
        QCOMPARE(names, (QStringList{"Column A: loading…", "Column B: no model chosen"}));
    }

    void theSentenceNeedsBothAnswers() {
        ColumnState a = answer(1, listA);
        a.trueNextRank = 17;
        view_->setColumn(Slot::a, a);
        QVERIFY(view_->sentence().isEmpty());
        view_->setColumn(Slot::b, waiting(1));
        QCOMPARE(shownSentence(), QString("Waiting for B to compare"));
        ColumnState b = answerB(1, listB);
        b.trueNextRank = 3;
        view_->setColumn(Slot::b, b);
        QCOMPARE(view_->sentence(), QString::fromUtf8("3 new, 1 up, 3 down; true next 17 → 3"));
        QVERIFY(shownSentence().contains(view_->sentence()));
        view_->setCompareMode(CompareMode::a);
        QVERIFY(view_->sentence().isEmpty());
        QVERIFY(!view_->list(Slot::b)->isVisible());
    }

    void oldRowsStayWhileTheNextAnswerIsOnItsWay() {
        compare();
        const QString before = shownSentence();
        view_->setColumn(Slot::a, waiting(2));
        view_->setColumn(Slot::b, waiting(2));
        QCOMPARE(view_->model(Slot::a)->rowCount(), 8);
        QCOMPARE(shownSentence(), before);
        QVERIFY(!view_->list(Slot::a)->isDimmed()); // a quick answer never dims
        QTRY_VERIFY(view_->list(Slot::a)->isDimmed());
        view_->setColumn(Slot::a, answer(2, listB));
        QVERIFY(!view_->list(Slot::a)->isDimmed());
        QVERIFY(view_->list(Slot::b)->isDimmed());
    }

    void aTicketIsReportedOnceWhenItIsPainted() {
        QSignalSpy spy(view_.get(), &ComparisonView::painted);
        view_->setColumn(Slot::a, waiting(7));
        view_->grab();
        QCOMPARE(spy.count(), 0);
        view_->setColumn(Slot::a, answer(7, listA));
        QTRY_COMPARE(spy.count(), 1);
        QCOMPARE(spy[0][1].value<quint64>(), quint64{7});
        view_->grab();
        QCOMPARE(spy.count(), 1);
        view_->setColumn(Slot::b, failed("The model cannot be read."));
        QTRY_COMPARE(spy.count(), 2);
        QCOMPARE(spy[1][0].value<Slot>(), Slot::b);
    }

    void selectionFollowsTheProductNotTheRow() {
        compare();
        view_->setSelected({3});
        QCOMPARE(view_->list(Slot::a)->currentIndex().row(), 2);
        QCOMPARE(view_->list(Slot::b)->currentIndex().row(), 0);
        view_->setColumn(Slot::a, answer(2, {8, 7, 6, 5, 4, 3}));
        QCOMPARE(view_->list(Slot::a)->currentIndex().row(), 5);
        view_->setColumn(Slot::a, answer(3, {8, 7}));
        QVERIFY(!view_->list(Slot::a)->currentIndex().isValid());
        QCOMPARE(view_->selected().value, 3);
    }

    void whoComesByTabSeesWhereAndHasChosenNothing() {
        compare();
        view_->setSelected({99}); // in neither list
        QSignalSpy chosen(view_.get(), &ComparisonView::itemSelected);
        CardList* list = view_->list(Slot::a);
        list->setFocus(Qt::TabFocusReason);
        QCOMPARE(list->currentIndex().row(), 0);
        QVERIFY(list->selectionModel()->selectedIndexes().isEmpty());
        QCOMPARE(chosen.count(), 0);
    }

    void anAudienceIsNotToldMilliseconds() {
        compare();
        ColumnState other = answer(2, listA);
        const auto header = [this] { return view_->findChild<ColumnHeader*>()->grab().toImage(); };
        const QImage usual = header();
        other.elapsedMs = 88.8;
        view_->setColumn(Slot::a, other);
        QVERIFY(header() != usual);
        view_->setPresenter(true);
        const QImage presented = header();
        other.elapsedMs = 6.2;
        view_->setColumn(Slot::a, other);
        QVERIFY(header() == presented);
    }

    void aClickSelectsInBothColumns() {
        compare();
        QSignalSpy spy(view_.get(), &ComparisonView::itemSelected);
        click(Slot::a, 1);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(spy[0][0].value<core::ItemIndex>().value, 2);
        QCOMPARE(view_->list(Slot::b)->currentIndex().row(), 2);
    }

    void hoveringLightsUpBothColumns() {
        compare();
        QSignalSpy spy(view_.get(), &ComparisonView::itemHovered);
        const QImage before = view_->list(Slot::b)->grab().toImage();
        QTest::mouseMove(view_->list(Slot::a)->viewport(), centre(Slot::a, 0));
        QTRY_COMPARE(spy.count(), 1);
        QCOMPARE(spy[0][0].value<core::ItemIndex>().value, 1);
        QVERIFY(view_->list(Slot::b)->grab().toImage() != before);
    }

    void keysAskForWhatTheyAreNamedAfter() {
        compare();
        QSignalSpy add(view_.get(), &ComparisonView::itemActivated);
        QSignalSpy exclude(view_.get(), &ComparisonView::excludeItemRequested);
        QSignalSpy category(view_.get(), &ComparisonView::excludeCategoryRequested);
        click(Slot::a, 1);
        CardList* list = view_->list(Slot::a);
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_Delete);
        QTest::keyClick(list, Qt::Key_Delete, Qt::ShiftModifier);
        QCOMPARE(add.value(0).value(0).value<core::ItemIndex>().value, 3);
        QCOMPARE(exclude.value(0).value(0).value<core::ItemIndex>().value, 3);
        QCOMPARE(category.value(0).value(0).toString(), QString("Gear > Fitness Equipment"));
    }

    void leftAndRightStepToTheSameProduct() {
        compare();
        click(Slot::a, 2); // product 3, first in B
        QTest::keyClick(view_->list(Slot::a), Qt::Key_Right);
        QVERIFY(view_->list(Slot::b)->hasFocus());
        QCOMPARE(view_->list(Slot::b)->currentIndex().row(), 0);
        QTest::keyClick(view_->list(Slot::b), Qt::Key_Down);
        QTest::keyClick(view_->list(Slot::b), Qt::Key_Left);
        QCOMPARE(view_->list(Slot::a)->currentItem().value, 1);
    }

    void bothColumnsScrollTogether() {
        compare();
        view_->list(Slot::b)->verticalScrollBar()->setValue(50);
        QCOMPARE(view_->list(Slot::a)->verticalScrollBar()->value(), 50);
        view_->setColumn(Slot::a, answer(2, listB)); // an edit does not move what is looked at
        QCOMPARE(view_->list(Slot::a)->verticalScrollBar()->value(), 50);
        QCOMPARE(view_->list(Slot::b)->verticalScrollBar()->value(), 50);
    }

    void everyStateHasItsOwnWords() {
        const auto words = [this] { return view_->list(Slot::b)->parentWidget()->findChild<StatePanel*>()->state(); };
        QCOMPARE(words().title, QString("No list yet"));
        view_->setColumn(Slot::b, answer(1, {}));
        QCOMPARE(words().title, QString("No product is eligible"));
        QSignalSpy step(view_.get(), &ComparisonView::stepRequested);
        view_->setColumn(Slot::b, failed("Recommending with both: the disk is full."));
        QCOMPARE(words().text, QString("Recommending with both: the disk is full."));
        view_->list(Slot::b)->parentWidget()->findChild<StatePanel*>()->findChild<QPushButton*>()->click();
        QCOMPARE(step.count(), 1);
        view_->setColumn(Slot::b, waiting(3));
        QTRY_COMPARE(words().title, QString("Asking the model"));
    }

    void aPictureIsShownAsSoonAsItIsDecoded() {
        QTemporaryDir folder;
        const QString file = folder.filePath("red.png");
        QImage red(60, 60, QImage::Format_RGB32);
        red.fill(Qt::red);
        QVERIFY(red.save(file));
        ColumnState state = answer(1, {5});
        state.rows[0].picturePath = file;
        const qint64 decoded = thumbnails_.decodedCount();
        qint64 decodedWhenPainted = -1; // without a grab, which would paint by itself
        connect(view_->list(Slot::a), &CardList::paintingEnded, this,
                [&] { decodedWhenPainted = thumbnails_.decodedCount(); });
        view_->setColumn(Slot::a, state);
        QTRY_COMPARE(decodedWhenPainted, decoded + 1);
        disconnect(view_->list(Slot::a), nullptr, this, nullptr);
    }

    void cardsSayEverythingToScreenReaders() {
        compare();
        const QModelIndex fifth = view_->model(Slot::b)->index(6);
        QCOMPARE(fifth.data(Qt::AccessibleTextRole).toString(),
                 QString("Rank 7: Fusion Backpack, Gear > Fitness Equipment, 34.00, down 2, no picture"));
    }

    void theWholeComparisonBecomesAPicture() {
        compare();
        view_->resize(500, 200); // smaller than what is in it
        const QImage image = view_->renderToImage(1);
        QVERIFY(image.height() > 8 * 60);
        QVERIFY(test::colourCount(image) > 20);
        view_->setCompareMode(CompareMode::b);
        QVERIFY(view_->renderToImage(1).width() < image.width());
        QCOMPARE(view_->renderToImage(2).width(), 2 * view_->renderToImage(1).width());
    }

    void looks_data() { test::addThemes(); }

    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        test::look(*view_, thumbnails_, "comparison-empty");
        ColumnState a = answer(1, listA);
        a.trueNextRank = 17;
        a.notices = QStringList{"3 of 10 history products have no picture."};
        view_->setColumn(Slot::a, a);
        view_->setColumn(Slot::b, waiting(1));
        QTest::qWait(140);
        test::look(*view_, thumbnails_, "comparison-partial");
        ColumnState b = answerB(1, listB);
        b.rows[0].isTrueNext = true;
        b.trueNextRank = 1;
        view_->setColumn(Slot::b, b);
        view_->setSelected({2});
        view_->setHighlighted({4});
        view_->list(Slot::a)->setFocus();
        const QImage full = test::look(*view_, thumbnails_, "comparison");
        QVERIFY(test::colourCount(full) > 20);
        view_->setScoresVisible(true);
        test::saveLook(view_->renderToImage(1), QStringLiteral("comparison-copied-%1").arg(themeName(theme)));
        view_->setScoresVisible(false);
        view_->setColumn(Slot::a, waiting(2));
        QTest::qWait(140);
        view_->setColumn(Slot::b, failed("Recommending with multimodal: model.safetensors cannot be read. Train it "
                                         "again or choose another model."));
        test::look(*view_, thumbnails_, "comparison-loading-error");
        view_->setColumn(Slot::a, a);
        view_->setColumn(Slot::b, answerB(1, {}));
        test::look(*view_, thumbnails_, "comparison-none");
        view_->setColumn(Slot::b, b);
        view_->setPresenter(true);
        view_->resize(1400, 700);
        test::look(*view_, thumbnails_, "comparison-presenter");
    }

private:
    void compare() {
        view_->setColumn(Slot::a, answer(1, listA));
        view_->setColumn(Slot::b, answerB(1, listB));
    }
    QPoint centre(Slot slot, int row) { return view_->list(slot)->visualRect(view_->model(slot)->index(row)).center(); }
    void click(Slot slot, int row) {
        QTest::mouseClick(view_->list(slot)->viewport(), Qt::LeftButton, {}, centre(slot, row));
        view_->list(slot)->setFocus();
    }
    QString shownSentence() { return view_->findChild<QLabel*>("difference")->text(); }

    ThumbnailProvider thumbnails_;
    std::unique_ptr<ComparisonView> view_;
};

QTEST_MAIN(TestComparisonView)
#include "tst_comparison_view.moc"
