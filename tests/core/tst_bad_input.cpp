#include "core/importers/html_text.h"
#include "core/importers/import.h"
#include "core/importers/line_reader.h"
#include "core/importers/price_value.h"
#include "core/workspace/workspace_builder.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/without_privileges.h"
#include <QtTest>
#include <cmath>
#include <sys/stat.h>
#include <zlib.h>

using core::ErrorKind;
using core::ImportRequest;
using core::ImportResult;
namespace fs = std::filesystem;

namespace {

struct Try {
    test::TemporaryFolder folder;
    ImportRequest request;

    explicit Try(const std::string& items, std::optional<std::string> events = std::nullopt) {
        request.workspace = folder / "shop";
        request.items = test::write(folder / "items.jsonl", items);
        if (events) request.interactions = test::write(folder / "interactions.csv", *events);
    }
    ImportResult run() const { return core::importWorkspace(request, test::noProgress, {}); }
};

std::string pngHeader(std::uint32_t width, std::uint32_t height) {
    std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (const std::uint32_t number : {width, height})
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
    return bytes + std::string("\x08\x02\0\0\0", 5);
}

std::string finding(const ImportResult& result, const std::string& kind) {
    for (const auto& found : result.findings)
        if (found.kind == kind) return found.text();
    return {};
}

constexpr auto readable = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
constexpr auto readableAndEnterable = readable | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

/// Every input here is wrong or odd in one way. It is either read as meant, or refused with its place and nothing lost.
class TestBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void picturesThatNobodyWillSeeAreNamed() {
        Try one("{\"id\":\"empty\",\"image\":\"empty.png\"}\n{\"id\":\"huge\",\"image\":\"huge.png\"}\n"
                "{\"id\":\"folder\",\"image\":\"folder.png\"}\n{\"id\":\"text\",\"image\":\"text.jpg\"}\n"
                "{\"id\":\"gif\",\"image\":\"moving.gif\"}\n{\"id\":\"good\",\"image\":\"good.png\"}\n"
                "{\"id\":\"vast\",\"image\":\"vast.png\"}\n{\"id\":\"cmyk\",\"image\":\"cmyk.jpg\"}\n");
        test::write(one.folder / "empty.png", "");
        test::write(one.folder / "huge.png", pngHeader(30'000, 30'000));
        test::write(one.folder / "vast.png", pngHeader(0xffffffff, 0xffffffff)); // more than 64 bits can count
        test::write(one.folder / "text.jpg", "no picture");
        test::write(one.folder / "moving.gif", "GIF89a\x10\x01\x10\x01");
        test::write(one.folder / "good.png", pngHeader(30, 40));
        fs::copy_file(fs::path(PIXREC_TEST_DATA) / "pictures/cmyk.jpg", one.folder / "cmyk.jpg");
        fs::create_directory(one.folder / "folder.png");
        const ImportResult result = one.run();
        QVERIFY(result.accepted);
        QCOMPARE(result.errors, 0);
        QCOMPARE(result.countOfKind.at("picture-unreadable"), 5);
        QCOMPARE(result.countOfKind.at("picture-missing"), 1);
        std::string all;
        for (const auto& found : result.findings) all += found.text() + "\n";
        QVERIFY2(holds(all, "line 1: picture \"empty.png\" is an empty file"), all.c_str());
        QVERIFY2(holds(all, "line 2: picture \"huge.png\" has 30000 x 30000 pixels; at most 100 megapixels"),
                 all.c_str());
        QVERIFY2(holds(all, "line 3: picture \"folder.png\" is no file"), all.c_str());
        QVERIFY2(holds(all, "line 4: picture \"text.jpg\" is no picture"), all.c_str());
        QVERIFY2(holds(all, "line 5: picture \"moving.gif\" is a GIF"), all.c_str());
        QVERIFY2(holds(all, "line 7: picture \"vast.png\" has 4294967295 x 4294967295 pixels"), all.c_str());
        QVERIFY2(!holds(all, "good.png") && !holds(all, "cmyk.jpg"), all.c_str());
        QVERIFY(holds(std::string(core::whatToDo("picture-unreadable")), "JPEG or PNG"));
        core::Workspace workspace(one.request.workspace, core::WorkspaceAccess::readOnly);
        QCOMPARE(workspace.catalog().itemCount(), 8); // no product is lost for its picture
    }
    void datesInFiveNotationsAreReadAndNonsenseIsNot() {
        const std::string good = "{\"id\":\"a\"}\n";
        const auto timeOf = [&](const std::string& written) -> std::optional<std::int64_t> {
            Try one(good, "user,item,timestamp\nu,a,\"" + written + "\"\n");
            if (!one.run().accepted) return std::nullopt;
            core::Workspace workspace(one.request.workspace, core::WorkspaceAccess::readOnly);
            return workspace.interactions().history({0})[0].time;
        };
        const std::int64_t noon = 1614859200000; // 2021-03-04T12:00Z
        QCOMPARE(timeOf("1614859200"), std::optional(noon));
        QCOMPARE(timeOf("1614859200000"), std::optional(noon));
        QCOMPARE(timeOf("2021-03-04T12:00:00Z"), std::optional(noon));
        QCOMPARE(timeOf("2021-03-04 14:00+02:00"), std::optional(noon));
        QCOMPARE(timeOf("2021/03/04"), std::optional(noon - 12 * 3'600'000));
        for (const char* nonsense : {"tomorrow", "2021-02-30", "03 04, 2021", "12:00", "2021-3-4", "NaT", "0x5f"})
            QVERIFY2(!timeOf(nonsense), nonsense);
        Try twoWays(good, "user,item,timestamp\nu,a,03/04/2021\n");
        const ImportResult result = twoWays.run();
        QVERIFY2(holds(result.message,
                       "interactions.csv: line 2, column 3: \"03/04/2021\" is a date that can be read in two "
                       "ways; write YYYY-MM-DD"),
                 result.message.c_str());
    }
    void aLineOfTenMegabytesIsReadAndOneOfSeventeenIsNot() {
        const std::string ten(std::size_t{10} << 20, 'x');
        Try one("{\"id\":\"a\",\"description\":\"" + ten + "\"}\n{\"id\":\"b\"}\n");
        QCOMPARE(one.run().summary.items, 2);
        Try two("{\"id\":\"a\"}\n{\"id\":\"b\",\"description\":\"" + ten + ten + "\"}\n{\"id\":\"c\"}\n");
        two.request.skipBadRows = true;
        const ImportResult result = two.run();
        QCOMPARE(result.summary.items, 2); // the line behind it is read again
        QVERIFY(holds(finding(result, "too-long"), "items.jsonl: line 2"));
    }
    void aGzipBombIsNotReadToItsEnd() {
        test::TemporaryFolder folder;
        const fs::path file = folder / "items.csv.gz";
        gzFile gz = gzopen(file.c_str(), "wb9");
        gzputs(gz, "id,title\na,A\n");
        const std::string lines(1 << 20, '\n');
        for (int i = 0; i < 70; ++i) gzwrite(gz, lines.data(), static_cast<unsigned>(lines.size()));
        gzclose(gz);
        ImportRequest request;
        request.workspace = folder / "shop";
        request.items = file;
        const ImportResult result = core::importWorkspace(request, test::noProgress, {});
        QVERIFY(!result.accepted && result.isBlocked);
        QVERIFY2(holds(result.message, "200 times its size"), result.message.c_str());
    }
    void quotesInQuotesLineEndsAndMarksAreNoObstacle() {
        test::TemporaryFolder folder;
        ImportRequest request;
        request.workspace = folder / "shop";
        request.items =
            test::write(folder / "items.csv", "\xef\xbb\xbfid,title\r\n\"a\",\"He said \"\"go\"\", twice\"\r\n"
                                              "b,\"two\r\nlines\"\r\n");
        QVERIFY(core::importWorkspace(request, test::noProgress, {}).accepted);
        core::Workspace workspace(request.workspace, core::WorkspaceAccess::readOnly);
        QCOMPARE(workspace.catalog().item({0}).text.title, std::string("He said \"go\", twice"));
        QCOMPARE(workspace.catalog().item({1}).text.title, std::string("two\r\nlines"));
    }
    void latin1InAFileOfTheOwnFormIsAnErrorWithItsPlace() {
        test::TemporaryFolder folder;
        ImportRequest request;
        request.workspace = folder / "shop";
        request.items = test::write(folder / "items.csv", "id,title\na,Caf\xe9\n");
        const ImportResult result = core::importWorkspace(request, test::noProgress, {});
        QVERIFY2(holds(result.message, "items.csv: line 2, column 2: title is not valid UTF-8"),
                 result.message.c_str());
        QVERIFY(!fs::exists(request.workspace));
    }
    void aFolderNamedLikeAFileIsSaid() {
        Try one("{\"id\":\"a\"}\n");
        fs::create_directory(one.folder / "interactions.csv");
        one.request.interactions = one.folder / "interactions.csv";
        VERIFY_ERROR(one.run(), ErrorKind::invalidInput, "this is a folder");
        QVERIFY(!fs::exists(one.request.workspace));
    }
    void aWorkspaceThatMayNotBeWrittenIsNotReplaced() {
        Try one("{\"id\":\"a\"}\n");
        test::makeSmallShop(one.folder / "locked/shop");
        one.request.workspace = one.folder / "locked/shop";
        one.request.replace = true;
        fs::permissions(one.folder.path(), fs::perms::all);
        fs::permissions(one.folder / "locked", readableAndEnterable);
        {
            const test::WithoutPrivileges nobody;
            VERIFY_ERROR(one.run(), ErrorKind::unavailable, "cannot be written");
        }
        core::Workspace old(one.request.workspace, core::WorkspaceAccess::readOnly);
        QCOMPARE(old.catalog().itemCount(), 7);
        fs::permissions(one.folder / "locked", fs::perms::owner_all);
    }
    void aWorkspaceThatMayNotBeWrittenIsStillRead() {
        test::TemporaryFolder folder;
        const auto shop = folder / "shop";
        test::makeSmallShop(shop);
        fs::permissions(folder.path(), fs::perms::all);
        for (const auto& entry : fs::recursive_directory_iterator(shop))
            fs::permissions(entry.path(), entry.is_directory() ? readableAndEnterable : readable);
        fs::permissions(shop, readableAndEnterable);
        {
            const test::WithoutPrivileges nobody;
            core::Workspace workspace(shop, core::WorkspaceAccess::readWrite);
            QVERIFY(workspace.isReadOnly());
            QVERIFY2(holds(workspace.readOnlyReason(), "written"), workspace.readOnlyReason().c_str());
            QCOMPARE(workspace.catalog().itemCount(), 7);
            QCOMPARE(workspace.interactions().eventCount(), 4);
        }
        fs::permissions(shop, fs::perms::owner_all);
    }
    void aWorkspaceOpenElsewhereIsNotReplaced() {
        Try one("{\"id\":\"a\"}\n");
        test::makeSmallShop(one.request.workspace);
        one.request.replace = true;
        const core::Workspace open(one.request.workspace, core::WorkspaceAccess::readWrite);
        VERIFY_ERROR(one.run(), ErrorKind::unavailable, "open in another window or program");
        QCOMPARE(core::Workspace(one.request.workspace, core::WorkspaceAccess::readOnly).catalog().itemCount(), 7);
    }

