#include "core/storage/database.h"
#include "core/workspace/folder_lock.h"
#include "core/workspace/id_rules.h"
#include "core/workspace/id_table.h"
#include "core/workspace/workspace_builder.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include <algorithm>
#include <random>
#include <thread>

using core::ErrorKind;
using core::IfExists;
using core::Workspace;
using core::WorkspaceAccess;
using core::WorkspaceBuilder;
namespace fs = std::filesystem;

class TestWorkspace : public QObject {
    Q_OBJECT

    static std::size_t entriesOf(const fs::path& folder) {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

private Q_SLOTS:
    void theSummaryCountsWhatIsThereAndWhatIsMissing() {
        test::TemporaryFolder folder;
        const auto made = test::makeSmallShop(folder / "shop");
        const Workspace workspace(folder / "shop", WorkspaceAccess::readOnly);
        const auto summary = workspace.summary();
        QCOMPARE(summary.items, 7);
        QCOMPARE(summary.itemsWithoutPicture, 3);
        QCOMPARE(summary.itemsWithoutText, 1);
        QCOMPARE(summary.itemsWithoutPrice, 1);
        QCOMPARE(summary.users, 3);
        QCOMPARE(summary.events, 4);
        QCOMPARE(summary.textTwins, 2);
        QVERIFY(summary.hasTimes);
        QVERIFY(!summary.isSimulated);
        QCOMPARE(summary.source, std::string("by hand"));
        QCOMPARE(summary.catalogHash, made.catalogHash);
        QCOMPARE(summary.catalogHash.size(), std::size_t{16});
        QCOMPARE(entriesOf(folder.path()), std::size_t{1});
    }
    void theSameShopHasTheSameHashAndAnotherHasNot() {
        test::TemporaryFolder folder;
        const auto first = test::makeSmallShop(folder / "one").catalogHash;
        QCOMPARE(test::makeSmallShop(folder / "two").catalogHash, first);
        const auto variant = [&](const char* name, auto change) {
            WorkspaceBuilder builder(folder / name, IfExists::refuse);
            const auto item = builder.addItem(test::item("a", "A"));
            const auto user = builder.addUser("u");
            builder.addEvent(user, item, 1);
            change(builder);
            return builder.commit(test::noProgress, {}).catalogHash;
        };
        const auto plain = variant("plain", [](auto&) {});
        QVERIFY(plain != variant("times", [](auto& builder) { builder.setHasTimes(true); }));
        QVERIFY(plain != variant("event", [](auto& builder) { builder.addEvent({0}, {0}, 2); }));
        QVERIFY(plain != variant("scale", [](auto& builder) { builder.setTimeScale(1000); }));
        QVERIFY(plain != variant("item", [](auto& builder) { builder.addItem(test::item("b", "A")); }));
        QVERIFY(plain != variant("user", [](auto& builder) { builder.addUser("v"); }));
        QCOMPARE(plain, variant("source", [](auto& builder) { builder.setSource("elsewhere"); }));
    }
    void theDatasetHoldsItemsAndHistories() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        const Workspace workspace(folder / "shop", WorkspaceAccess::readOnly);
        const core::Dataset dataset = workspace.loadDataset();
        QCOMPARE(dataset.itemCount(), std::size_t{7});
        QCOMPARE(dataset.items[2].id, std::string("🎒"));
        QCOMPARE(dataset.histories.userCount(), std::size_t{3});
        QCOMPARE(dataset.histories.of({0}).size(), std::size_t{3});
        QVERIFY(dataset.hasTimes);
        QCOMPARE(dataset.catalogHash, workspace.catalogHash());
    }
    void eventsInAnyOrderMakeTheSameHistories() {
        test::TemporaryFolder folder;
        struct Row {
            int user, item, time;
        };
        std::vector<Row> rows;
        std::mt19937 random(7);
        for (int i = 0; i < 5000; ++i)
            rows.push_back(
                {static_cast<int>(random() % 40), static_cast<int>(random() % 30), static_cast<int>(random() % 50)});
        WorkspaceBuilder builder(folder / "shop", IfExists::refuse);
        for (int item = 0; item < 30; ++item) builder.addItem(test::item(std::to_string(item), "t"));
        for (int user = 0; user < 40; ++user) builder.addUser(std::to_string(user));
        for (const auto& row : rows) builder.addEvent({row.user}, {row.item}, row.time);
        builder.commit(test::noProgress, {});
        std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
            return std::pair(left.user, left.time) < std::pair(right.user, right.time);
        });
        Workspace workspace(folder / "shop", WorkspaceAccess::readOnly);
        const auto events = workspace.interactions().allHistories().events;
        QCOMPARE(events.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QCOMPARE(events[i].item.value, rows[i].item);
            QCOMPARE(events[i].time, std::int64_t{rows[i].time});
        }
    }
    void timesThatMeanOrderOnlyAreNotShown() {
        test::TemporaryFolder folder;
        WorkspaceBuilder builder(folder / "shop", IfExists::refuse);
        const auto item = builder.addItem(test::item("a", "A"));
        builder.addEvent(builder.addUser("u"), item, 17);
        builder.commit(test::noProgress, {});
        Workspace workspace(folder / "shop", WorkspaceAccess::readOnly);
        QVERIFY(!workspace.hasTimes());
        QCOMPARE(workspace.interactions().user({0}).lastTime, std::optional<std::int64_t>());
    }
    void anAbandonedBuildLeavesNothing() {
        test::TemporaryFolder folder;
        {
            WorkspaceBuilder builder(folder / "shop", IfExists::refuse);
            builder.addItem(test::item("a", "A"));
            QCOMPARE(entriesOf(folder.path()), std::size_t{1});
        }
        QVERIFY(fs::is_empty(folder.path()));
    }
    void aStoppedBuildLeavesNothing() {
        test::TemporaryFolder folder;
        {
            WorkspaceBuilder builder(folder / "shop", IfExists::refuse);
            builder.addItem(test::item("a", "A"));
            std::stop_source source;
            source.request_stop();
            VERIFY_ERROR(builder.commit(test::noProgress, source.get_token()), ErrorKind::cancelled, "cancelled");
        }
        QVERIFY(fs::is_empty(folder.path()));
    }
    void badIdsAreRefused() {
        test::TemporaryFolder folder;
        WorkspaceBuilder builder(folder / "shop", IfExists::refuse);
        VERIFY_ERROR(builder.addItem(test::item("", "A")), ErrorKind::invalidInput, "empty");
        VERIFY_ERROR(builder.addItem(test::item("\xc3", "A")), ErrorKind::invalidInput, "UTF-8");
        VERIFY_ERROR(builder.addUser(std::string("a\0b", 3)), ErrorKind::invalidInput, "NUL");
        builder.addItem(test::item("a", "A"));
        VERIFY_ERROR(builder.addItem(test::item("a", "B")), ErrorKind::invalidInput, "already");
        QCOMPARE(builder.addUser("u"), builder.addUser("u"));
    }
    void anExistingWorkspaceIsNotTouchedUnasked() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        VERIFY_ERROR(WorkspaceBuilder(folder / "shop", IfExists::refuse), ErrorKind::unavailable, "already");
        test::write(folder / "home/letter.txt", "dear");
        VERIFY_ERROR(WorkspaceBuilder(folder / "home", IfExists::replace), ErrorKind::unavailable, "no workspace");
        VERIFY_ERROR(WorkspaceBuilder(folder / "home/letter.txt", IfExists::replace), ErrorKind::unavailable, "a file");
        test::write(folder / "shop/letter.txt", "dear");
        VERIFY_ERROR(WorkspaceBuilder(folder / "shop", IfExists::replace), ErrorKind::unavailable, "letter.txt");
        QCOMPARE(test::read(folder / "shop/letter.txt"), std::string("dear"));
    }
    void anEmptyFolderAndNewParentsAreFine() {
        test::TemporaryFolder folder;
        fs::create_directory(folder / "empty");
        QCOMPARE(test::makeSmallShop(folder / "empty/").items, 7);
        QCOMPARE(test::makeSmallShop(folder / "new/newer/shop").items, 7);
    }
    void replacingSwapsAndKeepsTheModels() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        test::write(folder / "shop/models/mine/model.json", "{}");
        test::write(folder / "shop/models/mine/model.safetensors", "weights");
        test::write(folder / "shop/cache.sqlite", "old");
        WorkspaceBuilder builder(folder / "shop", IfExists::replace);
        builder.addItem(test::item("new", "New"));
        QCOMPARE(Workspace(folder / "shop", WorkspaceAccess::readOnly).catalog().itemCount(), 7);
        builder.commit(test::noProgress, {});
        QCOMPARE(Workspace(folder / "shop", WorkspaceAccess::readOnly).catalog().itemCount(), 1);
        QCOMPARE(test::read(folder / "shop/models/mine/model.safetensors"), std::string("weights"));
        QVERIFY(!fs::exists(folder / "shop/cache.sqlite"));
        QCOMPARE(entriesOf(folder.path()), std::size_t{1});
    }
    void aWorkspaceInUseIsNotReplaced() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        const Workspace window(folder / "shop", WorkspaceAccess::readWrite);
        VERIFY_ERROR(WorkspaceBuilder(folder / "shop", IfExists::replace), ErrorKind::unavailable, "open in another");
    }
    void aWorkspaceInWhichAModelIsTrainedIsNotReplaced() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        fs::create_directories(folder / "shop/models");
        std::string reason;
        {
            const auto training = core::FolderLock::tryLockFile(folder / "shop/models/.words.lock", reason);
            QVERIFY(training.isHeld());
            VERIFY_ERROR(WorkspaceBuilder(folder / "shop", IfExists::replace), ErrorKind::unavailable,
                         "is being trained there (words)");
        }
        WorkspaceBuilder(folder / "shop", IfExists::replace); // what a killed one left does not stand in the way
    }
    void leftoversOfAKilledBuildAreRemoved() {
        test::TemporaryFolder folder;
        test::write(folder / ".shop.building-0badcafe/workspace.lock", "1");
        test::write(folder / ".shop.building-0badcafe/workspace.sqlite", "half");
        test::makeSmallShop(folder / "shop");
        QCOMPARE(entriesOf(folder.path()), std::size_t{1});
    }
    void twoBuildsOfOneTargetDoNotDisturbEachOther() {
        test::TemporaryFolder folder;
        WorkspaceBuilder first(folder / "shop", IfExists::refuse);
        first.addItem(test::item("a", "A"));
        WorkspaceBuilder second(folder / "shop", IfExists::refuse);
        second.addItem(test::item("b", "B"));
        first.commit(test::noProgress, {});
        VERIFY_ERROR(second.commit(test::noProgress, {}), ErrorKind::unavailable, "put in place");
        QVERIFY(Workspace(folder / "shop", WorkspaceAccess::readOnly).catalog().find("a").has_value());
    }
    void oneWriterAndManyReaders() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        Workspace window(folder / "shop", WorkspaceAccess::readWrite);
        QVERIFY(!window.isReadOnly());
        Workspace second(folder / "shop", WorkspaceAccess::readWrite);
        QVERIFY(second.isReadOnly());
        QVERIFY2(second.readOnlyReason().find("open in another") != std::string::npos, second.readOnlyReason().c_str());
        std::vector<std::jthread> threads;
        std::atomic<int> sum = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                Workspace reader(folder / "shop", WorkspaceAccess::readOnly);
                for (int round = 0; round < 20; ++round)
                    sum += static_cast<int>(reader.interactions().history({0}).size());
            });
        for (int round = 0; round < 20; ++round)
            window.interactions().saveScratchShopper({.id = 0, .name = "s", .items = {{0}}});
        threads.clear();
        QCOMPARE(sum.load(), 4 * 20 * 3);
        QCOMPARE(second.interactions().scratchShoppers().size(), std::size_t{20});
    }
    void theWriterIsFreeAgainAfterClosing() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        { Workspace first(folder / "shop", WorkspaceAccess::readWrite); }
        QVERIFY(!Workspace(folder / "shop", WorkspaceAccess::readWrite).isReadOnly());
    }
    void whatIsNoWorkspaceIsNotOpened() {
        test::TemporaryFolder folder;
        VERIFY_ERROR(Workspace(folder / "none", WorkspaceAccess::readOnly), ErrorKind::notFound, "no such folder");
        VERIFY_ERROR(Workspace(folder.path(), WorkspaceAccess::readOnly), ErrorKind::notFound, "no workspace");
        test::write(folder / "bad/workspace.sqlite", std::string(10'000, 'b'));
        VERIFY_ERROR(Workspace(folder / "bad", WorkspaceAccess::readOnly), ErrorKind::corrupt, "damaged");
        test::write(folder / "empty/workspace.sqlite", "");
        VERIFY_ERROR(Workspace(folder / "empty", WorkspaceAccess::readWrite), ErrorKind::corrupt, "never finished");
    }
    void aWorkspaceOfANewerProgramIsRefused() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        core::Database(folder / "shop/workspace.sqlite", core::DatabaseAccess::readWrite)
            .execute("PRAGMA user_version = 99");
        VERIFY_ERROR(Workspace(folder / "shop", WorkspaceAccess::readWrite), ErrorKind::unavailable, "version 99");
    }
    void aWorkspaceOfEveryReleasedVersionOpens_data() {
        QTest::addColumn<QString>("file");
        for (const auto& entry : fs::directory_iterator(PIXREC_TEST_DATA "/schema"))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    /// The stored files hold makeSmallShop() and one scratch shopper, as the program of that version wrote them.
    void aWorkspaceOfEveryReleasedVersionOpens() {
        QFETCH(QString, file);
        test::TemporaryFolder folder;
        test::write(folder / "shop/workspace.sqlite", test::read(file.toStdString()));
        Workspace workspace(folder / "shop", WorkspaceAccess::readWrite);
        QVERIFY(!workspace.isReadOnly());
        QCOMPARE(workspace.summary().items, 7);
        QCOMPARE(workspace.summary().textTwins, 2);
        QCOMPARE(workspace.catalog().search({.text = "brulee"}, 0, 10).items, std::vector{core::ItemIndex{1}});
        QCOMPARE(workspace.interactions().history({0}).size(), std::size_t{3});
        QCOMPARE(workspace.interactions().scratchShoppers().at(0).name, std::string("kept"));
        QCOMPARE(workspace.interactions().scratchShoppers().at(0).items, (std::vector<core::ItemIndex>{{2}, {0}}));
    }
    void modelsAreListedAndDamagedOnesSayWhy() {
        test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        const auto models = folder / "shop/models";
        test::write(models / "b/model.json", R"({"name":"b","recommender":"pixrec","modality":"both","hash":"00ff",
            "metrics":{"ndcg@10":0.25,"note":"text"},"more":[1]})");
        test::write(models / "a/model.json", "{broken");
        test::write(models / "c/weights", "no card");
        test::write(models / "d/model.json", R"({"recommender":"pixrec","hash":"11"})");
        test::write(models / ".training/model.json", "{}");
        test::write(models / "file", "");
        const auto list = Workspace(folder / "shop", WorkspaceAccess::readOnly).models();
        QCOMPARE(list.size(), std::size_t{4});
        QCOMPARE(list[0].name, std::string("a"));
        QVERIFY(list[0].hash.empty());
        QVERIFY2(list[0].card.find("cannot be read") != std::string::npos, list[0].card.c_str());
        QVERIFY2(list[0].card.find("json.exception") == std::string::npos, list[0].card.c_str());
        QCOMPARE(list[1].recommender, std::string("pixrec"));
        QCOMPARE(list[1].modality, std::string("both"));
        QCOMPARE(list[1].hash, std::string("00ff"));
        QCOMPARE(list[1].metrics.size(), std::size_t{1});
        QCOMPARE(list[1].metrics.at("ndcg@10"), 0.25);
        QVERIFY(list[2].hash.empty());
        QVERIFY(list[2].card.find("missing") != std::string::npos);
        QVERIFY(list[3].hash.empty());
    }
    void trainingsThatWereCutShortAreListed() {
        const test::TemporaryFolder folder;
        test::makeSmallShop(folder / "shop");
        const core::Workspace workspace(folder / "shop", core::WorkspaceAccess::readOnly);
        QVERIFY(workspace.unfinishedTrainings().empty());
        for (const char* name : {".words.training", ".both 2.training", ".training", "done", ".hidden"})
            fs::create_directories(folder / "shop" / "models" / name);
        QCOMPARE(workspace.unfinishedTrainings(), (std::vector<std::string>{"both 2", "words"}));
    }
    void aTableOfIdsFindsEachAgain() {
        core::IdTable table;
        bool isNew = false;
        for (int i = 0; i < 10'000; ++i) QCOMPARE(table.insert("id " + std::to_string(i), isNew), i);
        QVERIFY(isNew);
        QCOMPARE(table.insert("id 77", isNew), 77);
        QVERIFY(!isNew);
        QCOMPARE(table.find("id 9999"), std::optional<std::int32_t>(9999));
        QCOMPARE(table.find("id 10000"), std::optional<std::int32_t>());
        QCOMPARE(table.id(123), std::string_view("id 123"));
    }
    void utf8IsChecked() {
        for (const char* good : {"", "a", "é", "€", "🎒", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
            QVERIFY(core::isValidUtf8(good));
        for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xff", "a\xc3(", "\xf0\x80\x80\xaf"})
            QVERIFY(!core::isValidUtf8(bad));
    }
};
QTEST_APPLESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
