#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include "ui/session/model_heads.h"
#include "ui/session/session.h"
#include <QSignalSpy>
#include <QTest>

namespace {
std::vector<int> itemsOf(const ui::History& history) {
    std::vector<int> items;
    for (const auto& event : history) items.push_back(event.item.value);
    return items;
}
using Items = std::vector<int>;
} // namespace

class TestSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        test::makeSmallShop(*folder_ / "shop");
        session_ = std::make_unique<ui::Session>();
        QCOMPARE(session_->openWorkspace(*folder_ / "shop"), std::nullopt);
    }
    void cleanup() {
        session_.reset();
        folder_.reset();
    }

    void theHeldOutProductIsNotPartOfTheHistory() {
        QVERIFY(session_->shopper().isUser());
        QCOMPARE(session_->shopperName(), QStringLiteral("anna"));
        QCOMPARE(itemsOf(session_->history()), (Items{0, 1})); // anna bought a, b, a: the last is held out
        QCOMPARE(session_->trueNext()->item.value, 0);
    }
    void aShortHistoryHoldsNothingOut() {
        session_->showShopper(ui::ShopperRef::ofUser({1})); // bert: one event
        QCOMPARE(itemsOf(session_->history()), Items{1});
        QVERIFY(!session_->trueNext());
    }
    void editsCanBeUndoneAndRedone() {
        QSignalSpy requests(session_.get(), &ui::Session::requestChanged);
        session_->addItems({{3}, {4}}, 1);
        QCOMPARE(itemsOf(session_->history()), (Items{0, 3, 4, 1}));
        session_->moveItem(0, 3);
        QCOMPARE(itemsOf(session_->history()), (Items{3, 4, 1, 0}));
        session_->removePlaces({0, 2});
        QCOMPARE(itemsOf(session_->history()), (Items{4, 0}));
        QCOMPARE(requests.count(), 3);
        session_->undoStack().undo();
        session_->undoStack().undo();
        QCOMPARE(itemsOf(session_->history()), (Items{0, 3, 4, 1}));
        session_->undoStack().redo();
        QCOMPARE(itemsOf(session_->history()), (Items{3, 4, 1, 0}));
        QVERIFY(session_->isEdited());
        session_->resetHistory();
        QCOMPARE(itemsOf(session_->history()), (Items{0, 1}));
        QVERIFY(!session_->isEdited());
    }
    void undoOfAnotherShopperShowsThatShopperFirst() {
        session_->removePlaces({0});
        session_->showShopper(ui::ShopperRef::ofUser({1}));
        session_->undoStack().undo();
        QCOMPARE(session_->shopperName(), QStringLiteral("anna"));
        QCOMPARE(itemsOf(session_->history()), (Items{0, 1}));
        session_->goBack(); // the jump was a step like any other
        QCOMPARE(session_->shopperName(), QStringLiteral("bert"));
    }
    void exclusionsAreUndoneInTheOrderOfAllChanges() {
        session_->addItems({{3}});
        session_->excludeItems({{4}, {5}});
        session_->excludeCategory("Gear");
        session_->setHistoryItems(core::HistoryItems::keep);
        QCOMPARE(session_->undoStack().count(), 4);
        session_->undoStack().undo();
        QCOMPARE(session_->rules().historyItems, core::HistoryItems::automatic);
        session_->undoStack().undo();
        QVERIFY(session_->rules().excludedCategories.empty());
        QCOMPARE(session_->rules().excludedItems.size(), std::size_t(2));
        session_->undoStack().undo();
        QVERIFY(session_->rules().excludedItems.empty());
        session_->undoStack().redo();
        QVERIFY(session_->isExcluded(session_->item({4})));
        session_->excludeItem({4}); // is already
        QCOMPARE(session_->undoStack().count(), 2 + 2);
    }
    void timesStayInOrderAfterEveryEdit() {
        session_->addItems({{3}}, 0);
        session_->moveItem(2, 0);
        session_->addItems({{5}});
        const auto& history = session_->history();
        QVERIFY(std::is_sorted(history.begin(), history.end(),
                               [](const auto& one, const auto& other) { return one.time < other.time; }));
    }
    void whatWasPutInIsToldFromWhatIsStored() {
        QCOMPARE(session_->isStored(), (std::vector<bool>{true, true}));
        session_->addItems({{3}}, 1);
        session_->addItems({session_->history().front().item}); // the same product, at another time
        QCOMPARE(session_->isStored(), (std::vector<bool>{true, false, true, false}));
        session_->resetHistory();
        QCOMPARE(session_->isStored(), (std::vector<bool>{true, true}));
    }
    void backReturnsToTheShopperWithItsEdits() {
        session_->removePlaces({0});
        session_->showShopper(ui::ShopperRef::ofUser({1}));
        session_->goBack();
        QCOMPARE(itemsOf(session_->history()), Items{1});
        QVERIFY(session_->canGoForward());
        session_->goForward();
        QCOMPARE(session_->shopperName(), QStringLiteral("bert"));
    }
    void editsOfAScratchShopperAreStored() {
        QSignalSpy saved(session_.get(), &ui::Session::scratchSaved);
        session_->newScratchShopper();
        session_->addItems({{2}, {5}});
        QTRY_VERIFY(saved.count() >= 1);
        session_->removePlaces({0});
        const auto stored = [this] {
            core::Workspace other(*folder_ / "shop", core::WorkspaceAccess::readOnly);
            return other.interactions().scratchShoppers();
        };
        QTRY_VERIFY(stored().size() == 1 && stored().front().items == std::vector<core::ItemIndex>{{5}});
        ui::Session again;
        QCOMPARE(again.openWorkspace(*folder_ / "shop"), std::nullopt);
        QCOMPARE(again.scratchShoppers().size(), std::size_t(1));
        session_->removeScratchShopper(session_->shopper().number);
        QTRY_VERIFY(stored().empty());
        QCOMPARE(session_->shopperName(), QStringLiteral("anna"));
        session_->undoStack().undo();
        QTRY_VERIFY(stored().size() == 1 && stored().front().items == std::vector<core::ItemIndex>{{5}});
        QCOMPARE(session_->scratchShoppers().size(), std::size_t(1));
        QCOMPARE(itemsOf(session_->history()), Items{5});
    }
    void aScratchShopperIsRenamedAndItsNameComesBack() {
        const int number = session_->newScratchShopper({{2}}, QStringLiteral("summer"));
        session_->renameScratchShopper(number, QStringLiteral("  winter "));
        QCOMPARE(session_->shopperName(), QStringLiteral("winter"));
        session_->renameScratchShopper(number, QStringLiteral(" ")); // no name at all: not taken
        QCOMPARE(session_->shopperName(), QStringLiteral("winter"));
        session_->undoStack().undo();
        QCOMPARE(session_->shopperName(), QStringLiteral("summer"));
        session_->undoStack().undo(); // of making it
        QVERIFY(session_->scratchShoppers().empty());
        QCOMPARE(session_->shopperName(), QStringLiteral("anna"));
    }
    void anEditedHistoryIsKeptAsAScratchShopper() {
        session_->addItems({{3}, {4}});
        QVERIFY(session_->keepAsScratchShopper() != 0);
        QVERIFY(session_->shopper().isScratch());
        QCOMPARE(itemsOf(session_->history()), (Items{0, 1, 3, 4}));
        QCOMPARE(session_->shopperName(), QStringLiteral("Copy of anna"));
        QVERIFY(!session_->historyHasTimes());
    }
    void aFolderWithoutAWorkspaceLeavesWhatWasOpen() {
        const auto problem = session_->openWorkspace(*folder_ / "nothing");
        QVERIFY(problem && !problem->isEmpty());
        QCOMPARE(session_->shopperName(), QStringLiteral("anna"));
        QCOMPARE(session_->summary().items, 7);
    }
    void textOnlyAndMultimodalAreComparedWhereTheyExist() {
        core::ModelInfo text, both, popularity;
        popularity.name = "popularity";
        text.name = "words", text.modality = "text";
        both.name = "multimodal", both.modality = "both";
        session_->setModels({popularity, text, both});
        QCOMPARE(session_->modelName(ui::Slot::a), QStringLiteral("words"));
        QCOMPARE(session_->modelName(ui::Slot::b), QStringLiteral("multimodal"));
        session_->setModelName(ui::Slot::a, QStringLiteral("popularity"));
        session_->setModels({popularity, both});
        QCOMPARE(session_->modelName(ui::Slot::a), QStringLiteral("popularity"));
    }
    void headsOfAVisionLanguageModelAreChoicesOfTheirOwn() {
        core::ModelInfo plain, vlm;
        plain.name = "multimodal", plain.recommender = "pixrec";
        vlm.name = "tiny", vlm.recommender = "pixrec-vlm", vlm.capabilities.readsText = true;
        QCOMPARE(ui::headNames(plain), QStringList({"multimodal"}));
        QCOMPARE(ui::headNames(vlm), QStringList({"tiny", "tiny:generative", "tiny:mix"}));
        session_->setModels({plain, vlm});
        session_->setModelName(ui::Slot::a, QStringLiteral("tiny:generative"));
        QVERIFY(session_->model(ui::Slot::a) && session_->model(ui::Slot::a)->name == "tiny");
        session_->setModels({vlm, plain}); // a choice stays
        QCOMPARE(session_->modelName(ui::Slot::a), QStringLiteral("tiny:generative"));
        session_->setModelName(ui::Slot::a, QStringLiteral("multimodal:generative"));
        QVERIFY(!session_->model(ui::Slot::a));
    }
    void aCategoryRuleHoldsForItsChildren() {
        session_->excludeCategory("Gear");
        QVERIFY(session_->isExcluded(session_->item({0})));  // Gear > Bags
        QVERIFY(!session_->isExcluded(session_->item({4}))); // Gearbox
        session_->excludeItem({4});
        QVERIFY(session_->isExcluded(session_->item({4})));
        session_->clearExclusions();
        QVERIFY(!session_->isExcluded(session_->item({4})));
    }

private:
    std::unique_ptr<test::TemporaryFolder> folder_;
    std::unique_ptr<ui::Session> session_;
};
QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
