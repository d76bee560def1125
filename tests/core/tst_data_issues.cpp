#include "core/catalog/data_issues.h"
#include "core/catalog/text_language.h"
#include "core/workspace/workspace.h"
#include "tests/support/check_error.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include <QtTest>

using core::DataIssue;
using core::DataIssueKind;
using core::DataIssues;

namespace {

core::NewItem pictured(const std::string& id, const std::string& title, const std::string& picture,
                       const std::string& identity, const std::string& description = "") {
    core::NewItem item = test::item(id, title);
    item.text.description = description;
    item.picture = picture;
    item.pictureIdentity = identity;
    return item;
}

const DataIssue& issueOf(const DataIssues& found, DataIssueKind kind) {
    return found.issues[static_cast<std::size_t>(kind)];
}

} // namespace

class TestDataIssues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachKindIsFoundWithItsProducts() {
        test::TemporaryFolder folder;
        {
            core::WorkspaceBuilder builder(folder / "shop", core::IfExists::refuse);
            builder.addItem(pictured("a1", "Red cup", "a.jpg", "1", "The cup that is made for you and your tea"));
            builder.addItem(pictured("a2", "Blue cup", "copy.jpg", "1", "A cup for the tea that you like with milk"));
            builder.addItem(
                pictured("b1", " red CUP ", "b.jpg", "2", "Eine Tasse für den Tee, und das ist nicht alles"));
            builder.addItem(pictured("c1", "  ", "no-image.png", "3"));
            builder.addItem(pictured("d1", "", "", ""));
            builder.addItem(pictured("e1", "чашка для чая", "e.jpg", "4"));
            for (int i = 0; i < 12; ++i)
                builder.addItem(pictured("p" + std::to_string(i), "Thing " + std::to_string(i), "grey.jpg", "5"));
            builder.commit(test::noProgress, {});
        }
        const core::Workspace workspace(folder / "shop", core::WorkspaceAccess::readOnly);
        const DataIssues found = workspace.dataIssues({});
        QCOMPARE(found.issues.size(), core::dataIssueKinds);
        const auto& shared = issueOf(found, DataIssueKind::sharedPicture);
        QCOMPARE(shared.itemCount, 2);
        QCOMPARE(shared.groups[0].what, std::string("a.jpg"));
        QCOMPARE(shared.groups[0].items, (std::vector<core::ItemIndex>{{0}, {1}}));
        const auto& placeholders = issueOf(found, DataIssueKind::placeholderPicture);
        QCOMPARE(placeholders.itemCount, 13);
        QCOMPARE(placeholders.groupCount, 2);
        QCOMPARE(placeholders.groups[0].itemCount, 12); // the largest first
        QCOMPARE(placeholders.groups[1].what, std::string("no-image.png"));
        QCOMPARE(issueOf(found, DataIssueKind::emptyTitle).itemCount, 2);
        const auto& equal = issueOf(found, DataIssueKind::equalTitles);
        QCOMPARE(equal.itemCount, 2);
        QCOMPARE(equal.groups[0].items, (std::vector<core::ItemIndex>{{0}, {2}}));
        const auto& language = issueOf(found, DataIssueKind::otherLanguage);
        QCOMPARE(found.language, std::string("English"));
        QCOMPARE(language.itemCount, 2);
        QCOMPARE(language.groupCount, 2);
        QCOMPARE(found.textsWithLanguage, 4);
    }
    void aCleanCatalogHasNone() {
        test::TemporaryFolder folder;
        {
            core::WorkspaceBuilder builder(folder / "shop", core::IfExists::refuse);
            for (int i = 0; i < 5; ++i)
                builder.addItem(pictured(std::to_string(i), "Thing " + std::to_string(i), std::to_string(i) + ".jpg",
                                         std::to_string(i)));
            builder.commit(test::noProgress, {});
        }
        const core::Workspace workspace(folder / "shop", core::WorkspaceAccess::readOnly);
        for (const auto& issue : workspace.dataIssues({}).issues) QCOMPARE(issue.itemCount, 0);
        std::stop_source stop;
        stop.request_stop();
        VERIFY_ERROR(workspace.dataIssues(stop.get_token()), core::ErrorKind::cancelled, "");
    }
    void languagesAreToldWhereTheyCanBe_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << "A bag for the gym, with a strap that is made for you"
                                 << "English";
        QTest::newRow("German") << "Eine Tasche für den Sport, und der Gurt ist auch dabei"
                                << "German";
        QTest::newRow("French") << "Un sac pour le sport avec une sangle, dans votre couleur"
                                << "French";
        QTest::newRow("Spanish") << "Una bolsa para el deporte, y es muy ligera"
                                 << "Spanish";
        QTest::newRow("Cyrillic") << "Сумка для спорта"
                                  << "Cyrillic";
        QTest::newRow("Kana") << "スポーツバッグ"
                              << "Kana";
        QTest::newRow("Han") << "运动背包"
                             << "Han";
        QTest::newRow("too short") << "Duffle bag"
                                   << "";
        QTest::newRow("no letters") << "12-34 / 56"
                                    << "";
        QTest::newRow("nothing") << ""
                                 << "";
    }
    void languagesAreToldWhereTheyCanBe() {
        QFETCH(QString, text);
        QFETCH(QString, language);
        QCOMPARE(QString::fromStdString(core::languageOf(text.toStdString()).name), language);
        const std::string cut = text.toStdString().substr(0, text.toStdString().size() / 2) + "\xf0\x9f";
        core::languageOf(cut); // stays inside
    }
};

QTEST_GUILESS_MAIN(TestDataIssues)
#include "tst_data_issues.moc"
