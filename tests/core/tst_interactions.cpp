#include "core/workspace/workspace.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"

using core::ScratchShopper;
using core::UserIndex;
using core::UserSort;

class TestInteractions : public QObject {
    Q_OBJECT

    test::TemporaryFolder folder_;
    std::optional<core::Workspace> workspace_;
    core::Interactions& interactions() { return workspace_->interactions(); }
    std::string found(const char* text, UserSort sort) {
        std::string ids;
        for (const auto& user : interactions().search(text, sort, 0, 10).users) ids += user.id + " ";
        return ids;
    }

private Q_SLOTS:
    void init() {
        std::filesystem::remove_all(folder_ / "shop");
        test::makeSmallShop(folder_ / "shop");
        workspace_.emplace(folder_ / "shop", core::WorkspaceAccess::readWrite);
    }
    void cleanup() { workspace_.reset(); }

    void aHistoryIsSortedByTimeAndKeepsTheFileOrderOfEqualTimes() {
        const auto history = interactions().history({0});
        QCOMPARE(history.size(), std::size_t{3});
        QCOMPARE(history[0].item, core::ItemIndex{0});
        QCOMPARE(history[0].time, 1000);
        QCOMPARE(history[1].item, core::ItemIndex{1}); // came before the other event of time 2000
        QCOMPARE(history[2].item, core::ItemIndex{0});
        QVERIFY(interactions().history({2}).empty());
        QVERIFY(interactions().history({99}).empty());
    }
    void allHistoriesAreTheSameAsEach() {
        const core::Histories all = interactions().allHistories();
        QCOMPARE(all.userCount(), std::size_t{3});
        for (std::int32_t user = 0; user < 3; ++user) {
            const auto one = interactions().history({user});
            QCOMPARE(all.of({user}).size(), one.size());
            for (std::size_t i = 0; i < one.size(); ++i) {
                QCOMPARE(all.of({user})[i].item, one[i].item);
                QCOMPARE(all.of({user})[i].time, one[i].time);
            }
        }
    }
    void usersAreCountedFoundAndSorted() {
        QCOMPARE(interactions().userCount(), 3);
        QCOMPARE(interactions().eventCount(), 4);
        QCOMPARE(interactions().find("bert"), std::optional(UserIndex{1}));
        QCOMPARE(interactions().find("Bert"), std::optional<UserIndex>());
        QCOMPARE(interactions().user({0}).events, 3);
        QCOMPARE(interactions().user({0}).lastTime, std::optional<std::int64_t>(2000));
        QCOMPARE(interactions().user({2}).lastTime, std::optional<std::int64_t>());
        VERIFY_ERROR(interactions().user({3}), core::ErrorKind::notFound, "3");
        QCOMPARE(found("", UserSort::fileOrder), std::string("anna bert cleo "));
        QCOMPARE(found("", UserSort::fewestEvents), std::string("cleo bert anna "));
        QCOMPARE(found("", UserSort::mostEvents), std::string("anna bert cleo "));
        QCOMPARE(found("", UserSort::mostRecent), std::string("bert anna cleo "));
        QCOMPARE(found("E", UserSort::fileOrder), std::string("bert cleo "));
    }
    void nothingThatCanBeTypedFails() {
        for (const std::string& text : {std::string("%"), std::string("_"), std::string("'"), std::string("\xff"),
                                        std::string("\0", 1), std::string(100'000, 'a')})
            QCOMPARE(interactions().search(text, UserSort::mostRecent, 0, 10).users.size(), std::size_t{0});
    }
    void pagesKnowTheTotal() {
        const auto page = interactions().search("", UserSort::fileOrder, 1, 1);
        QCOMPARE(page.total, 3);
        QCOMPARE(page.users.size(), std::size_t{1});
        QCOMPARE(page.users[0].index, UserIndex{1});
    }
    void scratchShoppersAreKept() {
        ScratchShopper shopper{.id = 0, .name = "Für die Messe", .items = {{1}, {0}, {1}}};
        shopper.id = interactions().saveScratchShopper(shopper);
        QVERIFY(shopper.id > 0);
        shopper.items = {{0}};
        QCOMPARE(interactions().saveScratchShopper(shopper), shopper.id);
        const std::int64_t second = interactions().saveScratchShopper({.id = 0, .name = "", .items = {}});
        workspace_.reset();
        workspace_.emplace(folder_ / "shop", core::WorkspaceAccess::readOnly);
        auto shoppers = interactions().scratchShoppers();
        QCOMPARE(shoppers.size(), std::size_t{2});
        QCOMPARE(shoppers[0].name, shopper.name);
        QCOMPARE(shoppers[0].items, shopper.items);
        VERIFY_ERROR(interactions().removeScratchShopper(second), core::ErrorKind::unavailable, "cannot be written");
        workspace_.reset();
        workspace_.emplace(folder_ / "shop", core::WorkspaceAccess::readWrite);
        interactions().removeScratchShopper(shopper.id);
        shoppers = interactions().scratchShoppers();
        QCOMPARE(shoppers.size(), std::size_t{1});
        QCOMPARE(shoppers[0].id, second);
    }
    void aScratchShopperOfUnknownProductsIsRefusedWhole() {
        VERIFY_ERROR(interactions().saveScratchShopper({.id = 0, .name = "a", .items = {{0}, {99}}}),
                     core::ErrorKind::internal, "save a scratch shopper");
        QVERIFY(interactions().scratchShoppers().empty());
    }
};
QTEST_APPLESS_MAIN(TestInteractions)
#include "tst_interactions.moc"