    void pricesAsShopsWriteThem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("isRange");
        const auto row = [](const char* text, double value, bool isRange = false) {
            QTest::newRow(text) << text << value << isRange;
        };
        row("$12.34", 12.34);
        row(" 12.34 USD ", 12.34);
        row("€ 1.299,00", 1299);
        row("1,299.50", 1299.5);
        row("1,299", 1299);
        row("12,5", 12.5);
        row("from 5.99", 5.99);
        row("$5.99 - $12.50", 5.99, true);
        row("5–7", 5, true);
        row("0", 0);
        for (const char* none :
             {"", "free", "-5", "$", "12 apples", "$5 - $3", "1.2.3.4x", ".a-box-inner{color:red}", "—"})
            row(*none ? none : "nothing", std::nan(""));
    }
    void pricesAsShopsWriteThem() {
        QFETCH(QString, text);
        QFETCH(double, value);
        QFETCH(bool, isRange);
        const auto price = core::parsePrice(text == "nothing" ? std::string() : text.toStdString());
        QCOMPARE(price.has_value(), !std::isnan(value));
        if (!price) return;
        QCOMPARE(price->value, value);
        QCOMPARE(price->isRange, isRange);
    }
    void textOfPagesBecomesPlain() {
        const auto plain = [](const char* html) { return QString::fromStdString(core::plainTextOfHtml(html)); };
        QCOMPARE(plain("A &amp; B &lt;3 &#39;x&#x27; &eacute; &hellip;"), QString("A & B <3 'x' é …"));
        QCOMPARE(plain("<p>One<br/>two</p>\n <b>three</b>"), QString("One two three"));
        QCOMPARE(plain("a < b & c; 5 > 3 &unknown; &#0; &#xD800;"),
                 QString("a < b & c; 5 > 3 &unknown; &#0; &#xD800;"));
        QCOMPARE(plain("&nbsp; x &nbsp;"), QString("x"));
    }
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_bad_input.moc"
