#include "fake_catalog.h"
#include "tests/support/small_shop.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/views/catalog/catalog_grid.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/catalog/category_box.h"
#include "ui/views/catalog/item_mime.h"
#include "ui/views/common/state_panel.h"
#include <QComboBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;
using test::FakeCatalog;

Q_DECLARE_METATYPE(std::vector<core::ItemIndex>)
Q_DECLARE_METATYPE(core::ItemIndex)

class TestCatalogPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutACatalogThePanelSaysWhatToDo() {
        CatalogPanel panel(&thumbnails_);
        QCOMPARE(stateOf(panel).title, "No catalog is open");
        QSignalSpy wanted(&panel, &CatalogPanel::openWorkspaceRequested);
        panel.findChild<StatePanel*>()->findChild<QPushButton*>()->click();
        QCOMPARE(wanted.count(), 1);
    }

    void aCatalogThatCannotBeReadSaysWhy() {
        CatalogPanel panel(&thumbnails_);
        panel.open(FakeCatalog::failing("open workspace shop: the file is damaged"));
        QTRY_COMPARE(panel.reader()->state(), CatalogReader::State::failed);
        QCOMPARE(stateOf(panel).text, "Open workspace shop: the file is damaged");
        panel.setSearchText("1"); // a search changes nothing
        QTest::qWait(0);
        QCOMPARE(panel.reader()->state(), CatalogReader::State::failed);
        panel.open(FakeCatalog::opener(10)); // and another catalog opens
        QTRY_COMPARE(panel.countText(), "10 products");
    }

    void anEmptyCatalogIsNotAFailedSearch() {
        CatalogPanel panel(&thumbnails_);
        panel.open(FakeCatalog::opener(0));
        QTRY_COMPARE(stateOf(panel).title, "This catalog holds no products");
    }

    void searchingCountsMatchesAndGivesTheWayBack() {
        CatalogPanel panel(&thumbnails_);
        panel.open(FakeCatalog::opener(2000));
        QTRY_COMPARE(panel.countText(), "2,000 products");
        panel.setSearchText("19");
        QTRY_COMPARE(panel.countText(), "111 of 2,000"); // 19, 190-199, 1900-1999
        QCOMPARE(panel.reader()->at(0)->index.value, 19);
        panel.setSearchText("none");
        QTRY_COMPARE(stateOf(panel).title, "No product matches");
        panel.findChild<StatePanel*>()->findChild<QPushButton*>()->click();
        QTRY_COMPARE(panel.countText(), "2,000 products");
    }

    void categoriesAreATreeWithCounts() {
        const auto tree =
            categoryTree({{"Gear", 2}, {"Gear - old", 1}, {"Gear > Bags", 3}, {"Toys > Wood", 4}, {"", 9}});
        const auto row = [&tree](std::size_t number) {
            return std::tuple(tree[number].category, tree[number].depth, tree[number].items);
        };
        QCOMPARE(tree.size(), 5U);
        QVERIFY(row(0) == std::tuple("Gear", 0, 5));
        QVERIFY(row(1) == std::tuple("Gear > Bags", 1, 3));
        QVERIFY(row(2) == std::tuple("Gear - old", 0, 1));
        QVERIFY(row(3) == std::tuple("Toys", 0, 4));
        QVERIFY(row(4) == std::tuple("Toys > Wood", 1, 4));

        CatalogPanel panel(&thumbnails_);
        panel.open(FakeCatalog::opener(800));
        auto* box = panel.findChild<CategoryBox*>();
        QTRY_COMPARE(box->count(), 11); // all; 8 and the parents Gear > Mugs and Shoes
        box->setCategory("Gear");
        QTRY_COMPARE(panel.countText(), "300 of 800");
    }

    void pricesAreInclusiveAndMayBeHalfOpen() {
        CatalogPanel panel(&thumbnails_);
        panel.open(FakeCatalog::opener(1000));
        field(panel, "Price from")->setText("5");
        QTRY_COMPARE(panel.countText(), "500 of 1,000");
        field(panel, "Price to")->setText("5.5");
        QTRY_COMPARE(panel.countText(), "51 of 1,000");
    }

    void aMillionProductsScrollLikeTen() {
        const auto counts = std::make_shared<FakeCatalog::Counts>();
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 500);
        panel.show();
        panel.open(FakeCatalog::opener(1'000'000, counts));
        QTRY_COMPARE(panel.countText(), "1,000,000 products");
        CatalogGrid* grid = panel.grid();
        QScrollBar* bar = grid->verticalScrollBar();
        QVERIFY(bar->maximum() > 1'000'000);
        QElapsedTimer clock;
        clock.start();
        constexpr int steps = 200;
        for (int step = 0; step <= steps; ++step) {
            bar->setValue(static_cast<int>(qint64{bar->maximum()} * step / steps));
            grid->viewport()->repaint();
        }
        // 200 frames; at 16 ms each they would be smooth. Debug builds on a busy machine get three times that.
        QVERIFY2(clock.elapsed() < steps * 48, qPrintable(QString("%1 ms").arg(clock.elapsed())));
        QTRY_VERIFY(panel.reader()->known(999'999) != nullptr);
        QCOMPARE(panel.reader()->known(999'999)->text.id, "item-999999");
        // Only what the eye rests on was read, not all that flew by.
        QVERIFY2(counts->items < 60 * CatalogReader::pageRows, qPrintable(QString::number(counts->items)));
        const auto [first, last] = grid->visibleRows();
        QCOMPARE(last, 999'999);
        QVERIFY(last - first < 60);
    }

    void placesAreArithmetic() {
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 500);
        panel.show();
        panel.open(FakeCatalog::opener(100'000));
        QTRY_COMPARE(panel.countText(), "100,000 products");
        CatalogGrid* grid = panel.grid();
        for (const qint64 row : {qint64{0}, qint64{7}, qint64{5000}, qint64{99'999}}) {
            grid->setCurrentRow(row);
            const QRect cell = grid->cellRect(row);
            QVERIFY(grid->viewport()->rect().contains(cell));
            QCOMPARE(grid->rowAt(cell.center()), row);
            QCOMPARE(grid->rowAt(cell.topLeft() - QPoint(2, 2)), -1);
        }
    }

    void aLowPanelShowsWholeCardsWithSmallerPictures() {
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 200);
        panel.show();
        panel.open(FakeCatalog::opener(100));
        QTRY_COMPARE(panel.countText(), "100 products");
        QVERIFY(panel.grid()->pictureSide() < 112);
        QVERIFY(panel.grid()->viewport()->rect().contains(panel.grid()->cellRect(0)));
        panel.resize(1000, 600);
        QTRY_COMPARE(panel.grid()->pictureSide(), 112);
    }

    void theKeyboardReachesEverythingAndAdds() {
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 500);
        panel.show();
        panel.open(FakeCatalog::opener(1000));
        QTRY_COMPARE(panel.countText(), "1,000 products");
        CatalogGrid* grid = panel.grid();
        const int columns = grid->columnCount();
        QSignalSpy selected(&panel, &CatalogPanel::itemSelected);
        QTest::keyClick(grid, Qt::Key_Home);
        QTest::keyClick(grid, Qt::Key_Right);
        QTest::keyClick(grid, Qt::Key_Down);
        QCOMPARE(grid->currentRow(), columns + 1);
        QCOMPARE(selected.count(), 3);
        QCOMPARE(selected.last().first().value<core::ItemIndex>().value, columns + 1);
        QVERIFY(grid->accessibleDescription().contains(QString("product %1 of 1,000").arg(columns + 2)));

        QSignalSpy added(&panel, &CatalogPanel::addRequested);
        QTest::keyClick(grid, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(grid, Qt::Key_Return);
        QCOMPARE(added.count(), 1);
        QCOMPARE(addedRows(added.last()), (std::vector<int>{columns + 1, columns + 2}));
        QTest::keyClick(grid, Qt::Key_End);
        QCOMPARE(grid->currentRow(), 999);
        QTRY_VERIFY(panel.reader()->known(999) != nullptr);
    }

    void doubleClickAndPlusAdd() {
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 500);
        panel.show();
        panel.open(FakeCatalog::opener(100));
        QTRY_COMPARE(panel.countText(), "100 products");
        CatalogGrid* grid = panel.grid();
        QSignalSpy added(&panel, &CatalogPanel::addRequested);
        QTest::mouseDClick(grid->viewport(), Qt::LeftButton, {}, grid->cellRect(3).center());
        QCOMPARE(added.count(), 1);
        QCOMPARE(addedRows(added.last()), std::vector<int>{3});
        QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, grid->cellRect(5).center());
        QTest::keyClick(grid, Qt::Key_Plus);
        QCOMPARE(addedRows(added.last()), std::vector<int>{5});
    }

    void aNewQueryStartsAtTheTopWithNothingSelected() {
        CatalogPanel panel(&thumbnails_);
        panel.resize(1000, 500);
        panel.show();
        panel.open(FakeCatalog::opener(10'000));
        QTRY_COMPARE(panel.countText(), "10,000 products");
        panel.grid()->setCurrentRow(5000);
        QTRY_VERIFY(panel.reader()->known(5000) != nullptr);
        panel.setSearchText("4");
        QTRY_COMPARE(panel.countText(), "1,111 of 10,000");
        QCOMPARE(panel.grid()->currentRow(), -1);
        QCOMPARE(panel.grid()->verticalScrollBar()->value(), 0);
        QVERIFY(panel.grid()->selectedItems().empty());
    }

    void aRealWorkspaceIsSearchedOnItsOwnThread() {
        QTemporaryDir folder;
        const std::filesystem::path workspace = folder.filePath("shop").toStdString();
        test::makeSmallShop(workspace);
        CatalogPanel panel(&thumbnails_);
        panel.open(workspaceCatalog(workspace));
        QTRY_COMPARE(panel.countText(), "7 products");
        panel.setSearchText("joust");
        QTRY_COMPARE(panel.countText(), "2 of 7");
        panel.findChild<CategoryBox*>()->setCategory("Gear");
        QTRY_COMPARE(panel.countText(), "1 of 7");
        QCOMPARE(panel.reader()->at(0)->text.id, "24-MB01");
        QCOMPARE(panel.reader()->at(0)->picture, std::filesystem::path("/pictures/a.jpg"));
        panel.open(workspaceCatalog(workspace / "nowhere"));
        QTRY_COMPARE(panel.reader()->state(), CatalogReader::State::failed);
        QVERIFY(!panel.reader()->problem().isEmpty());
    }

    void draggedProductsReadBackAndAreTextElsewhere() {
        const std::unique_ptr<QMimeData> data(makeItemMime({{7}, {3}}, {"item-7", "item-3"}));
        QCOMPARE(data->text(), "item-7\nitem-3");
        QVERIFY(itemsOfMime(data.get()) == (std::vector<core::ItemIndex>{{7}, {3}}));
        QMimeData other;
        other.setText("item-7");
        QVERIFY(itemsOfMime(&other).empty());
        other.setData(itemMimeType, "abc"); // three bytes are no index
        QVERIFY(itemsOfMime(&other).empty());
    }

private:
    static PanelState stateOf(CatalogPanel& panel) { return panel.findChild<StatePanel*>()->state(); }
    static QLineEdit* field(CatalogPanel& panel, const QString& name) {
        for (QLineEdit* edit : panel.findChildren<QLineEdit*>())
            if (edit->accessibleName() == name) return edit;
        return nullptr;
    }
    static std::vector<int> addedRows(const QList<QVariant>& arguments) {
        std::vector<int> rows;
        for (const core::ItemIndex item : arguments.first().value<std::vector<core::ItemIndex>>())
            rows.push_back(item.value);
        return rows;
    }

    ThumbnailProvider thumbnails_;
};

QTEST_MAIN(TestCatalogPanel)
#include "tst_catalog_panel.moc"
