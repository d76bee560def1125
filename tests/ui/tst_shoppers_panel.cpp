#include "looks.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/shoppers/shopper_list_model.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using namespace ui;

namespace {

/// Shoppers U0, U1, ... in memory; counts how many rows were asked for.
struct FakeShoppers {
    qint64 users = 0;
    qint64 rowsRead = 0;

    static core::UserRow row(qint64 user) {
        return {{static_cast<std::int32_t>(user)},
                "U" + std::to_string(user),
                3 + user % 9,
                1'620'000'000'000 - user * 86'400'000};
    }

    core::UserPage page(const QString& text, ShopperSort sort, qint64 offset, qint64 limit) {
        std::vector<core::UserRow> found;
        core::UserPage result;
        if (text.isEmpty() && sort == ShopperSort::fileOrder) {
            for (qint64 user = offset; user < std::min(users, offset + limit); ++user)
                result.users.push_back(row(user));
            result.total = users;
        } else {
            for (qint64 user = 0; user < users; ++user)
                if (row(user).id.find(text.toStdString()) != std::string::npos) found.push_back(row(user));
            if (sort == ShopperSort::mostEvents)
                std::ranges::stable_sort(found, std::greater{}, &core::UserRow::events);
            result.total = static_cast<qint64>(found.size());
            for (qint64 at = offset; at < std::min<qint64>(result.total, offset + limit); ++at)
                result.users.push_back(found[static_cast<std::size_t>(at)]);
        }
        rowsRead += static_cast<qint64>(result.users.size());
        return result;
    }

    ShopperSource source() {
        return {[this](const QString& text, ShopperSort sort, qint64 offset, qint64 limit) {
                    return page(text, sort, offset, limit);
                },
                [](core::UserIndex user) { return row(user.value); },
                [](core::UserIndex user) {
                    QStringList pictures;
                    for (int place = 0; place < 3 + user.value % 4; ++place)
                        pictures += test::examplePicture(user.value * 3 + place);
                    return pictures;
                }};
    }

    ShoppersState state() { return {.kind = ShoppersKind::ready, .source = source(), .total = users}; }
};

ScratchShopperRow scratch(int number, const QString& name, int events) {
    ScratchShopperRow row{number, name, events, {}};
    for (int place = 0; place < events; ++place) row.newestPictures += test::examplePicture(40 + place);
    return row;
}

} // namespace

class TestShoppersPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        shoppers_ = {};
        panel_ = std::make_unique<ShoppersPanel>(&thumbnails_);
        test::showAlone(*panel_, {270, 520});
    }
    void cleanup() { panel_.reset(); }

    void theListModelKeepsItsContract() {
        ShopperListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        shoppers_.users = 120;
        model.setSource(shoppers_.source(), 120);
        model.setScratchShoppers({scratch(1, "Scratch 1", 2)});
        QCOMPARE(model.rowCount(), 121);
        QCOMPARE(model.rowAt(0).scratch, 1);
        QCOMPARE(model.rowAt(120).name, QString("U119"));
        QCOMPARE(model.rowAt(121).name, QString());
        model.setQuery("U11", ShopperSort::fileOrder);
        QCOMPARE(model.found(), 11); // U11, U110 to U119
        model.setScratchShoppers({scratch(1, "Scratch 1", 3)});
        QCOMPARE(model.rowAt(0).events, 3);
        model.setSource({}, 0);
        QCOMPARE(model.rowCount(), 1);
    }

    void twoHundredThousandShoppersAreNotReadAtOnce() {
        shoppers_.users = 200'000;
        QElapsedTimer timer;
        timer.start();
        panel_->setState(shoppers_.state());
        panel_->grab();
        panel_->list()->scrollToBottom();
        panel_->grab();
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(panel_->model()->rowCount(), 200'000);
        QVERIFY2(shoppers_.rowsRead <= 6 * ShopperListModel::pageSize, qPrintable(QString::number(shoppers_.rowsRead)));
        QVERIFY(words(panel_.get(), "200,000 shoppers"));
    }

    void searchingSaysHowManyOfHowMany() {
        shoppers_.users = 5000;
        panel_->setState(shoppers_.state());
        QVERIFY(words(panel_.get(), "5,000 shoppers"));
        panel_->setSearchText("U499");
        QTRY_VERIFY(words(panel_.get(), "11 of 5,000"));
        QCOMPARE(panel_->model()->rowAt(0).name, QString("U499"));
        panel_->setSearchText("nobody");
        QTRY_COMPARE(statePanel()->state().title, QString("No match"));
        QVERIFY(statePanel()->isVisible());
        statePanel()->findChild<QPushButton*>()->click();
        QTRY_VERIFY(words(panel_.get(), "5,000 shoppers"));
    }

    void choosingARowNamesTheShopper() {
        shoppers_.users = 20;
        panel_->setState(shoppers_.state());
        panel_->setScratchShoppers({scratch(7, "Scratch 7", 2)});
        QSignalSpy user(panel_.get(), &ShoppersPanel::userSelected);
        QSignalSpy scratchRow(panel_.get(), &ShoppersPanel::scratchSelected);
        QListView* list = panel_->list();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(panel_->model()->index(2)).center());
        QCOMPARE(user.value(0).value(0).value<core::UserIndex>().value, 1);
        QTest::keyClick(list, Qt::Key_Home);
        QCOMPARE(scratchRow.value(0).value(0).toInt(), 7);
        QSignalSpy removed(panel_.get(), &ShoppersPanel::removeScratchRequested);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(removed.value(0).value(0).toInt(), 7);
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Delete); // not a scratch shopper
        QCOMPARE(removed.count(), 1);
        QCOMPARE(user.count(), 2);
    }

    void markingWhoIsShownEmitsNothing() {
        shoppers_.users = 300;
        panel_->setState(shoppers_.state());
        QSignalSpy user(panel_.get(), &ShoppersPanel::userSelected);
        panel_->setCurrentUser({250});
        QCOMPARE(panel_->list()->currentIndex().row(), 250);
        panel_->setScratchShoppers({scratch(1, "Scratch 1", 0)}); // everyone moves down by one
        QCOMPARE(panel_->list()->currentIndex().row(), 251);
        panel_->setSearchText("U250");
        QTRY_COMPARE(panel_->model()->found(), 1);
        QCOMPARE(panel_->list()->currentIndex().row(), 1);
        panel_->clearCurrent();
        QVERIFY(!panel_->list()->currentIndex().isValid());
        QCOMPARE(user.count(), 0);
    }

    void theOrderByDifferenceIsOfferedWhereValuesAreKnown() {
        shoppers_.users = 100;
        panel_->setState(shoppers_.state());
        auto* box = panel_->findChild<QComboBox*>();
        QCOMPARE(box->findText("B minus A"), -1);
        panel_->setDifferences(std::make_shared<ShopperDifferences>(
            ShopperDifferences{{{4}, {-0.5F, 2, 9}}, {{40}, {0.25F, 8, 4}}, {{60}, {0.75F, 4, 1}}}));
        panel_->setSort(ShopperSort::difference);
        QCOMPARE(panel_->sort(), ShopperSort::difference);
        const auto name = [this](int row) { return panel_->model()->rowAt(row).name; };
        QCOMPARE(name(0), QString("U60"));
        QCOMPARE(name(1), QString("U40"));
        QCOMPARE(name(2), QString("U4"));
        QCOMPARE(name(3), QString("U0"));       // no value: last, in file order
        panel_->setSort(ShopperSort::trueRank); // under B, best first
        QCOMPARE(name(0), QString("U60"));
        QCOMPARE(name(2), QString("U4"));
        panel_->setSort(ShopperSort::difference);
        panel_->setSearchText("U4");
        QTRY_COMPARE(panel_->model()->found(), 11);
        QCOMPARE(name(0), QString("U40"));
        QVERIFY(panel_->model()
                    ->index(1)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .contains(QString::fromUtf8("B minus A −0.50")));
        panel_->setDifferences(nullptr);
        QCOMPARE(panel_->sort(), ShopperSort::fileOrder);
        QCOMPARE(name(0), QString("U4"));
    }

    void sortingAsksTheSource() {
        shoppers_.users = 50;
        panel_->setState(shoppers_.state());
        panel_->setSort(ShopperSort::mostEvents);
        QCOMPARE(panel_->model()->rowAt(0).events, 11);
    }

    void everyStateHasItsOwnWords() {
        QCOMPARE(statePanel()->state().title, QString("No workspace is open"));
        QSignalSpy fresh(panel_.get(), &ShoppersPanel::newScratchRequested);
        panel_->setState(shoppers_.state()); // ready, no histories
        QCOMPARE(statePanel()->state().text,
                 QString("This catalog has no shopper histories. Start a scratch shopper."));
        statePanel()->findChild<QPushButton*>()->click();
        QCOMPARE(fresh.count(), 1);
        panel_->setScratchShoppers({scratch(1, "Scratch 1", 0)});
        QVERIFY(panel_->list()->isVisible());
        ShoppersState failed;
        failed.kind = ShoppersKind::error;
        failed.message = "Reading shoppers: the disk is gone.";
        panel_->setState(failed);
        QCOMPARE(statePanel()->state().text, failed.message);
    }

    void rowsSayEverythingToScreenReaders() {
        shoppers_.users = 5;
        panel_->setState(shoppers_.state());
        QCOMPARE(panel_->model()->index(1).data(Qt::AccessibleTextRole).toString(),
                 QString("Shopper U1, 4 events, last 2 May 2021"));
    }

    void simulatedShoppersSaySo() {
        shoppers_.users = 5;
        panel_->setState(shoppers_.state());
        QVERIFY(!panel_->findChild<QLabel*>("count")->text().contains("simulated"));
        ShoppersState state = shoppers_.state();
        state.isSimulated = true;
        panel_->setState(state);
        QCOMPARE(panel_->findChild<QLabel*>("count")->text(), QString("5 simulated shoppers"));
        panel_->setSearchText("U3");
        QTRY_COMPARE(panel_->findChild<QLabel*>("count")->text(), QString("1 of 5, simulated"));
    }

    void looks_data() { test::addThemes(); }

    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        test::look(*panel_, thumbnails_, "shoppers-closed");
        panel_->setState(shoppers_.state());
        test::look(*panel_, thumbnails_, "shoppers-none");
        shoppers_.users = 5000;
        ShoppersState state = shoppers_.state();
        state.isSimulated = true;
        panel_->setState(state);
        panel_->setScratchShoppers({scratch(1, "My summer shopper", 4), scratch(2, "Scratch 2", 0)});
        auto differences = std::make_shared<ShopperDifferences>();
        for (int user = 0; user < 40; ++user)
            (*differences)[core::UserIndex{user}].difference = static_cast<float>(user % 7 - 3) / 4;
        panel_->setDifferences(differences);
        panel_->setCurrentUser({1});
        panel_->list()->setFocus();
        QVERIFY(test::colourCount(test::look(*panel_, thumbnails_, "shoppers")) > 20);
        panel_->setSearchText("nobody");
        QTRY_COMPARE(panel_->model()->found(), 0);
        test::look(*panel_, thumbnails_, "shoppers-nomatch");
    }

private:
    static bool words(const QWidget* panel, const QString& text) {
        const QList<QLabel*> labels = panel->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
    }
    StatePanel* statePanel() { return panel_->findChild<StatePanel*>(); }

    ThumbnailProvider thumbnails_;
    FakeShoppers shoppers_;
    std::unique_ptr<ShoppersPanel> panel_;
};

int main(int argc, char** argv) {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); // dates and thousands as the tests read them
    QApplication application(argc, argv);
    TestShoppersPanel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_shoppers_panel.moc"
