#include "looks.h"
#include "shop_window.h"
#include "tests/support/small_encoders.h"
#include "ui/dialogs/add_encoder_dialog.h"
#include "ui/dialogs/find_dialog.h"
#include "ui/views/training/training_panel.h"
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>

using namespace ui;
using ui::test::button;
using ui::test::shownText;

namespace {

QString path(const std::filesystem::path& file) { return QString::fromStdString(file.string()); }

core::KnownEncoder clip(const std::filesystem::path& folder) {
    return {folder.string(), "0123456789abcdef", "clip", true, true, true};
}

void choose(AddEncoderDialog& dialog, const QString& folder) {
    dialog.setFolder(folder);
    QTRY_VERIFY(!dialog.isReadingCard());
}

/// Finds a product's facts where there is no workspace.
class FakeCatalog {
public:
    const core::CatalogItem& operator()(core::ItemIndex item) {
        item_.index = item;
        item_.text.title = ui::test::exampleTitle(item.value).toStdString();
        item_.picture = ui::test::examplePicture(item.value).toStdString();
        return item_;
    }

private:
    core::CatalogItem item_;
};

} // namespace

/// Adding an encoder, and finding products with it.
class TestEncoderDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        ::test::makeSmallEncoder(folder_ / "clip", "clip", 24);
        ::test::makeSmallEncoder(folder_ / "bert", "bert");
    }

    void theCardSaysWhatAnEncoderIsBeforeAnythingIsRead() {
        AddEncoderDialog dialog("/shop");
        dialog.show();
        QVERIFY(shownText(dialog).contains("No encoder yet"));
        QVERIFY(!button(dialog, "&Read products")->isEnabled());
        choose(dialog, path(folder_ / "clip"));
        QVERIFY(dialog.cardText().contains("clip") && dialog.cardText().contains("text encoder, picture encoder"));
        QVERIFY2(button(dialog, "&Read products")->isEnabled(), qPrintable(dialog.problem()));
        QCOMPARE(path(dialog.request().textEncoder), path(folder_ / "clip"));
        QCOMPARE(dialog.request().pictureEncoder, dialog.request().textEncoder);
        for (auto* box : dialog.findChildren<QCheckBox*>()) box->setChecked(false);
        QVERIFY(dialog.problem().contains("Tick"));
        choose(dialog, path(folder_ / "bert"));
        QVERIFY(dialog.request().pictureEncoder.empty()); // it reads none
    }

    void theNewestFolderIsTheOneThatIsRead() {
        AddEncoderDialog dialog("/shop");
        dialog.show();
        for (int i = 0; i < 5; ++i) {
            dialog.setFolder(path(folder_ / "clip"));
            dialog.setFolder(path(folder_ / "bert"));
        }
        QVERIFY(dialog.isReadingCard()); // on a thread of its own
        QVERIFY(shownText(dialog).contains("Reading the folder…") && !button(dialog, "&Read products")->isEnabled());
        QTRY_VERIFY(!dialog.isReadingCard());
        QVERIFY2(dialog.cardText().contains("bert"), qPrintable(dialog.cardText()));
        dialog.setFolder(path(folder_ / "clip"));
        dialog.setFolder({});
        QVERIFY(!dialog.isReadingCard());
        QVERIFY(shownText(dialog).contains("No encoder yet"));
    }

    void aFolderThatIsNoEncoderSaysWhy() {
        AddEncoderDialog dialog("/shop");
        dialog.show();
        choose(dialog, path(folder_.path()));
        QVERIFY(shownText(dialog).contains("No encoder here") && shownText(dialog).contains("config.json"));
        std::filesystem::copy(folder_ / "bert", folder_ / "cut");
        std::filesystem::resize_file(folder_ / "cut" / "model.safetensors", 1000);
        choose(dialog, path(folder_ / "cut"));
        QVERIFY(dialog.cardText().contains("model.safetensors"));
        QVERIFY(!button(dialog, "&Read products")->isEnabled());
        choose(dialog, QStringLiteral(PIXREC_TEST_DATA "/hf/decoders/llama"));
        QVERIFY(!button(dialog, "&Read products")->isEnabled());
    }

    void readingShowsItsProgressAndStops() {
        AddEncoderDialog dialog("/shop");
        dialog.show();
        choose(dialog, path(folder_ / "clip"));
        QSignalSpy asked(&dialog, &AddEncoderDialog::encodeRequested),
            stopped(&dialog, &AddEncoderDialog::cancelRequested);
        QSignalSpy added(&dialog, &AddEncoderDialog::encoderAdded);
        button(dialog, "&Read products")->click();
        QCOMPARE(asked.count(), 1);
        dialog.showProgress({"encoding pictures", 30, 40, "pictures"});
        QVERIFY(dialog.findChild<QProgressBar*>()->isVisible());
        QCOMPARE(dialog.findChild<QProgressBar*>()->value(), 750);
        button(dialog, "&Stop")->click();
        QCOMPARE(stopped.count(), 1);
        dialog.showError("Stopped.");
        QVERIFY(shownText(dialog).contains("goes on from there"));
        button(dialog, "&Read products")->click();
        core::EncodeResult result;
        result.picture = core::EncodedPart{"hash", 24, 38, 16, 2, 1.0};
        dialog.showResult(result);
        QVERIFY(shownText(dialog).contains("38 pictures read, 16 of them known already"));
        QVERIFY(shownText(dialog).contains("2 could not be read"));
        QCOMPARE(added.count(), 1);
    }

    void aPictureOrWordsAreAskedForWithWhatTheEncoderReads() {
        ThumbnailProvider thumbnails;
        FindDialog dialog("/shop", FakeCatalog(), &thumbnails);
        dialog.show();
        QSignalSpy wanted(&dialog, &FindDialog::addEncoderRequested);
        QCOMPARE(dialog.stateTitle(), "No encoder yet");
        button(dialog, "Add an encoder…")->click();
        QCOMPARE(wanted.count(), 1);
        auto picturesOnly = clip(folder_ / "mobilenet");
        picturesOnly.readsTexts = picturesOnly.hasJointSpace = false;
        dialog.setEncoders({clip(folder_ / "clip"), picturesOnly});
        QCOMPARE(dialog.stateTitle(), "Nothing asked yet");
        QVERIFY(!button(dialog, "&Find")->isEnabled());
        dialog.setWords("red shoes");
        QVERIFY2(button(dialog, "&Find")->isEnabled(), qPrintable(dialog.problem()));
        QCOMPARE(dialog.request().text, "red shoes");
        dialog.findChild<QComboBox*>()->setCurrentIndex(1);
        QVERIFY(dialog.problem().contains("reads pictures only"));
        dialog.setPicture(path(folder_ / "nowhere.png"));
        QVERIFY(dialog.problem().contains("not there"));
        QVERIFY(dialog.request().text.empty()); // one question at a time
        QSignalSpy asked(&dialog, &FindDialog::findRequested);
        const auto file = ::test::write(folder_ / "here.png", "picture");
        dialog.setPicture(path(file));
        QCOMPARE(asked.count(), 1); // a picture asks by itself
        QCOMPARE(dialog.stateTitle(), "Looking");
        dialog.showError("search by picture: cannot be read");
        QCOMPARE(dialog.stateTitle(), "It could not be looked for");
        QVERIFY(button(dialog, "&Find")->isEnabled());
        dialog.showResult({});
        QCOMPARE(dialog.stateTitle(), "No product to compare with");
    }

    void foundProductsAreLookedAtAndAdded() {
        ThumbnailProvider thumbnails;
        FindDialog dialog("/shop", FakeCatalog(), &thumbnails);
        dialog.setEncoders({clip(folder_ / "clip")});
        dialog.show();
        dialog.showResult({{{{7}, 0.9F}, {{3}, 0.5F}}, 40, core::SimilarSpace::picture, 12});
        QCOMPARE(dialog.resultCount(), 2);
        QVERIFY(dialog.stateTitle().isEmpty());
        QVERIFY(shownText(dialog).contains("by their pictures"));
        QSignalSpy chosen(&dialog, &FindDialog::productChosen), added(&dialog, &FindDialog::addRequested);
        auto* const list = dialog.findChild<QListWidget*>();
        list->setCurrentRow(1);
        QCOMPARE(chosen.takeLast()[0].value<core::ItemIndex>().value, 3);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(added.takeLast()[0].value<core::ItemIndex>().value, 3);
    }

    void theWindowAddsAnEncoderAndFindsWithIt() {
        ::test::ShopWindow shop;
        QVERIFY(!shop.action("model.addEncoder")->isEnabled() && !shop.action("catalog.find")->isEnabled());
        shop.open();
        shop.trigger("catalog.find");
        auto* const find = shop.window().findChild<FindDialog*>();
        QCOMPARE(find->stateTitle(), "No encoder yet");
        shop.trigger("model.addEncoder");
        auto* const add = shop.window().findChild<AddEncoderDialog*>();
        choose(*add, path(folder_ / "clip"));
        core::noteEncoder(shop.folder(), clip(folder_ / "clip")); // as the real job does
        button(*add, "&Read products")->click();
        QTRY_COMPARE(shop.control().callCount("encode"), std::size_t(1));
        QTRY_COMPARE(find->stateTitle(), "Nothing asked yet");
        find->setWords("nothing");
        button(*find, "&Find")->click();
        QTRY_COMPARE(find->stateTitle(), "No product to compare with");
        find->setWords("bags");
        button(*find, "&Find")->click();
        QTRY_COMPARE(find->resultCount(), ::test::ShopWindow::products);
        find->findChild<QListWidget*>()->setCurrentRow(5);
        QCOMPARE(shop.session().selectedItem().value, 5);
        shop.control().failNext("find", core::ErrorKind::corrupt, "search with clip: broken");
        button(*find, "&Find")->click();
        QTRY_COMPARE(find->stateTitle(), "It could not be looked for");
        // The training panel offers it, too.
        auto* const training = shop.panel<TrainingPanel>();
        auto* const pictures = training->findChild<QComboBox*>("pictureEncoder");
        QCOMPARE(pictures->count(), 2);
        pictures->setCurrentIndex(1);
        training->findChild<QComboBox*>("tuning")->setCurrentIndex(1);
        QCOMPARE(training->request(false).options.at("picture-encoder"), (folder_ / "clip").string());
        QCOMPARE(training->request(false).options.at("tune"), "lora");
        training->findChild<QComboBox*>("modality")->setCurrentIndex(1); // text only
        QVERIFY(!training->request(false).options.contains("picture-encoder"));
        training->findChild<QComboBox*>("recommender")->setCurrentIndex(2); // reads ids
        QVERIFY(training->request(false).options.empty());
    }

    void looks_data() { ui::test::addThemes(); }
    void looks() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        const QString suffix = theme == ThemeChoice::dark ? "-dark" : "-light";
        ThumbnailProvider thumbnails;
        FindDialog find("/shop", FakeCatalog(), &thumbnails);
        find.show();
        ui::test::look(find, thumbnails, "find-empty" + suffix);
        find.setEncoders({clip(folder_ / "clip")});
        find.setWords("a red bag for the gym");
        core::SearchResult result{{}, 2000, core::SimilarSpace::picture, 34};
        for (int item = 0; item < 14; ++item) result.items.push_back({{item}, 0.9F - 0.03F * static_cast<float>(item)});
        find.showResult(result);
        ui::test::look(find, thumbnails, "find-found" + suffix);
        AddEncoderDialog add("/shop");
        add.show();
        choose(add, path(folder_ / "clip"));
        ui::test::look(add, thumbnails, "add-encoder" + suffix);
    }

private:
    ::test::TemporaryFolder folder_;
};

QTEST_MAIN(TestEncoderDialogs)
#include "tst_encoder_dialogs.moc"
