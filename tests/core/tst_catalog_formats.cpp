#include "core/importers/import.h"
#include "core/importers/import_plan.h"
#include "tests/support/check_error.h"
#include "tests/support/temporary_folder.h"
#include <QtTest>
#include <nlohmann/json.hpp>
#include <zip.h>

using core::ColumnRole;
using core::ErrorKind;
using core::FileRole;
using core::ImportPlan;
using core::ImportRequest;
using core::ImportResult;
using core::Workspace;
namespace fs = std::filesystem;

namespace {

const core::ProgressSink noProgress = [](const core::Progress&) {};

fs::path sample(const std::string& name) { return fs::path(PIXREC_TEST_DATA) / "formats" / name; }

/// A picture of one pixel: enough for the first bytes to be known.
std::string onePixel() {
    const unsigned char bytes[] = {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 0,  0, 0, 255, 255,
                                   255, ',', 0,   0,   0,   0,   1, 0, 1, 0, 0,    2, 2, 68, 1, 0, ';'};
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

void writeZip(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& members) {
    int error = 0;
    zip_t* const zip = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    for (const auto& [name, bytes] : members)
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), ZIP_FL_ENC_UTF_8);
    zip_close(zip);
}

/// One import of files as they are, into a folder of its own.
struct Try {
    test::TemporaryFolder folder;
    core::PlanRequest plan;
    ImportRequest request;

    explicit Try(std::vector<fs::path> paths) {
        plan.paths = std::move(paths);
        request.workspace = folder / "shop";
    }
    ImportResult run() {
        request.plan = core::proposePlan(plan);
        return core::importWorkspace(request, noProgress, {});
    }
    Workspace open() const { return Workspace(request.workspace, core::WorkspaceAccess::readOnly); }
};

std::vector<std::string> historyIds(Workspace& workspace, const std::string& user) {
    std::vector<std::string> ids;
    const auto index = workspace.interactions().find(user);
    if (!index) return ids;
    for (const auto& event : workspace.interactions().history(*index))
        ids.push_back(workspace.catalog().item(event.item).text.id);
    return ids;
}

using Ids = std::vector<std::string>;

} // namespace

