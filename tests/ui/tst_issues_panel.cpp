#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/looks.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/theme.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/issues/issues_panel.h"
#include <QListView>
#include <QSignalSpy>
#include <QTreeWidget>
#include <QtTest>

class TestIssuesPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void issuesAreListedWithTheirProducts() {
        test::TemporaryFolder folder;
        makeShop(folder);
        ui::ThumbnailProvider thumbnails;
        ui::IssuesPanel panel(&thumbnails);
        QSignalSpy found(&panel, &ui::IssuesPanel::found);
        panel.setWorkspace(folder / "shop");
        QCOMPARE(panel.findChild<QTreeWidget*>()->topLevelItemCount(), 0); // nothing is read before it is shown
        panel.resize(900, 360);
        panel.show();
        QTRY_COMPARE(found.count(), 1);
        auto* kinds = panel.findChild<QTreeWidget*>();
        QCOMPARE(kinds->topLevelItemCount(), static_cast<int>(core::dataIssueKinds));
        QCOMPARE(kinds->topLevelItem(0)->text(1), QString("2"));
        QVERIFY(kinds->topLevelItem(4)->isDisabled()); // no other language
        auto* items = panel.findChild<QListView*>();
        QCOMPARE(items->model()->rowCount(), 2);
        QSignalSpy activated(&panel, &ui::IssuesPanel::itemActivated);
        Q_EMIT items->clicked(items->model()->index(1, 0));
        QCOMPARE(activated.first().first().value<core::ItemIndex>(), core::ItemIndex{1});
        kinds->setCurrentItem(kinds->topLevelItem(2)); // no title
        QCOMPARE(items->model()->index(0, 0).data().toString(), QString("no title"));
        kinds->setCurrentItem(kinds->topLevelItem(0)->child(0));
        QTRY_COMPARE(thumbnails.decodedCount(), qint64(2));
        for (const ui::ThemeChoice theme : {ui::ThemeChoice::light, ui::ThemeChoice::dark}) {
            ui::applyTheme(theme);
            ui::test::look(panel, thumbnails, "issues");
        }
    }
    void aFolderThatIsGoneIsSaid() {
        ui::ThumbnailProvider thumbnails;
        ui::IssuesPanel panel(&thumbnails);
        panel.setWorkspace("/nowhere");
        panel.show();
        QTRY_VERIFY(panel.findChild<ui::StatePanel*>()->state().text.contains("/nowhere"));
        panel.setWorkspace({});
        QCOMPARE(panel.findChild<ui::StatePanel*>()->state().title, QString("No catalog"));
    }

private:
    static void makeShop(const test::TemporaryFolder& folder) {
        QImage picture(40, 30, QImage::Format_RGB32);
        picture.fill(Qt::darkCyan);
        for (const char* name : {"a.png", "b.png"})
            QVERIFY(picture.save(QString::fromStdString((folder / name).string())));
        core::WorkspaceBuilder builder(folder / "shop", core::IfExists::refuse);
        builder.setPictureRoot(folder.path());
        const auto add = [&](const char* id, const char* title, const char* file, const char* identity) {
            core::NewItem item = test::item(id, title);
            item.picture = file;
            item.pictureIdentity = identity;
            builder.addItem(item);
        };
        add("a", "Teapot, green", "a.png", "1");
        add("b", "Teapot, blue", "b.png", "1");
        add("c", "", "", "");
        add("d", "Cup", "", "");
        add("e", "cup ", "", "");
        builder.commit(test::noProgress, {});
    }
};

QTEST_MAIN(TestIssuesPanel)
#include "tst_issues_panel.moc"
