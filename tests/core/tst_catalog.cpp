#include "core/catalog/search_text.h"
#include "core/workspace/workspace.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"

using core::CatalogQuery;
using core::CatalogSort;
using core::ItemIndex;

class TestCatalog : public QObject {
    Q_OBJECT

    test::TemporaryFolder folder_;
    std::optional<core::Workspace> workspace_;

    std::string found(const CatalogQuery& query, std::int64_t offset = 0, std::int64_t limit = 100) {
        std::string ids;
        for (const ItemIndex index : catalog().search(query, offset, limit).items)
            ids += (ids.empty() ? "" : ", ") + catalog().item(index).text.id;
        return ids;
    }
    std::string found(const char* text) { return found(CatalogQuery{.text = text}); }
    core::Catalog& catalog() { return workspace_->catalog(); }

private Q_SLOTS:
    void initTestCase() {
        test::makeSmallShop(folder_ / "shop");
        workspace_.emplace(folder_ / "shop", core::WorkspaceAccess::readOnly);
    }
    void aProductComesBackAsItWas() {
        const core::CatalogItem item = catalog().item({1});
        QCOMPARE(item.index, ItemIndex{1});
        QCOMPARE(item.text.id, std::string("0042"));
        QCOMPARE(item.text.title, std::string("Crème brûlée bowl"));
        QCOMPARE(item.text.category, std::string("Gear"));
        QVERIFY(item.text.brand.empty());
        QCOMPARE(item.text.price, std::optional(5.5));
        QCOMPARE(item.picture, std::filesystem::path("/pictures/b/b.jpg"));
        QVERIFY(!item.isNew);
        QVERIFY(catalog().item({2}).picture.empty());
        QVERIFY(catalog().item({2}).isNew);
        QCOMPARE(catalog().item({3}).text.price, std::optional<double>());
    }
    void withoutAnyEventNoProductIsNew() {
        test::TemporaryFolder folder;
        {
            core::WorkspaceBuilder builder(folder / "shop", core::IfExists::refuse);
            builder.addItem(test::item("a", "A"));
            builder.commit(test::noProgress, {});
        }
        core::Workspace workspace(folder / "shop", core::WorkspaceAccess::readOnly);
        QVERIFY(!workspace.catalog().item({0}).isNew);
    }
    void textTwinsAreToldFromTheirLikes() {
        QVERIFY(catalog().item({5}).isTextTwin); // descriptions are not read by models
        QVERIFY(catalog().item({6}).isTextTwin);
        for (const int other : {0, 1, 2, 3, 4}) QVERIFY(!catalog().item({other}).isTextTwin);
    }
    void textTwinsAreAsManyAsTheSummaryCounts() {
        core::WorkspaceBuilder builder(folder_ / "twins", core::IfExists::refuse);
        const auto add = [&builder](const char* id, const char* title, std::optional<double> price) {
            builder.addItem(test::item(id, title, "Kitchen", price));
        };
        add("a", "Cup", 3);
        add("b", "Cup", 3.001); // the same to the cent
        add("c", "cup", 3);
        add("d", "Cup", {});
        add("e", "Cup", {});
        add("f", "Cup", 0);
        const auto summary = builder.commit(test::noProgress, {});
        core::Workspace workspace(folder_ / "twins", core::WorkspaceAccess::readOnly);
        std::int64_t twins = 0;
        for (int item = 0; item < 6; ++item) twins += workspace.catalog().item({item}).isTextTwin ? 1 : 0;
        QCOMPARE(twins, std::int64_t{4});
        QCOMPARE(twins, summary.textTwins);
    }
    void aPositionOutsideIsNotFound() {
        VERIFY_ERROR(catalog().item({7}), core::ErrorKind::notFound, "no position 7");
        VERIFY_ERROR(catalog().item({-1}), core::ErrorKind::notFound, "-1");
        QCOMPARE(catalog().itemCount(), 7);
    }
    void itemsComeInTheOrderAskedFor() {
        const std::vector<ItemIndex> wanted{{3}, {0}, {3}};
        const auto items = catalog().items(wanted);
        QCOMPARE(items.size(), std::size_t{3});
        for (std::size_t i = 0; i < 3; ++i) QCOMPARE(items[i].index, wanted[i]);
    }
    void idsAreFoundBytewise() {
        QCOMPARE(catalog().find("0042"), std::optional(ItemIndex{1}));
        QCOMPARE(catalog().find("42"), std::optional<ItemIndex>());
        QCOMPARE(catalog().find("X"), std::optional<ItemIndex>());
        QCOMPARE(catalog().find("🎒"), std::optional(ItemIndex{2}));
        QCOMPARE(catalog().find("'; DROP TABLE items; --"), std::optional(ItemIndex{3}));
    }
    void everyWordIsAPrefix_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("ids");
        QTest::newRow("one") << "jou"
                             << "24-MB01, '; DROP TABLE items; --";
        QTest::newRow("two") << "mug jou"
                             << "'; DROP TABLE items; --";
        QTest::newRow("accents do not matter") << "creme BRULEE"
                                               << "0042";
        QTest::newRow("brand") << "luma"
                               << "24-MB01, 🎒";
        QTest::newRow("part of an id") << "24-mb"
                                       << "24-MB01";
        QTest::newRow("description") << "fire"
                                     << "'; DROP TABLE items; --";
        QTest::newRow("all must be there") << "joust cup"
                                           << "";
        QTest::newRow("a stray sign between words") << "joust & mug"
                                                    << "'; DROP TABLE items; --";
        QTest::newRow("an emoji between words") << "joust 🎒 mug"
                                                << "'; DROP TABLE items; --";
    }
    void everyWordIsAPrefix() {
        QFETCH(QString, typed);
        QFETCH(QString, ids);
        const std::string text = typed.toStdString();
        QCOMPARE(QString::fromStdString(found(CatalogQuery{.text = text, .sort = CatalogSort::catalogOrder})), ids);
    }
    void anExactIdComesFirst() {
        QCOMPARE(found("🎒"), std::string("🎒"));
        QCOMPARE(found(" '; DROP TABLE items; -- "), std::string("'; DROP TABLE items; --"));
        const auto page = catalog().search({.text = "x"}, 0, 10);
        QCOMPARE(page.items.front(), ItemIndex{4});
        QCOMPARE(page.total, static_cast<std::int64_t>(page.items.size()));
        QCOMPARE(found(CatalogQuery{.text = "x", .category = "Kitchen"}), std::string());
    }
    void anExactIdIsNotCountedTwiceOverPages() {
        const CatalogQuery query{.text = "twin 1"}; // also matches "twin 1" as words
        QCOMPARE(found(query, 0, 1), std::string("twin 1"));
        QCOMPARE(found(query, 1, 5), std::string());
        QCOMPARE(catalog().search(query, 0, 1).total, 1);
    }
    void nothingThatCanBeTypedFails_data() {
        QTest::addColumn<QByteArray>("typed");
        int row = 0;
        for (const char* text : {"\"",     "\"\"",   "*",        "NEAR(", "NEAR(a b, 2)", "a AND", "OR",   "NOT", "^a",
                                 "title:", "-x",     "+",        "()",    "{a b}:c",      "'",     ";",    "\\",  "%",
                                 "_",      "a\"b*c", "\xff\xfe", "🎒🎒",    "e\xcc\x81",    "--",    " \t\n"})
            QTest::addRow("%d", row++) << QByteArray(text);
        QTest::newRow("NUL") << QByteArray("joust\0\" OR", 10);
        QTest::newRow("long word") << QByteArray(100'000, 'a');
        QTest::newRow("many words") << QByteArray("a ").repeated(50'000);
        QTest::newRow("many quotes") << QByteArray(10'000, '"');
    }
    void nothingThatCanBeTypedFails() {
        QFETCH(QByteArray, typed);
        for (const CatalogSort sort : {CatalogSort::relevance, CatalogSort::title, CatalogSort::popularity})
            catalog().search({.text = typed.toStdString(), .category = typed.toStdString(), .sort = sort}, 0, 10);
        const auto page = catalog().search({.text = typed.toStdString()}, 0, 10);
        QVERIFY(page.total >= static_cast<std::int64_t>(page.items.size()));
    }
    void commonWordsAreCountedInFullOnlyOnRequest() {
        core::WorkspaceBuilder builder(folder_ / "big", core::IfExists::refuse);
        for (int i = 0; i < 50'010; ++i)
            builder.addItem(test::item("p" + std::to_string(i), i == 7 ? "rare mug" : "mug"));
        builder.commit(test::noProgress, {});
        core::Workspace big(folder_ / "big", core::WorkspaceAccess::readOnly);
        CatalogQuery query{.text = "mug"};
        const auto all = big.catalog().search(query, 0, 2);
        QCOMPARE(all.total, 50'010);
        QVERIFY(all.isTotalExact);
        QCOMPARE(all.items, (std::vector<ItemIndex>{{0}, {1}})); // too many to be ranked: catalog order
        query.exactTotal = false;
        QCOMPARE(big.catalog().search(query, 0, 2).total, 50'001);
        QVERIFY(!big.catalog().search(query, 0, 2).isTotalExact);
        query.text = "rare";
        QCOMPARE(big.catalog().search(query, 0, 2).items, std::vector{ItemIndex{7}});
        QVERIFY(big.catalog().search(query, 0, 2).isTotalExact);
    }
    void anEmptyTextMatchesAll() {
        QCOMPARE(catalog().search({}, 0, 3).total, 7);
        QCOMPARE(catalog().search({}, 0, 3).items.size(), std::size_t{3});
        QCOMPARE(catalog().search({}, 6, 3).items.front(), ItemIndex{6});
        QCOMPARE(catalog().search({.text = "  "}, 0, 3).total, 7);
        QCOMPARE(catalog().search({}, 100, 3).total, 7);
        QCOMPARE(catalog().search({.text = "---"}, 0, 3).total, 0);
    }
    void aParentHoldsItsChildren() {
        QCOMPARE(found(CatalogQuery{.category = "Gear"}), std::string("24-MB01, 0042, 🎒"));
        QCOMPARE(found(CatalogQuery{.category = "Gear > Bags"}), std::string("24-MB01, 🎒"));
        QCOMPARE(catalog().itemsOfCategory("Gear").size(), std::size_t{3});
        QCOMPARE(catalog().itemsOfCategory("Gea").size(), std::size_t{0});
    }
    void pricesFilterAndSort() {
        QCOMPARE(found(CatalogQuery{.priceFrom = 5.5, .priceTo = 34}), std::string("24-MB01, 0042, x"));
        QCOMPARE(found(CatalogQuery{.category = "Kitchen", .sort = CatalogSort::priceAscending}),
                 std::string("twin 1, twin 2, '; DROP TABLE items; --"));
        QCOMPARE(found(CatalogQuery{.text = "joust", .sort = CatalogSort::priceDescending}),
                 std::string("24-MB01, '; DROP TABLE items; --"));
        QCOMPARE(found(CatalogQuery{.sort = CatalogSort::popularity}, 0, 3), std::string("24-MB01, 0042, 🎒"));
        QCOMPARE(found(CatalogQuery{.sort = CatalogSort::title}, 1, 2), std::string("🎒, 0042"));
    }
    void categoriesAreCounted() {
        const auto categories = catalog().categories();
        QCOMPARE(categories.size(), std::size_t{4});
        QCOMPARE(categories[0].category, std::string("Gear"));
        QCOMPARE(categories[1].category, std::string("Gear > Bags"));
        QCOMPARE(categories[1].items, 2);
        QCOMPARE(categories[3].items, 3);
    }
    void userTextHasNoOperators() {
        QCOMPARE(core::fullTextQuery("a OR \"b"), std::string(R"("a"* "OR"* """b"*)"));
        QCOMPARE(core::fullTextQuery(" - * "), std::string());
    }
};
QTEST_APPLESS_MAIN(TestCatalog)
#include "tst_catalog.moc"
