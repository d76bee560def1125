#include "core/array_files/safetensors.h"
#include "core/model_import/id_mapping.h"
#include "core/model_import/model_import.h"
#include "core/model_import/trusted_scripts.h"
#include "core/workspace/workspace.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <cstring>

using core::AddModelRequest;
using core::ErrorKind;

namespace {

const core::ProgressSink quiet = [](const core::Progress&) {};
/// The ids of tests/support/small_shop.h in order.
const std::vector<std::string> shopIds{"24-MB01", "0042", "🎒", "'; DROP TABLE items; --", "x", "twin 1", "twin 2"};

core::StoredTensor floats(std::vector<std::int64_t> shape, std::vector<float> values) {
    core::StoredTensor tensor{"F32", std::move(shape), std::vector<std::byte>(values.size() * 4)};
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

std::string json(const std::vector<std::string>& ids) {
    std::string text = "[";
    for (const auto& id : ids) text += (text.size() > 1 ? ",\"" : "\"") + id + "\"";
    return text + "]";
}

/// A gzip file of this text, stored as it is, that is cut `missing` bytes before the end of the text.
std::string cutGzip(const std::string& text, std::size_t missing) {
    const auto size = static_cast<std::uint16_t>(text.size());
    std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01", 11);
    for (const auto number : {size, static_cast<std::uint16_t>(~size)})
        for (const int shift : {0, 8}) bytes += static_cast<char>(number >> shift);
    return bytes + text.substr(0, text.size() - missing);
}

bool hasFinding(const core::AddModelResult& result, core::ModelFindingKind kind, std::string_view words) {
    for (const auto& finding : result.findings)
        if (finding.kind == kind && finding.text().find(words) != std::string::npos) return true;
    for (const auto& finding : result.findings) qInfo("finding: %s", finding.text().c_str());
    return false;
}

} // namespace

class TestModelImport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        test::makeSmallShop(folder_ / "shop");
        workspace_.emplace(folder_ / "shop", core::WorkspaceAccess::readOnly);
    }
    void init() {
        files_.emplace();
        request_ = {};
        request_.workspace = folder_ / "shop";
        request_.name = "mine";
    }

    void vectorsWithTheirIdsBesideThemAreFit() {
        writeVectors(shopIds, 7, 3);
        const auto model = prepare();
        QVERIFY(model.found.isFit);
        QCOMPARE(model.found.recommender, "vectors");
        QCOMPARE(model.found.items.matched, 7);
        QCOMPARE(model.found.items.missing, 0);
        QCOMPARE(model.found.items.first.size(), 7U);
        QCOMPARE(model.found.items.first[0].title, "Joust Duffle Bag");
        QVERIFY(model.found.items.last.empty());
        QVERIFY(model.found.followsEdits);
        QCOMPARE(model.found.arrays.at(0).shape, (std::vector<std::int64_t>{7, 3}));
    }
    void idsMayStandInTheMetadata() {
        core::TensorFile content;
        content.tensors["anything"] = floats({7, 1}, {1, 2, 3, 4, 5, 6, 7});
        content.metadata["item_ids"] = json(shopIds);
        core::writeTensorFile(request_.file = *files_ / "v.safetensors", content);
        QVERIFY(prepare().found.isFit);
        content.metadata["item_ids"] = "[1, 2]";
        core::writeTensorFile(request_.file, content);
        expectError("not a JSON list of texts");
    }
    void theMappingShowsTheFirstAndTheLastTen() {
        std::vector<std::string> ids = shopIds;
        for (int extra = 0; extra < 30; ++extra) ids.push_back("extra " + std::to_string(extra));
        writeVectors(ids, 37, 2);
        const auto found = prepare().found;
        QCOMPARE(found.items.first.size(), 10U);
        QCOMPARE(found.items.last.size(), 10U);
        QCOMPARE(found.items.last.front().row, 27);
        QVERIFY(!found.items.last.front().isKnown && found.items.first.front().isKnown);
        QCOMPARE(found.items.unknown, 30);
        QCOMPARE(found.items.unknownExamples.size(), 10U);
        QVERIFY(hasFinding(found, core::ModelFindingKind::warning, "30 of 37 product ids are not known"));
        QVERIFY(found.isFit);
    }
    void fewerThanHalfOfTheProductsNeedsAWord() {
        writeVectors({"24-MB01", "0042", "x"}, 3, 2);
        expectError("3 of 7 products of the workspace have a vector");
        request_.allowMissing = true;
        const auto found = prepare().found;
        QVERIFY(found.isFit);
        QCOMPARE(found.items.missing, 4);
        QVERIFY(hasFinding(found, core::ModelFindingKind::warning, "stand below"));
    }
    void idsOfAnotherShopAreRefusedWithBothSpellings() {
        writeVectors({"A1", "A2"}, 2, 2);
        expectError("not one product id is known");
        expectError("\"A1\"");
        expectError("\"24-MB01\"");
    }
    void doubledIdsAreRefused() {
        auto ids = shopIds;
        ids[3] = ids[0];
        writeVectors(ids, 7, 2);
        expectError("1 product ids stand more than once, for example \"24-MB01\"");
    }
    void rowsAndIdsMustBeAsMany() {
        writeVectors(shopIds, 6, 2);
        expectError("6 item vectors, but 7 ids");
    }
    void nanAndInfinityAreRefusedWithTheFirstRow() {
        for (const float bad : {std::nanf(""), INFINITY}) {
            core::TensorFile content;
            content.tensors["item_vectors"] = floats({7, 1}, {1, 2, bad, 4, 5, bad, 7});
            content.metadata["item_ids"] = json(shopIds);
            core::writeTensorFile(request_.file = *files_ / "v.safetensors", content);
            expectError("2 of 7 item vectors hold NaN or infinite numbers, the first in row 3");
        }
    }
    void withoutIdsTheOrderMustBeSaid() {
        core::TensorFile content;
        content.tensors["item_vectors"] = floats({7, 1}, {1, 2, 3, 4, 5, 6, 7});
        core::writeTensorFile(request_.file = *files_ / "v.safetensors", content);
        expectError("which product each row is");
        request_.inCatalogOrder = true;
        auto model = prepare();
        QVERIFY(model.found.isFit);
        QCOMPARE(model.vectors->itemIds, shopIds);
        content.tensors["item_vectors"] = floats({6, 1}, {1, 2, 3, 4, 5, 6});
        core::writeTensorFile(request_.file, content);
        expectError("6 rows cannot stand for the 7 products");
    }
    void userVectorsMakeAModelThatCannotFollowEdits() {
        core::TensorFile content;
        content.tensors["item_vectors"] = floats({7, 2}, std::vector<float>(14, 1));
        content.tensors["user_vectors"] = floats({2, 2}, {1, 2, 3, 4});
        content.metadata["item_ids"] = json(shopIds);
        core::writeTensorFile(request_.file = *files_ / "v.safetensors", content);
        expectError("whose the user vectors are");
        request_.userIds = test::write(*files_ / "users.txt", "anna\r\ncleo\r\n");
        const auto found = prepare().found;
        QVERIFY(found.isFit && !found.followsEdits);
        QCOMPARE(found.users->matched, 2);
        QCOMPARE(found.users->missingExamples, std::vector<std::string>{"bert"});
        QVERIFY(found.limits.front().find("cannot follow edits") != std::string::npos);
        content.tensors["user_vectors"] = floats({2, 1}, {1, 2});
        core::writeTensorFile(request_.file, content);
        expectError("item vectors have 2 numbers, user vectors 1");
    }
    void idsAreReadFromFourKindsOfFile() {
        const std::vector<std::string> wanted{"7", "b"};
        QCOMPARE(core::readIdFile(test::write(*files_ / "i.txt", "\xef\xbb\xbf"
                                                                 "7\nb")),
                 wanted);
        QCOMPARE(core::readIdFile(test::write(*files_ / "i.json", "[7, \"b\"]")), wanted);
        QCOMPARE(core::readIdFile(test::write(*files_ / "i.csv", "title,item_id\nA,7\n\"B, b\",b\n")), wanted);
        VERIFY_ERROR(core::readIdFile(test::write(*files_ / "j.csv", "a,b\n1,2\n")), ErrorKind::invalidInput,
                     "no column item_id");
        VERIFY_ERROR(core::readIdFile(test::write(*files_ / "j.csv", "id,b\n1,2\n3\n")), ErrorKind::invalidInput,
                     "line 3");
        VERIFY_ERROR(core::readIdFile(test::write(*files_ / "k.txt", "a\n\xff\n")), ErrorKind::invalidInput,
                     "line 2 is not UTF-8");
        VERIFY_ERROR(core::readIdFile(test::write(*files_ / "k.parquet", "")), ErrorKind::invalidInput, ".txt, .json");
    }

    void aCutFileIsNamedWithItsLine() {
        for (const char* name : {"i.txt", "i.csv"})
            VERIFY_ERROR(core::readIdFile(test::write(*files_ / name, cutGzip("item_id\na\nb\nc\n", 3))),
                         ErrorKind::corrupt, "line 3: the gzip file is cut off; copy, download or pack the file again");
        request_.file = test::write(*files_ / "l.csv.gz", cutGzip("user,item,rank\nanna,x,1\nanna,0042,2\n", 4));
        expectError("l.csv.gz, line 3: the gzip file is cut off");
    }
    void listsAreReadInAnyOrderBestFirst() {
        request_.file =
            test::write(*files_ / "l.csv", "Item,User,Rank,why\nx,anna,2,\n0042,anna,1,\"a, b\"\nx,bert,1,\n");
        auto model = prepare();
        QVERIFY(model.found.isFit);
        QCOMPARE(model.found.listEntries, 3);
        QCOMPARE(model.lists->itemIds, (std::vector<std::string>{"x", "0042"}));
        QCOMPARE(model.lists->items, (std::vector<std::int64_t>{1, 0, 0}));
        QCOMPARE(model.lists->begin, (std::vector<std::int64_t>{0, 2, 3}));
        QVERIFY(!model.found.followsEdits);
        QVERIFY(hasFinding(model.found, core::ModelFindingKind::warning, "1 of 3 shoppers"));
    }
    void badRowsOfListsAreNamedByLineAndColumn() {
        request_.file = test::write(*files_ / "l.csv", "user,item,rank\nanna,x,first\nanna,0042\n,x,1\nanna,x,0\n");
        const auto found = prepare().found;
        QVERIFY(!found.isFit);
        QCOMPARE(found.findingsInAll, 4);
        for (const auto* words :
             {"l.csv, line 2, column 3: \"first\" is no rank", "line 3: 2 fields where the header has 3",
              "line 4, column 1: the id is empty", "line 5, column 3: \"0\" is no rank"})
            QVERIFY2(hasFinding(found, core::ModelFindingKind::error, words), words);
    }
    void listsWithScoresNeedFiniteOnes() {
        request_.file = test::write(*files_ / "l.csv", "user_id,item_id,score\nanna,x,nan\n");
        expectError("line 2, column 3: \"nan\" is no finite score");
        request_.file = test::write(*files_ / "l.csv", "user_id,item_id,score\nanna,x,1e99\n");
        expectError("no finite score");
    }
    void aProductTwiceInOneListIsRefused() {
        request_.file = test::write(*files_ / "l.csv", "user,item,score\nanna,x,1\nanna,x,2\n");
        expectError("shopper \"anna\" has product \"x\" twice");
    }
    void headersOfListsAreChecked() {
        request_.file = test::write(*files_ / "l.csv", "user,thing,place\nanna,x,1\n");
        expectError("the header has no column item");
        expectError("the header has no column rank or score");
        request_.file = test::write(*files_ / "l.csv", "");
        expectError("there is no header");
        request_.file = test::write(*files_ / "l.csv", "user,item,rank\n");
        expectError("no row below the header");
    }

    void aScriptNeedsTrustAndIds() {
        request_.file = test::write(*files_ / "s.pt", "PK\3\4 and so on");
        request_.itemIds = test::write(*files_ / "i.json", json(shopIds));
        expectError("runs with all your rights");
        request_.trustsCode = true;
        QVERIFY(prepare().found.isFit);
        request_.itemIds.clear();
        expectError("which product each number of the script is");
        request_.file = test::write(*files_ / "s.pt", "\x80\2 a pickle");
        expectError("no TorchScript file");
    }
    void filesOfNoKnownKindAreRefused() {
        request_.file = test::write(*files_ / "model.pkl", "\x80\4");
        expectError("its name does not tell what it is");
        request_.file = *files_ / "absent.npy";
        expectError("no such file");
    }
    void aFolderWithLinksIsRefused() {
        test::write(*files_ / "m/model.json", R"({"recommender":"pixrec","modality":"text","hash":"1"})");
        std::filesystem::create_symlink("/etc/passwd", *files_ / "m/model.safetensors");
        request_.file = *files_ / "m";
        expectError("is no plain file");
    }
    void aFolderWithoutACardIsRefused() {
        test::write(*files_ / "m/notes.txt", "hello");
        request_.file = *files_ / "m";
        expectError("model.json is missing");
    }

    void trustIsRememberedByContentAndNotInTheWorkspace() {
        const auto before = qgetenv("XDG_CONFIG_HOME");
        qputenv("XDG_CONFIG_HOME", (*files_ / "config").c_str());
        const auto script = test::write(*files_ / "s.pt", "PK\3\4 one");
        QVERIFY(!core::isTrustedScript(script));
        core::trustScript(script);
        core::trustScript(script); // twice is once
        QVERIFY(core::isTrustedScript(test::write(*files_ / "copy.pt", "PK\3\4 one")));
        QVERIFY(!core::isTrustedScript(test::write(*files_ / "other.pt", "PK\3\4 two")));
        QCOMPARE(core::trustedScriptsFile(), *files_ / "config/pixrec/trusted-scripts");
        QCOMPARE(test::read(core::trustedScriptsFile()).size(), 65U);
        qputenv("XDG_CONFIG_HOME", before);
    }

    void whatIsWrittenIsFitAgain() {
        writeVectors(shopIds, 7, 3);
        const auto model = prepare();
        const auto hash = core::writeModel(model, request_, "catalog", *files_ / "written");
        const auto card = core::readModelFolder(*files_ / "written");
        QCOMPARE(card.recommender, "vectors");
        QCOMPARE(card.hash, hash);
        request_.file = *files_ / "written"; // as a native folder from elsewhere
        const auto again = prepare();
        QVERIFY(again.found.isFit);
        QCOMPARE(again.found.hash, hash);
        test::write(*files_ / "written/items.json", "[]");
        expectError("add them again");
    }

private:
    core::PreparedModel prepare() { return core::prepareModel(request_, *workspace_, quiet, {}); }
    void expectError(std::string_view words) {
        const auto found = prepare().found;
        QVERIFY(!found.isFit);
        QVERIFY2(hasFinding(found, core::ModelFindingKind::error, words), words.data());
    }
    /// v.safetensors with rows of ones, and v.items.json beside it.
    void writeVectors(const std::vector<std::string>& ids, std::int64_t rows, std::int64_t width) {
        core::TensorFile content;
        content.tensors["item_vectors"] =
            floats({rows, width}, std::vector<float>(static_cast<std::size_t>(rows * width), 1));
        core::writeTensorFile(request_.file = *files_ / "v.safetensors", content);
        test::write(*files_ / "v.items.json", json(ids));
    }

    test::TemporaryFolder folder_;
    std::optional<core::Workspace> workspace_;
    std::optional<test::TemporaryFolder> files_;
    AddModelRequest request_;
};
QTEST_APPLESS_MAIN(TestModelImport)
#include "tst_model_import.moc"