class TestCatalogFormats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySampleIsRecognisedAndRead_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("items");
        QTest::addColumn<int>("users");
        QTest::addColumn<int>("events");
        QTest::addColumn<bool>("hasTimes");
        const auto row = [](const char* folder, int items, int users, int events, bool hasTimes) {
            QTest::newRow(folder) << folder << folder << items << users << events << hasTimes;
        };
        row("amazon-2023", 4, 2, 4, true);
        row("amazon-2018", 2, 2, 3, true);
        row("recbole", 2, 2, 3, true);
        row("movielens-100k", 2, 2, 3, true);
        row("movielens-1m", 2, 2, 3, true);
        row("movielens-csv", 2, 2, 3, true);
        row("hm", 2, 2, 3, true);
        row("microlens", 2, 2, 3, true);
        row("open-ecommerce", 2, 2, 3, true);
        row("sequences", 4, 3, 10, false);
        row("pairs", 3, 2, 5, false);
    }
    void everySampleIsRecognisedAndRead() {
        QFETCH(QString, folder);
        QFETCH(QString, format);
        QFETCH(int, items);
        QFETCH(int, users);
        QFETCH(int, events);
        QFETCH(bool, hasTimes);
        Try one({sample(folder.toStdString())});
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(QString::fromStdString(one.request.plan->format), format);
        QCOMPARE(result.summary.items, items);
        QCOMPARE(result.summary.users, users);
        QCOMPARE(result.summary.events, events);
        QCOMPARE(result.summary.hasTimes, hasTimes);
        const auto provenance = nlohmann::json::parse(one.open().summary().provenance);
        QCOMPARE(QString::fromStdString(provenance.at("format").get<std::string>()), format);
        QVERIFY(provenance.at("filters").empty());
    }

    void amazon2023TakesTheParentTheMainPictureAndTheTextOfAPage() {
        Try one({sample("amazon-2023")});
        one.plan.pictures = one.folder / "pictures";
        test::write(one.folder / "pictures/kettle-main.jpg", onePixel()); // as in the address
        test::write(one.folder / "pictures/P000000003.png", onePixel());  // by product
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        Workspace workspace = one.open();
        const auto kettle = workspace.catalog().item({0});
        QCOMPARE(kettle.text.id, std::string("P000000001"));
        QCOMPARE(kettle.text.title, std::string("Copper Kettle & Lid"));
        QCOMPARE(kettle.text.category, std::string("Home > Kitchen > Kettles"));
        QCOMPARE(kettle.text.brand, std::string("Northpot"));
        QCOMPARE(kettle.text.price, std::optional(34.5));
        QCOMPARE(kettle.text.description, std::string("A kettle for the hob. Holds 1.5 l Whistles"));
        QCOMPARE(kettle.picture.filename(), fs::path("kettle-main.jpg"));
        const auto towel = workspace.catalog().item({1});
        QCOMPARE(towel.text.price, std::optional(5.99)); // of a range
        QCOMPARE(towel.text.category, std::string("Kitchen"));
        QCOMPARE(towel.text.brand, std::string("Linnea"));
        QCOMPARE(towel.text.title, std::string("Tea Towel, 2 pack"));
        const auto mug = workspace.catalog().item({2});
        QVERIFY(!mug.text.price); // a dash
        QCOMPARE(mug.picture.filename(), fs::path("P000000003.png"));
        QCOMPARE(result.countOfKind.at("price-range"), 1);
        QCOMPARE(result.countOfKind.at("odd-price"), 1);
        QCOMPARE(result.countOfKind.at("later-rows"), 1);
        QCOMPARE(result.countOfKind.at("item-without-row"), 1);
        QCOMPARE(result.errors, 0);
        QCOMPARE(historyIds(workspace, "U2"), (Ids{"P000000003", "P000000009"}));
        QCOMPARE(workspace.interactions().history({0})[0].time, 1588615855070);
    }
    void amazon2018ReadsListsAndForgivesPagesInThePrice() {
        Try one({sample("amazon-2018")});
        const ImportResult result = one.run();
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({0}).text.price, std::optional(12.34));
        QCOMPARE(workspace.catalog().item({0}).text.category, std::string("Garden > Tools"));
        QCOMPARE(workspace.catalog().item({0}).text.description,
                 std::string("A small trowel with a wooden handle Ash wood"));
        QVERIFY(!workspace.catalog().item({1}).text.price);
        QCOMPARE(workspace.catalog().item({1}).text.title, std::string("Watering Can \"Lily\""));
        QCOMPARE(workspace.interactions().history({0})[0].time, 1396137600000);
        QVERIFY(!one.request.plan->remarks.empty()); // of pictures
    }
    void movieLensIsLatin1AndListsGenres() {
        Try one({sample("movielens-100k")});
        QVERIFY(one.run().accepted);
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({0}).text.title, std::string("Le Café Bleu (1995)"));
        QCOMPARE(workspace.catalog().item({0}).text.category, std::string("Drama"));
        QCOMPARE(workspace.catalog().item({1}).text.title, std::string("The \"Quiet\" Lighthouse (1996)"));
        QCOMPARE(workspace.catalog().item({1}).text.category, std::string("Action"));
        QCOMPARE(historyIds(workspace, "1"), (Ids{"2", "1"}));
        Try dat({sample("movielens-1m")});
        QVERIFY(dat.run().accepted);
        QCOMPARE(dat.open().catalog().item({0}).text.title, std::string("Le Café Bleu (1995)"));
        QCOMPARE(dat.open().catalog().item({1}).text.category, std::string("Action"));
    }
    void hmKeepsLeadingZerosFindsPicturesByPrefixAndTakesThePriceOfTheLastSale() {
        Try one({sample("hm")});
        one.plan.pictures = one.folder / "images";
        test::write(one.folder / "images/090/0900000001.jpg", onePixel());
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        Workspace workspace = one.open();
        const auto vest = workspace.catalog().item({0});
        QCOMPARE(vest.text.id, std::string("0900000001"));
        QCOMPARE(vest.text.category, std::string("Ladieswear > Garment Upper body > Vest top"));
        QCOMPARE(vest.text.price, std::optional(0.0423728813559322));
        QCOMPARE(vest.picture, fs::canonical(one.folder / "images/090/0900000001.jpg"));
        QCOMPARE(result.summary.itemsWithoutPicture, 1);
        QCOMPARE(result.summary.itemsWithoutPrice, 0);
    }
    void recBoleTypesAreNoPartOfTheNames() {
        Try one({sample("recbole")});
        const ImportResult result = one.run();
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({1}).text.title, std::string("Kite \"Swallow\""));
        QCOMPARE(workspace.catalog().item({0}).text.category, std::string("Railway"));
        QCOMPARE(workspace.catalog().item({0}).text.price, std::optional(19.5));
        QCOMPARE(workspace.interactions().history({0})[0].time, 978300760000);
    }
    void microLensPrefersTimesOverOrder() {
        Try one({sample("microlens")});
        QVERIFY(one.run().accepted);
        QCOMPARE(one.open().catalog().item({0}).text.title, std::string("How to fold a boat, in one minute"));
        Try order({sample("microlens/MicroLens-100k_pairs.tsv")});
        const ImportResult result = order.run();
        QVERIFY(result.accepted && !result.summary.hasTimes);
        QCOMPARE(result.summary.events, 3);
    }
    void openECommerceTakesTheTextOfTheFirstPurchaseAndLeavesOutGiftCards() {
        Try one({sample("open-ecommerce")});
        const ImportResult result = one.run();
        QCOMPARE(result.countOfKind.at("no-item"), 1);
        QCOMPARE(result.eventsLeftOut, 1);
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({0}).text.title, std::string("Card Reader, 2 slots"));
        QCOMPARE(workspace.catalog().item({0}).text.price, std::optional(7.98)); // not 8.98
    }
    void sequencesKeepTheOrderOfTheLine() {
        Try one({sample("sequences/Beauty.txt")});
        QVERIFY(one.run().accepted);
        Workspace workspace = one.open();
        QCOMPARE(historyIds(workspace, "3"), (Ids{"13", "13", "11", "12", "14"}));
        QCOMPARE(workspace.interactions().history({2})[4].time, 4);
        Try pairs({sample("pairs/Toys.txt")});
        QVERIFY(pairs.run().accepted);
        Workspace other = pairs.open();
        QCOMPARE(historyIds(other, "2"), (Ids{"12", "11", "14"}));
    }
    void aTableTakesTheColumnsThatTheUserNames() {
        Try one({sample("table/orders.csv")});
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "--map");
        one.plan.map = {{"client", ColumnRole::user}, {"ware", ColumnRole::item},  {"when", ColumnRole::time},
                        {"Label", ColumnRole::title}, {"cost", ColumnRole::price}, {"shelf", ColumnRole::category}};
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.summary.items, 2);
        QCOMPARE(result.summary.events, 3);
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({0}).text.price, std::optional(12.5));
        QCOMPARE(workspace.catalog().item({1}).text.price, std::optional(1299.0));
        one.plan.map = {{"absent", ColumnRole::title}};
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "");
    }
    void itsOwnFormIsRecognisedToo() {
        Try one({});
        one.plan.paths = {one.folder.path()};
        test::write(one.folder / "items.jsonl", "{\"id\":\"a\",\"title\":\"A &amp; B\",\"image\":\"images/a.gif\"}\n");
        test::write(one.folder / "interactions.csv", "user,item,timestamp\nu,a,1600000000\n");
        test::write(one.folder / "images/a.gif", onePixel());
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(one.request.plan->format, std::string("uniform"));
        QCOMPARE(one.open().catalog().item({0}).text.title, std::string("A &amp; B"));
        QCOMPARE(result.summary.itemsWithoutPicture, 0);
    }
    void unknownFilesAndFormatsAreNamed() {
        Try one({});
        one.plan.paths = {test::write(one.folder / "notes.txt", "Dear diary, today nothing happened; again.\n")};
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "notes.txt");
        one.plan.format = "amazon-2099";
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "amazon-2023");
        one.plan.format = "hm";
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "not of the format hm");
        one.plan.paths = {one.folder / "none"};
        VERIFY_ERROR(one.run(), ErrorKind::notFound, "none");
    }

    void filesThatAreNoTextAreNamedWithWhatToDo() {
        Try one({});
        const auto refused = [&](const char* name, const std::string& bytes) {
            one.plan.paths = {test::write(one.folder / name, bytes)};
            try {
                one.run();
            } catch (const core::Error& error) {
                return QString::fromUtf8(error.what());
            }
            return QString("nothing was said");
        };
        const std::string utf16("\xff\xfeu\0s\0e\0r\0,\0i\0t\0e\0m\0\n\0", 22);
        const QString excel = refused("excel.csv", utf16);
        QVERIFY2(excel.contains("excel.csv (UTF-16, which is not read; save it as UTF-8)"), qPrintable(excel));
        QVERIFY2(!excel.contains("--map"), qPrintable(excel));
        const QString binary = refused("shop.pdf", std::string("%PDF-1.4\n\0\1\2\n", 13));
        QVERIFY2(binary.contains("shop.pdf (not a text file). Save products and events as CSV"), qPrintable(binary));
        QVERIFY(refused("empty.csv", "").contains("empty.csv (empty)"));
        writeZip(one.folder / "book.xlsx", {{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}});
        one.plan.paths = {one.folder / "book.xlsx"};
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput,
                     "book.xlsx: this is a document of an office program; save each "
                     "sheet of it as CSV");
        fs::create_directory(one.folder / "nothing");
        one.plan.paths = {one.folder / "nothing"};
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "there is no file of products or events in it");
        QVERIFY(!fs::exists(one.request.workspace));
    }
    void aSpreadsheetBesideTheFilesIsNotRead() {
        Try one({sample("movielens-1m")});
        fs::copy(sample("movielens-1m"), one.folder / "set", fs::copy_options::recursive);
        writeZip(one.folder / "set/notes.xlsx", {{"[Content_Types].xml", "<x/>"}});
        one.plan.paths = {one.folder / "set"};
        QVERIFY(one.run().accepted);
        QCOMPARE(one.request.plan->format, std::string("movielens-1m"));
    }
    void aTableOfOrdersKeepsNoDatesAmongTheProducts() {
        Try one({});
        one.plan.paths = {test::write(one.folder / "orders.csv", "customer,sku,order_date,name,price\n"
                                                                 "anna,w1,2021-03-04,Press,-3\n"
                                                                 "bert,w2,2021-03-05,Rake,x\n")};
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QVERIFY(!result.countOfKind.contains("unknown-field"));
        QCOMPARE(result.countOfKind.at("odd-price"), 2);
        QCOMPARE(result.findings[0].why, std::string("price \"-3\" is negative; the product is taken without a price"));
        QVERIFY(result.findings[0].line == 2 && result.findings[0].column == 5);
    }

    void aZipIsReadInPlaceWithItsPictures() {
        Try one({});
        const auto movies = test::read(sample("movielens-1m/movies.dat"));
        const auto ratings = test::read(sample("movielens-1m/ratings.dat"));
        writeZip(one.folder / "ml-1m.zip", {{"ml-1m/movies.dat", movies},
                                            {"ml-1m/ratings.dat", ratings},
                                            {"ml-1m/README", "text"},
                                            {"posters/1.gif", onePixel()}});
        one.plan.paths = {one.folder / "ml-1m.zip"};
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.summary.events, 3);
        QCOMPARE(result.summary.itemsWithoutPicture, 1);
        fs::remove(one.folder / "ml-1m.zip");
        Workspace workspace = one.open(); // the picture is in the workspace
        QCOMPARE(test::read(workspace.catalog().item({0}).picture), onePixel());
    }
    void aZipCannotWriteOutsideAndCannotExplode() {
        Try one({});
        writeZip(one.folder / "bad.zip",
                 {{"items.jsonl", "{\"id\":\"a\",\"title\":\"A\",\"image\":\"../../evil.gif\"}\n"},
                  {"../../evil.gif", onePixel()}});
        one.plan.paths = {one.folder / "bad.zip"};
        const ImportResult escape = one.run();
        QVERIFY(!escape.accepted);
        QCOMPARE(escape.countOfKind.at("picture-outside"), 1);
        QVERIFY(!fs::exists(one.folder / "evil.gif"));

        writeZip(one.folder / "bad.zip", {{"items.csv", "id,title\na,A\n" + std::string(70 << 20, '\n')}});
        const ImportResult bomb = one.run();
        QVERIFY(!bomb.accepted);
        QVERIFY2(bomb.message.find("200 times") != std::string::npos, bomb.message.c_str());

        std::string cut;
        writeZip(one.folder / "bad.zip", {{"items.csv", "id,title\n" + std::string(5000, 'x') + ",A\n"}});
        cut = test::read(one.folder / "bad.zip");
        test::write(one.folder / "bad.zip", cut.substr(0, cut.size() - 30));
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "zip");
    }

    void filtersAreThoseOfThePapersAndAreStated() {
        std::string events = "user,item,timestamp,rating\n";
        const auto add = [&](const char* user, const char* item, const char* day, int rating) {
            events += std::string(user) + "," + item + "," + day + "," + std::to_string(rating) + "\n";
        };
        for (const char* user : {"u1", "u2", "u3"}) // a 2-core of three shoppers and two products
            for (const char* item : {"a", "b"}) add(user, item, "2020-01-02", 5);
        add("u1", "a", "2020-01-03", 5); // a repeat
        add("u4", "a", "2020-01-02", 5); // one event only
        add("u4", "d", "2020-01-02", 1); // badly rated
        add("u5", "c", "2019-12-31", 5); // too early
        add("u5", "a", "2020-02-02", 5); // too late
        Try one({});
        one.plan.paths = {test::write(one.folder / "interactions.csv", events),
                          test::write(one.folder / "items.csv", "id,title\nc,C\na,A\nb,B\nd,D\nunbought,E\n")};
        one.request.filter.minimumRating = 3;
        one.request.filter.since = "2020-01-01";
        one.request.filter.until = "2020-01-31";
        one.request.filter.firstOfRepeats = true;
        one.request.filter.kCore = 2;
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.eventsFiltered, 1);
        QCOMPARE(result.eventsLeftOut, 0);
        QCOMPARE(result.summary.events, 6);
        QCOMPARE(result.summary.users, 3);
        QCOMPARE(result.summary.items, 2);
        Workspace workspace = one.open();
        QCOMPARE(workspace.catalog().item({0}).text.id, std::string("a"));
        QCOMPARE(workspace.catalog().find("b"), std::optional(core::ItemIndex{1}));
        QVERIFY(!workspace.catalog().find("c"));
        QCOMPARE(historyIds(workspace, "u1"), (Ids{"a", "b"}));
        QVERIFY(!workspace.interactions().find("u4"));
        QCOMPARE(workspace.catalog().search({.text = "B"}, 0, 5).items.size(), std::size_t{1});
        const auto filters = nlohmann::json::parse(workspace.summary().provenance).at("filters");
        QCOMPARE(filters.at("k_core").get<int>(), 2);
        QCOMPARE(filters.at("minimum_rating").at("events_taken_out").get<int>(), 1);
        QCOMPARE(filters.at("since").get<std::string>(), std::string("2020-01-01"));
        QCOMPARE(filters.at("until").get<std::string>(), std::string("2020-01-31"));
        QCOMPARE(filters.at("minimum_rating").at("at_least").get<double>(), 3.0);
        QCOMPARE(filters.at("repeats").get<std::string>(), std::string("first"));
        QCOMPARE(filters.at("effect").at("events"), (nlohmann::json{10, 6}));

        Try plain({});
        plain.plan = one.plan;
        QCOMPARE(plain.run().summary.events, 11);
        one.request.filter = {};
        one.request.filter.kCore = 50;
        one.request.replace = true;
        QCOMPARE(one.run().countOfKind.at("all-filtered"), 1);
        QCOMPARE(one.open().catalog().itemCount(), 2); // what was there
    }
    void filtersThatCannotBeAreRefused() {
        Try order({sample("sequences/Beauty.txt")});
        order.request.filter.since = "2020-01-01";
        VERIFY_ERROR(order.run(), ErrorKind::invalidInput, "order");
        order.request.filter = {};
        order.request.filter.minimumRating = 3;
        VERIFY_ERROR(order.run(), ErrorKind::invalidInput, "ratings");
        order.request.filter = {};
        order.request.filter.until = "next week";
        VERIFY_ERROR(order.run(), ErrorKind::invalidInput, "YYYY-MM-DD");
    }
    void aCheckReadsEverythingAndMakesNothing() {
        Try one({sample("hm")});
        one.request.checkOnly = true;
        const ImportResult result = one.run();
        QVERIFY(result.accepted);
        QCOMPARE(result.eventsRead, 3);
        QVERIFY(!fs::exists(one.request.workspace));
        QVERIFY(fs::is_empty(one.folder.path()));
    }
    void thePreviewBeginsInAnyLineAndKnowsItsLines() {
        Try one({});
        std::string rows = "user,item,timestamp\n\n";
        for (int i = 0; i < 100; ++i) rows += "u,\"i\n" + std::to_string(i) + "\",2021-03-04\n";
        one.plan.paths = {test::write(one.folder / "events.csv", rows)};
        const auto file = core::proposePlan(one.plan).files.front();
        QCOMPARE(core::previewFile(file, 2).lines, (std::vector<std::int64_t>{3, 5}));
        const auto late = core::previewFile(file, 3, 196); // within the row of 195
        QCOMPARE(late.lines, (std::vector<std::int64_t>{197, 199, 201}));
        QCOMPARE(late.rows[0][1], std::string("i\n97"));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(core::previewFile(file, 3, 1, stop.get_token()).rows.empty());
        one.plan.paths = {
            test::write(one.folder / "items.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n\nbroken\n{\"id\":\"b\"}\n")};
        const auto json = core::previewFile(core::proposePlan(one.plan).files.front(), 5, 2);
        QCOMPARE(json.lines, (std::vector<std::int64_t>{3, 4}));
        QCOMPARE(json.rows[0][0], std::string("broken"));
    }
    void thePreviewShowsRowsAsTheyAre() {
        Try one({sample("hm")});
        const ImportPlan plan = core::proposePlan(one.plan);
        const auto events =
            core::previewFile(plan.files.back().role == FileRole::unused ? plan.files[1] : plan.files.back(), 2);
        QCOMPARE(events.columns.size(), std::size_t{5});
        QCOMPARE(events.rows.size(), std::size_t{2});
        QCOMPARE(events.rows[0][2], std::string("0900000001"));
        Try json({sample("amazon-2018")});
        const auto items = core::previewFile(core::proposePlan(json.plan).files.front(), 50);
        QVERIFY(std::find(items.columns.begin(), items.columns.end(), "asin") != items.columns.end());
    }
};

QTEST_GUILESS_MAIN(TestCatalogFormats)
#include "tst_catalog_formats.moc"
