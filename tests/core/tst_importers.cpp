#include "core/importers/csv_reader.h"
#include "core/importers/import.h"
#include "core/importers/time_value.h"
#include "core/workspace/workspace_builder.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include <csignal>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

using core::ErrorKind;
using core::ImportRequest;
using core::ImportResult;
using core::Workspace;
using core::WorkspaceAccess;
namespace fs = std::filesystem;

namespace {

const char* const goodItems = R"({"id":"a","title":"A","price":1,"image":null})"
                              "\n"
                              R"({"id":"b","title":"B","price":2.5})"
                              "\n";

/// Level 0 stores the text as it is, so that a cut of the bytes is one of the text.
std::string gzipped(const std::string& text, int level = 6) {
    std::string out(compressBound(text.size()) + 100, '\0');
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// One import in a folder of its own.
struct Try {
    test::TemporaryFolder folder;
    ImportRequest request;

    Try(const std::string& itemsName, const std::string& items,
        std::optional<std::string> interactions = std::nullopt) {
        request.workspace = folder / "shop";
        request.items = test::write(folder / itemsName, items);
        if (interactions) request.interactions = test::write(folder / "interactions.csv", *interactions);
    }
    ImportResult run() const { return core::importWorkspace(request, test::noProgress, {}); }
    Workspace open() const { return Workspace(request.workspace, WorkspaceAccess::readOnly); }
};

std::vector<nlohmann::json> linesOf(const fs::path& report) {
    std::vector<nlohmann::json> lines;
    std::ifstream file(report);
    for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
}

/// The only argument that makes this program import and do nothing else; for tests that kill it.
constexpr const char* importArgument = "--import-and-wait";

void importInChild(const ImportRequest& request) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // it must not outlive a test that fails
    // It waits in the middle of the events for its end, and says so by a file.
    const core::ProgressSink waitInTheMiddle = [&](const core::Progress& progress) {
        if (progress.what != "storing events") return;
        test::write(request.workspace.string() + ".waiting", "");
        pause();
    };
    core::importWorkspace(request, waitInTheMiddle, {});
}

} // namespace

class TestImporters : public QObject {
    Q_OBJECT

    static void compareFinding(const ImportResult& result, const std::string& kind, std::int64_t line,
                               std::int64_t column) {
        for (const auto& finding : result.findings)
            if (finding.kind == kind) {
                if (line >= 0) QCOMPARE(finding.line, line);
                QCOMPARE(finding.column, column);
                return;
            }
        QFAIL(("no finding " + kind).c_str());
    }

    test::TemporaryFolder oldShop_;

private Q_SLOTS:
    void initTestCase() { test::makeSmallShop(oldShop_ / "shop"); }
    void aCatalogAndItsHistoriesComeInAsTheyAre() {
        Try one("items.jsonl",
                "{\"id\":\"007\",\"title\":\"Mug &amp; lid\",\"category\":\"Kitchen > "
                "Mugs\",\"brand\":\"Müller\",\"price\":\"12.50\","
                "\"description\":\"l1\\nl2 🎒\",\"image\":\"images/a.png\",\"extra\":{\"colour\":\"red\"},\"size\":3}"
                "\r\n\n"
                "{\"id\":8,\"title\":null}",
                "user,item,timestamp,rating\r\nu1,007,1600000000,5\n\"u,2\",8,1600000001,4\nu1,8,1600000000,1\n");
        test::write(one.folder / "images/a.png", "pixels");
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.itemsRead, 2);
        QCOMPARE(result.eventsRead, 3);
        QCOMPARE(result.errors, 0);
        QCOMPARE(result.summary.items, 2);
        QCOMPARE(result.summary.itemsWithoutPicture, 1);
        QCOMPARE(result.summary.itemsWithoutText, 1);
        QCOMPARE(result.summary.itemsWithoutPrice, 1);
        QVERIFY(result.summary.hasTimes);
        QCOMPARE(result.countOfKind.at("no-price"), 1);
        QCOMPARE(result.countOfKind.at("unknown-field"), 1); // size
        Workspace workspace = one.open();
        const auto item = workspace.catalog().item({0});
        QCOMPARE(item.text.id, std::string("007"));
        QCOMPARE(item.text.title, std::string("Mug &amp; lid"));
        QCOMPARE(item.text.brand, std::string("Müller"));
        QCOMPARE(item.text.description, std::string("l1\nl2 🎒"));
        QCOMPARE(item.text.price, std::optional(12.5));
        QCOMPARE(item.picture, fs::canonical(one.folder / "images/a.png"));
        const auto history = workspace.interactions().history({0});
        QCOMPARE(history.size(), std::size_t{2});
        QCOMPARE(history[0].item, core::ItemIndex{0}); // equal times keep the order of the file
        QCOMPARE(history[0].time, 1600000000000);
        QVERIFY(workspace.interactions().find("u,2").has_value());
        QCOMPARE(workspace.summary().source, std::string("import of items.jsonl and interactions.csv"));
    }
    void csvAndJsonlAndTheirGzipsMeanTheSame_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray json("{\"id\":\"a\",\"title\":\"A, \\\"B\\\"\",\"price\":1.5,\"extra\":{\"c\":\"x\"}}"
                              "\n"
                              "{\"id\":\"b\",\"description\":\"two\\nlines\"}");
        const QByteArray csv("id,title,price,description,extra\r\na,\"A, \"\"B\"\"\",1.5,,\"{\"\"c\"\":\"\"x\"\"}\"\r\n"
                             "b,,,\"two\nlines\",\r\n");
        const auto gz = [](const QByteArray& bytes) { return QByteArray::fromStdString(gzipped(bytes.toStdString())); };
        QTest::newRow("jsonl") << "items.jsonl" << json;
        QTest::newRow("jsonl by content") << "items" << json;
        QTest::newRow("jsonl with a mark") << "items.jsonl"
                                           << "\xef\xbb\xbf" + json;
        QTest::newRow("jsonl.gz") << "items.jsonl.gz" << gz(json);
        QTest::newRow("gzip without the name") << "items.jsonl" << gz(json);
        QTest::newRow("two gzips in one") << "items.jsonl.gz" << gz(json.left(60)) + gz(json.mid(60));
        QTest::newRow("csv") << "items.csv" << csv;
        QTest::newRow("csv with a mark") << "items.csv"
                                         << "\xef\xbb\xbf" + csv;
        QTest::newRow("csv.gz") << "items.csv.gz" << gz(csv);
        QTest::newRow("csv without the name") << "items.txt" << csv;
        QTest::newRow("csv in odd letters") << "items.csv" << QByteArray(csv).replace("id,title", " ID ,Title");
    }
    void csvAndJsonlAndTheirGzipsMeanTheSame() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        Try one(name.toStdString(), bytes.toStdString());
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        static const std::string hashOfFirst = result.summary.catalogHash;
        QCOMPARE(result.summary.catalogHash, hashOfFirst);
        QCOMPARE(one.open().catalog().item({1}).text.description, std::string("two\nlines"));
    }

    void badInputIsRejectedWithItsPlace_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("items");
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        const QByteArray good(goodItems);
        const auto item = [&](const char* row, const QByteArray& last, const char* kind, int column) {
            QTest::newRow(row) << "items.jsonl" << good + last << QByteArray() << kind << 3 << column;
        };
        item("bad JSON", "{\"id\":\"c\",\"title\":}", "bad-json", 19);
        item("JSON that is cut", "{\"id\":\"c\"", "bad-json", 10);
        item("no object", "[1]", "bad-json", 1);
        item("deep JSON", "{\"id\":\"c\",\"extra\":" + QByteArray(100'000, '[') + QByteArray(100'000, ']') + "}",
             "bad-json", 0);
        item("bad UTF-8 in JSON", "{\"id\":\"\xc3\"}", "bad-json", 9);
        item("huge number", "{\"id\":\"c\",\"price\":1e999}", "bad-json", 0);
        item("no id", "{\"title\":\"c\"}", "bad-id", 0);
        item("null id", "{\"id\":null}", "bad-id", 0);
        item("empty id", "{\"id\":\"\"}", "bad-id", 0);
        item("NUL in an id", "{\"id\":\"a\\u0000b\"}", "bad-id", 0);
        item("id of a wrong type", "{\"id\":[\"c\"]}", "bad-type", 0);
        item("title of a wrong type", "{\"id\":\"c\",\"title\":{\"en\":\"c\"}}", "bad-type", 0);
        item("NUL in a title", "{\"id\":\"c\",\"title\":\"a\\u0000b\"}", "bad-text", 0);
        item("negative price", "{\"id\":\"c\",\"price\":-1}", "bad-price", 0);
        item("price in words", "{\"id\":\"c\",\"price\":\"free\"}", "bad-price", 0);
        item("price with a comma", "{\"id\":\"c\",\"price\":\"1,5\"}", "bad-price", 0);
        item("price NaN", "{\"id\":\"c\",\"price\":\"NaN\"}", "bad-price", 0);
        item("price infinite", "{\"id\":\"c\",\"price\":\"inf\"}", "bad-price", 0);
        item("price true", "{\"id\":\"c\",\"price\":true}", "bad-type", 0);
        item("id there twice", "{\"id\":\"a\",\"title\":\"another\"}", "duplicate-item", 0);
        item("picture above", "{\"id\":\"c\",\"image\":\"../secret.png\"}", "picture-outside", 0);
        item("picture above, hidden", "{\"id\":\"c\",\"image\":\"x/../../secret.png\"}", "picture-outside", 0);
        item("picture absolute", "{\"id\":\"c\",\"image\":\"/etc/passwd\"}", "picture-outside", 0);
        item("line too long", "{\"id\":\"c\",\"title\":\"" + QByteArray(17 << 20, 'x') + "\"}", "too-long", 0);

        const auto csv = [&](const char* row, const QByteArray& text, const char* kind, int line, int column) {
            QTest::newRow(row) << "items.csv" << text << QByteArray() << kind << line << column;
        };
        csv("too few fields", "id,title\na,A\nb\n", "wrong-column-count", 3, 0);
        csv("too many fields", "id,title\na,A\nb,B,C\n", "wrong-column-count", 3, 0);
        csv("open quote", "id,title\na,A\nb,\"B\nc,C\n", "unterminated-quote", 3, 2);
        csv("text after a quote", "id,title\na,\"A\"x\n", "text-after-quote", 2, 2);
        csv("bad UTF-8", "id,title\n\xff,A\n", "bad-id", 2, 1);
        csv("bad UTF-8 in a title", "id,title\na,\xe9t\xe9\n", "bad-text", 2, 2);
        csv("bad price", "id,price\na,x\n", "bad-price", 2, 2);
        csv("negative price in CSV", "id,title,price\na,A,-0.01\n", "bad-price", 2, 3);
        csv("no column id", "key,title\na,A\n", "missing-column", 1, 0);
        csv("semicolons", "id;title\na;A\n", "missing-column", 1, 0);
        csv("a column twice", "id,title,id\na,A,b\n", "repeated-column", 1, 0);
        csv("no header", "", "missing-header", 1, 0);
        csv("only a header", "id,title\n", "empty-catalog", 0, 0);
        csv("UTF-16",
            QByteArray("\xff\xfe"
                       "i\0d\0",
                       6),
            "bad-encoding", 1, 0);
        csv("endless quote", "id,title\na,\"" + QByteArray("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n").repeated(600'000),
            "unterminated-quote", 2, 2);

        const auto events = [&](const char* row, const QByteArray& text, const char* kind, int line, int column) {
            QTest::newRow(row) << "items.jsonl" << good << text << kind << line << column;
        };
        const QByteArray header("user,item,timestamp\nu,a,1600000000\n");
        events("unknown item", header + "u,c,1600000000\n", "unknown-item", 3, 2);
        events("case of an item", header + "u,A,1600000000\n", "unknown-item", 3, 2);
        events("no user", header + ",a,1600000000\n", "bad-id", 3, 1);
        events("no item", header + "u,,1600000000\n", "bad-id", 3, 2);
        events("bad UTF-8 in a user", header + "\xc0\xaf,a,1600000000\n", "bad-id", 3, 1);
        events("no time", header + "u,a,\n", "bad-time", 3, 3);
        events("no such day", header + "u,a,2021-13-40\n", "bad-time", 3, 3);
        events("words for a time", header + "u,a,yesterday\n", "bad-time", 3, 3);
        events("half a second", header + "u,a,1600000000.5\n", "bad-time", 3, 3);
        events("microseconds", header + "u,a,1600000000000000\n", "bad-time", 3, 3);
        events("too large for a number", header + "u,a,99999999999999999999\n", "bad-time", 3, 3);
        events("smallest number", header + "u,a,-9223372036854775808\n", "bad-time", 3, 3);
        events("a date among numbers", header + "u,a,2021-01-01\n", "bad-time", 3, 3);
        events("a number among dates", "user,item,timestamp\nu,a,2021-01-01\nu,b,1600000000\n", "bad-time", 3, 3);
        events("events with too few fields", header + "u,a\n", "wrong-column-count", 3, 0);
        events("events with too many fields", header + "u,a,1600000000,5\n", "wrong-column-count", 3, 0);
        events("events without a column", "user,item\nu,a\n", "missing-column", 1, 0);
        events("events without a header", "\n\n", "missing-header", 1, 0);
        const QByteArray row("v,b,1600000001\n");
        const auto stored = QByteArray::fromStdString(gzipped((header + row.repeated(3)).toStdString(), 0));
        constexpr int trailer = 8;
        events("gzip that is cut within line 4", stored.left(stored.size() - trailer - row.size() - 4), "damaged-file",
               4, 0);
        events("gzip that is cut behind line 4", stored.left(stored.size() - trailer - row.size()), "damaged-file", 5,
               0);
        events("gzip that is cut in a quoted field",
               QByteArray::fromStdString(gzipped((header + "v,\"b\nb\nb\",1600000001\n").toStdString(), 0)).left(57),
               "damaged-file", 5, 0);
        QByteArray damaged = stored;
        damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x55);
        events("gzip that is damaged", damaged, "damaged-file", -1, 0);
    }
    void badInputIsRejectedWithItsPlace() {
        QFETCH(QString, name);
        QFETCH(QByteArray, items);
        QFETCH(QByteArray, events);
        QFETCH(QString, kind);
        QFETCH(int, line);
        QFETCH(int, column);
        Try one(name.toStdString(), items.toStdString(),
                events.isNull() ? std::nullopt : std::optional(events.toStdString()));
        one.request.workspace = oldShop_ / "shop"; // which is there, and stays
        one.request.replace = true;
        const ImportResult result = one.run();
        QVERIFY(!result.accepted);
        QVERIFY(result.errors >= 1);
        compareFinding(result, kind.toStdString(), line, column);
        const std::string advice(core::whatToDo(result.findings.front().kind));
        QVERIFY(!advice.empty());
        QVERIFY2(result.message.find(result.findings.front().text() + "; " + advice) != std::string::npos,
                 result.message.c_str());
        QCOMPARE(Workspace(oldShop_ / "shop", WorkspaceAccess::readOnly).catalog().itemCount(), 7);
        QCOMPARE(result.report, oldShop_ / "shop.import-report.jsonl");
        const auto report = linesOf(result.report);
        QCOMPARE(report.size(), static_cast<std::size_t>(result.errors + result.warnings + result.notes) + 1);
        QCOMPARE(report.back().at("errors").get<std::int64_t>(), result.errors);
        QCOMPARE(report.back().at("accepted").get<bool>(), false);
    }

    void aCutGzipIsTheOnlyErrorAndSaysWhatToDo() {
        const std::string events = "user,item,timestamp\nu,a,1600000000\nu,b,1600000001\n";
        const std::string gz = gzipped(events, 0);
        Try one("items.jsonl", goodItems, gz.substr(0, gz.size() - 8 - 3));
        const ImportResult result = one.run();
        QCOMPARE(result.errors, 1); // the half line is no second one
        QVERIFY2(result.message.ends_with("interactions.csv: line 3: the gzip file is cut off; what follows is lost; "
                                          "copy, download or pack the file again"),
                 result.message.c_str());
    }
    void aProductOfTwoContentsNamesBothPlaces() {
        Try one("items.csv", "id,title\na,A\nb,B\na,other\n");
        const ImportResult result = one.run();
        QVERIFY2(result.message.find("items.csv: line 4, column 1: item \"a\" is in line 2 too, with other content; "
                                     "keep one of the two rows") != std::string::npos,
                 result.message.c_str());
        for (const auto& finding : linesOf(result.report))
            QCOMPARE(finding.value("kind", "") == "duplicate-item",
                     finding.value("what_to_do", "").starts_with("keep"));
        Try equal("items.csv", "id,title\na,A\na,A\n");
        QCOMPARE(equal.run().findings.front().why,
                 std::string("item \"a\" is in line 2 too, just the same; it is taken once"));
    }
    void whatIsNoticedInFilesOfAnyFormNamesWhatToDo() {
        for (const char* kind : {"picture-missing", "picture-unreadable", "repeated-item", "odd-times", "no-events",
                                 "item-without-row", "no-item", "odd-price", "bad-rating", "all-filtered"})
            QVERIFY2(!core::whatToDo(kind).empty(), kind);
        for (const char* kind : {"no-price", "order-only", "of no kind", ""}) QVERIFY(core::whatToDo(kind).empty());
    }

    void aLinkOutOfThePictureFolderIsRejected() {
        Try one("data/items.jsonl", "{\"id\":\"c\",\"image\":\"link.png\"}");
        test::write(one.folder / "secret.png", "secret");
        fs::create_symlink(one.folder / "secret.png", one.folder / "data/link.png");
        const ImportResult result = one.run();
        QVERIFY(!result.accepted);
        compareFinding(result, "picture-outside", 1, 0);
    }
    void aLinkWithinThePictureFolderIsFine() {
        Try one("items.jsonl", "{\"id\":\"c\",\"image\":\"a/link.png\"}");
        test::write(one.folder / "b/real.png", "pixels");
        fs::create_directory(one.folder / "a");
        fs::create_symlink("../b/real.png", one.folder / "a/link.png");
        QCOMPARE(one.run().summary.itemsWithoutPicture, 0);
    }
    void everythingIsReadBeforeItIsRejected() {
        Try one("items.jsonl", std::string(goodItems) + "{\n{\"id\":\"c\"}\n{\"id\":\"d\",\"price\":-1}\n",
                "user,item,timestamp\nu,z,1600000000\nu,a,x\nu,a,1600000000\n");
        const ImportResult result = one.run();
        QVERIFY(!result.accepted);
        QCOMPARE(result.errors, 4);
        QCOMPARE(result.itemsRead, 5);
        QCOMPARE(result.itemsLeftOut, 2);
        QCOMPARE(result.eventsRead, 3);
        QCOMPARE(result.eventsLeftOut, 2);
        QVERIFY2(result.message.find("line 3, column 2: bad JSON") != std::string::npos, result.message.c_str());
        QVERIFY2(result.message.ends_with("(and 3 more errors)"), result.message.c_str());
    }
    void skippingBadRowsSaysWhatWasLeftOut() {
        Try one("items.jsonl", std::string(goodItems) + "{\n{\"id\":\"c\"}\n",
                "user,item,timestamp\nu,z,1600000000\nu,a,1600000000\nv,z,1600000000\n");
        test::write(one.folder / "shop.import-report.jsonl", "of an earlier try");
        one.request.skipBadRows = true;
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.summary.items, 3);
        QCOMPARE(result.summary.events, 1);
        QCOMPARE(result.summary.users, 1); // v had only an event of an unknown item
        QCOMPARE(result.itemsLeftOut, 1);
        QCOMPARE(result.eventsLeftOut, 2);
        QCOMPARE(result.report, one.request.workspace / "import-report.jsonl");
        QVERIFY(!fs::exists(one.folder / "shop.import-report.jsonl"));
        const auto report = linesOf(result.report);
        QCOMPARE(report.back().at("accepted").get<bool>(), true);
        QCOMPARE(report.back().at("events_left_out").get<int>(), 2);
        std::vector<int> lines;
        for (const auto& finding : report)
            if (finding.value("kind", "") == "unknown-item") lines.push_back(finding.at("line").get<int>());
        QCOMPARE(lines, (std::vector<int>{2, 4}));
    }
    void skippingBadRowsDoesNotHideWhatIsUnknown() {
        const std::string gz = gzipped(goodItems);
        Try one("items.jsonl.gz", gz.substr(0, gz.size() - 9));
        one.request.skipBadRows = true;
        QVERIFY(!one.run().accepted);
        Try two("items.jsonl", "{\n{\n");
        two.request.skipBadRows = true;
        const ImportResult result = two.run();
        QVERIFY(!result.accepted);
        QCOMPARE(result.countOfKind.at("empty-catalog"), 1);
    }
    void theSameProductAgainIsTakenOnce() {
        Try one("items.jsonl", std::string(goodItems) + goodItems);
        const ImportResult result = one.run();
        QVERIFY(result.accepted);
        QCOMPARE(result.summary.items, 2);
        QCOMPARE(result.countOfKind.at("repeated-item"), 2);
    }
    void whatIsMissingIsCountedAndAllowed() {
        Try one("items.jsonl", "{\"id\":\"a\",\"title\":\"A\",\"image\":\"gone.png\"}\n"
                               "{\"id\":\"b\"}\n"
                               "{\"id\":\"c\",\"title\":\"C\",\"price\":0,\"image\":\"folder\"}\n"
                               "{\"id\":\"d\",\"title\":\"D\",\"price\":1,\"image\":\"http://shop/d.png\"}");
        fs::create_directory(one.folder / "folder");
        const ImportResult result = one.run();
        QVERIFY(result.accepted);
        QCOMPARE(result.countOfKind.at("picture-missing"), 3);
        QCOMPARE(result.findings.at(0).why,
                 "picture \"gone.png\" does not exist in " + fs::canonical(one.folder / ".").string());
        QCOMPARE(result.countOfKind.at("no-picture"), 1);
        QCOMPARE(result.countOfKind.at("no-text"), 1);
        QCOMPARE(result.countOfKind.at("no-price"), 2);
        QCOMPARE(result.warnings, 3);
        QCOMPARE(result.summary.itemsWithoutPicture, 4);
        QCOMPARE(result.summary.itemsWithoutPrice, 2);
        QCOMPARE(result.summary.itemsWithoutText, 1);
    }
    void theFirstThousandFindingsAreTheWorst() {
        std::string items;
        for (int i = 0; i < 1500; ++i) items += "{\"id\":\"" + std::to_string(i) + "\"}\n";
        items += "broken\n";
        Try one("items.jsonl", items);
        const ImportResult result = one.run();
        QCOMPARE(result.findings.size(), std::size_t{1000});
        QCOMPARE(result.findings[0].kind, std::string("bad-json"));
        QCOMPARE(result.findings[0].line, 1501);
        QCOMPARE(result.notes, 4500);
        QCOMPARE(linesOf(result.report).size(), std::size_t{4502});
    }
    void idsOfAnyKindAreKept() {
        const std::vector<std::string> ids{"🎒",
                                           "https://shop.example/?a=1&b=2#c",
                                           "'; DROP TABLE items; --",
                                           std::string(1000, 'x'),
                                           "0042",
                                           "42",
                                           " 42",
                                           "e\xcc\x81",
                                           "é",
                                           "a\tb",
                                           "line\nfeed",
                                           "\"quoted\"",
                                           "%_*"};
        std::string items, events = "user,item,timestamp\n";
        for (const auto& id : ids) {
            items += nlohmann::json{{"id", id}, {"title", "t"}}.dump() + "\n";
            std::string field;
            for (const char c : id) field += c == '"' ? std::string("\"\"") : std::string(1, c);
            events += "\"" + field + "\",\"" + field + "\",1600000000\n";
        }
        Try one("items.jsonl", items, events);
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        Workspace workspace = one.open();
        for (std::size_t i = 0; i < ids.size(); ++i) {
            QCOMPARE(workspace.catalog().find(ids[i]), std::optional(core::ItemIndex{static_cast<std::int32_t>(i)}));
            QCOMPARE(workspace.interactions().user({static_cast<std::int32_t>(i)}).id, ids[i]);
            QVERIFY(!workspace.catalog().search({.text = ids[i]}, 0, 5).items.empty());
        }
    }

    void timesAreUnderstood_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<qint64>("firstMs");
        QTest::addColumn<qint64>("secondMs");
        QTest::addColumn<bool>("hasTimes");
        const auto row = [](const char* name, const char* first, const char* second, qint64 firstMs, qint64 secondMs,
                            bool hasTimes) {
            QTest::newRow(name) << first << second << firstMs << secondMs << hasTimes;
        };
        row("seconds", "978300760", "1600000000", 978300760000, 1600000000000, true);
        row("milliseconds", "978300760123", "1600000000456", 978300760123, 1600000000456, true);
        row("seconds before 1970", "-86400", "1600000000", -86400000, 1600000000000, true);
        row("order", "1", "999999", 1, 999999, false);
        row("just not order", "1", "1000000", 1000, 1000000000, true);
        row("floats that are whole", "978300760.0", "978300761.00", 978300760000, 978300761000, true);
        row("days", "1970-01-02", "2020-02-29", 86400000, 1582934400000, true);
        row("datetimes", "2020-09-13T12:26:40Z", "2020-09-13 12:26:41", 1600000000000, 1600000001000, true);
        row("offsets", "2020-09-13T14:26:40+02:00", "2020-09-13T12:26:40-0030", 1600000000000, 1600001800000, true);
        row("fractions", "2020-09-13T12:26:40.5Z", "2020-09-13T12:26:40.123456+00", 1600000000500, 1600000000123, true);
        row("minutes", "2020-09-13T12:26", "2020-09-13T12:27Z", 1599999960000, 1600000020000, true);
    }
    void timesAreUnderstood() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(qint64, firstMs);
        QFETCH(qint64, secondMs);
        QFETCH(bool, hasTimes);
        Try one("items.jsonl", goodItems,
                "user,item,timestamp\nu,a," + first.toStdString() + "\nv,a," + second.toStdString() + "\n");
        const ImportResult result = one.run();
        QVERIFY2(result.accepted, result.message.c_str());
        QCOMPARE(result.summary.hasTimes, hasTimes);
        Workspace workspace = one.open();
        QCOMPARE(workspace.interactions().history({0})[0].time, firstMs);
        QCOMPARE(workspace.interactions().history({1})[0].time, secondMs);
        QCOMPARE(workspace.interactions().user({0}).lastTime.has_value(), hasTimes);
    }
    void whatIsNoTimeIsNotTaken() {
        for (const char* text : {"", " ", "x", "2021", "2021-1-1", "2021-02-29", "2021-00-01", "2021-01-01T",
                                 "2021-01-01T24:00", "2021-01-01T10", "2021-01-01T10:00:00X", "2021-01-01T10:00+1",
                                 "2021-01-01 10:00 ", "1.", "1e9", "0x10", "+5", "2021-01-01x", "10:00"}) {
            const auto time = core::parseTime(text);
            const bool isTrimmedOrPlain =
                std::string_view(text) == "2021-01-01 10:00 " || std::string_view(text) == "2021";
            QVERIFY2(time.has_value() == isTrimmedOrPlain, text);
        }
    }
    void oddTimesAreWarnedOf() {
        Try days("items.jsonl", goodItems, "user,item,timestamp\nu,a,20210304\nu,b,20211231\n");
        QCOMPARE(days.run().countOfKind.at("odd-times"), 1);
        Try mixed("items.jsonl", goodItems, "user,item,timestamp\nu,a,1600000000\nu,b,1600000000000\n");
        QCOMPARE(mixed.run().countOfKind.at("odd-times"), 1);
        Try none("items.jsonl", goodItems, "user,item,timestamp\n");
        const ImportResult result = none.run();
        QVERIFY(result.accepted);
        QCOMPARE(result.countOfKind.at("no-events"), 1);
        QVERIFY(!result.summary.hasTimes);
    }

    void picturesAreCopiedOnRequest() {
        Try one("items.jsonl", "{\"id\":\"a\",\"image\":\"x/a.png\"}\n"
                               "{\"id\":\"b\",\"image\":\"./x/../x/a.png\"}");
        one.request.pictures = one.folder / "photos";
        test::write(one.folder / "photos/x/a.png", "pixels");
        one.request.copyPictures = true;
        QCOMPARE(one.run().summary.itemsWithoutPicture, 0);
        fs::remove_all(one.folder / "photos");
        fs::rename(one.request.workspace, one.folder / "moved");
        Workspace workspace(one.folder / "moved", WorkspaceAccess::readOnly);
        QCOMPARE(test::read(workspace.catalog().item({0}).picture), std::string("pixels"));
        QCOMPARE(workspace.catalog().item({1}).picture, workspace.catalog().item({0}).picture);
    }
    void otherPixelsMakeAnotherHash() {
        Try one("items.jsonl", "{\"id\":\"a\",\"image\":\"a.png\"}");
        test::write(one.folder / "a.png", "pixels");
        const auto first = one.run().summary.catalogHash;
        test::write(one.folder / "a.png", "pixelz");
        one.request.replace = true;
        QVERIFY(one.run().summary.catalogHash != first);
    }
    void missingFilesAreNotFound() {
        Try one("items.jsonl", goodItems);
        const auto with = [&](auto change) {
            ImportRequest request = one.request;
            change(request);
            return core::importWorkspace(request, test::noProgress, {});
        };
        VERIFY_ERROR(with([&](auto& request) { request.items = one.folder / "none"; }), ErrorKind::notFound, "none");
        VERIFY_ERROR(with([&](auto& request) { request.interactions = one.folder / "none"; }), ErrorKind::notFound,
                     "none");
        VERIFY_ERROR(with([&](auto& request) { request.pictures = one.folder / "none"; }), ErrorKind::notFound, "none");
        VERIFY_ERROR(with([&](auto& request) { request.items = one.folder.path(); }), ErrorKind::invalidInput,
                     "folder");
        QVERIFY(!fs::exists(one.request.workspace));
    }
    void anExistingWorkspaceIsReplacedOnlyOnRequest() {
        Try one("items.jsonl", goodItems);
        test::makeSmallShop(one.request.workspace);
        VERIFY_ERROR(one.run(), ErrorKind::unavailable, "already");
        QCOMPARE(one.open().catalog().itemCount(), 7);
        one.request.replace = true;
        QVERIFY(one.run().accepted);
        QCOMPARE(one.open().catalog().itemCount(), 2);
    }
    void aRejectedImportLeavesTheOldWorkspace() {
        Try one("items.jsonl", "{");
        test::makeSmallShop(one.request.workspace);
        one.request.replace = true;
        QVERIFY(!one.run().accepted);
        QCOMPARE(one.open().catalog().itemCount(), 7);
    }
    void picturesInsideTheReplacedWorkspaceAreNotLost() {
        Try one("items.jsonl", "{\"id\":\"a\",\"image\":\"a.png\"}");
        test::makeSmallShop(one.request.workspace);
        one.request.pictures = one.request.workspace / "pictures";
        test::write(*one.request.pictures / "a.png", "pixels");
        one.request.replace = true;
        VERIFY_ERROR(one.run(), ErrorKind::unavailable, "--copy-pictures");
        one.request.copyPictures = true;
        QCOMPARE(one.run().summary.itemsWithoutPicture, 0);
        QCOMPARE(test::read(one.open().catalog().item({0}).picture), std::string("pixels"));
    }
    void aStopLeavesNothing() {
        std::string items;
        for (int i = 0; i < 2000; ++i) items += "{\"id\":\"" + std::to_string(i) + "\"}\n";
        Try one("items.jsonl", items);
        std::stop_source source;
        const core::ProgressSink stopAtOnce = [&](const core::Progress& progress) {
            QCOMPARE(progress.unit, std::string("rows"));
            source.request_stop();
        };
        VERIFY_ERROR(core::importWorkspace(one.request, stopAtOnce, source.get_token()), ErrorKind::cancelled,
                     "cancelled");
        QCOMPARE(std::distance(fs::directory_iterator(one.folder.path()), fs::directory_iterator()), 1);
    }

    void killedInTheMiddleTheOldWorkspaceIsWhole() {
        std::string events = "user,item,timestamp\n";
        for (int i = 0; i < 60'000; ++i)
            events += "u" + std::to_string(i % 100) + ",a," + std::to_string(1600000000 + i) + "\n";
        Try one("items.jsonl", goodItems, events);
        test::makeSmallShop(one.request.workspace);
        const pid_t child = fork();
        if (child == 0) {
            const std::string arguments[] = {one.request.workspace, one.request.items, *one.request.interactions};
            execl("/proc/self/exe", "tst_importers", importArgument, arguments[0].c_str(), arguments[1].c_str(),
                  arguments[2].c_str(), nullptr);
            _exit(1);
        }
        const auto buildFolders = [&] {
            std::vector<fs::path> found;
            for (const auto& entry : fs::directory_iterator(one.folder.path()))
                if (entry.path().filename().string().starts_with(".shop.building-")) found.push_back(entry.path());
            return found;
        };
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(one.folder / "shop.waiting"), 30'000);
        QCOMPARE(kill(child, SIGKILL), 0);
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(buildFolders().size(), std::size_t{1});
        {
            Workspace old(one.request.workspace, WorkspaceAccess::readWrite);
            QVERIFY2(!old.isReadOnly(), old.readOnlyReason().c_str());
            QCOMPARE(old.catalog().itemCount(), 7);
            QCOMPARE(old.interactions().history({0}).size(), std::size_t{3});
        }
        one.request.replace = true;
        QVERIFY(one.run().accepted);
        QCOMPARE(one.open().interactions().eventCount(), 60'000);
        QVERIFY(buildFolders().empty());
    }
    void aFullDiskIsSaidAndLosesNothing() {
        std::string events = "user,item,timestamp\n";
        for (int i = 0; i < 60'000; ++i)
            events += "u" + std::to_string(i % 100) + ",a," + std::to_string(1600000000 + i) + "\n";
        Try one("items.jsonl", goodItems, events);
        test::makeSmallShop(one.request.workspace);
        one.request.replace = true;
        rlimit old{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit small = old;
        small.rlim_cur = 600'000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        std::string message;
        ErrorKind kind = ErrorKind::internal;
        try {
            one.run();
        } catch (const core::Error& error) {
            message = error.what();
            kind = error.kind();
        }
        setrlimit(RLIMIT_FSIZE, &old);
        std::signal(SIGXFSZ, oldHandler);
        QVERIFY2(message.find("full") != std::string::npos, message.c_str());
        QCOMPARE(kind, ErrorKind::unavailable);
        QCOMPARE(one.open().catalog().itemCount(), 7);
        QVERIFY(one.run().accepted);
    }
};

int main(int argc, char** argv) {
    if (argc == 5 && std::string_view(argv[1]) == importArgument) {
        ImportRequest request;
        request.workspace = argv[2];
        request.items = argv[3];
        request.interactions = argv[4];
        request.replace = true;
        importInChild(request);
        return 0;
    }
    TestImporters tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_importers.moc"
