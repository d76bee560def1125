#pragma once
#include "core/engine/engine.h"
#include "core/workspace/workspace.h"
#include "ui/session/history_edit.h"
#include "ui/session/shopper.h"
#include <QHash>
#include <QObject>
#include <QUndoStack>
#include <map>
#include <memory>
#include <optional>

namespace ui {

class StorageWriter;

/// What is open and on the screen: workspace, shopper, edited history, slots, rules, selection. Knows no widget and no
/// engine; everything that shows something follows its signals. GUI thread; reads the workspace itself (under 5 ms a
/// call). Whatever a user changes (histories, exclusions, scratch shoppers) is one step of one undo stack; a step of
/// another shopper shows that shopper first.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    // The workspace.
    /// Replaces what is open and shows its first shopper. On failure what was open stays, and the message comes back.
    std::optional<QString> openWorkspace(const std::filesystem::path& folder);
    core::Workspace* workspace() { return workspace_.get(); } ///< null: nothing is open
    const core::WorkspaceSummary& summary() const { return summary_; }
    const std::filesystem::path& folder() const { return folder_; }

    // Products, cached.
    /// Never fails: a product that cannot be read has its index and an empty text.
    const core::CatalogItem& item(core::ItemIndex index);
    /// Title, or the id where there is none.
    static QString titleOf(const core::CatalogItem& item);
    static QString pictureOf(const core::CatalogItem& item); ///< its absolute path; empty: the catalog names none

    // The shopper.
    const ShopperRef& shopper() const { return shopper_; }
    QString shopperName() const;
    void showShopper(const ShopperRef& shopper); ///< a step that Back undoes
    const std::vector<ScratchRow>& scratchShoppers() const { return scratch_; }
    int newScratchShopper(const std::vector<core::ItemIndex>& items = {}, const QString& name = {}); ///< and shows it
    int keepAsScratchShopper(); ///< the history on the screen, edits and all; 0: there is none
    void renameScratchShopper(int number, const QString& name);
    void removeScratchShopper(int number);
    const ScratchRow* scratchShopper(int number) const; ///< null: there is none of this number
    bool canGoBack() const { return place_ > 0; }
    bool canGoForward() const { return place_ + 1 < static_cast<int>(visited_.size()); }
    void goBack();
    void goForward();

    // The history: what models read. A workspace shopper's is without the held-out next product.
    const History& history() const { return history_; }
    bool historyHasTimes() const;
    bool isEdited() const { return !isSameHistory(history_, original_); }
    /// Of each event of the history: whether it is a stored one, so that its time is true.
    std::vector<bool> isStored() const;
    std::optional<core::Event> trueNext() const { return trueNext_; } ///< the held-out product, where there is one
    void addItems(const std::vector<core::ItemIndex>& items, int place = -1);
    void removePlaces(const std::vector<int>& places);
    void moveItem(int from, int to);
    void resetHistory(); ///< to what is stored
    QUndoStack& undoStack() { return undoStack_; }

    // What is compared.
    const std::vector<core::ModelInfo>& models() const { return models_; }
    const core::ModelInfo* model(Slot slot) const; ///< null: none chosen, or gone
    QString modelName(Slot slot) const { return slot == Slot::a ? modelA_ : modelB_; }
    /// Keeps the choice where it is still there; else picks text-only for A and multimodal for B.
    void setModels(std::vector<core::ModelInfo> models);
    void setModelName(Slot slot, const QString& name);
    CompareMode compareMode() const { return compareMode_; }
    void setCompareMode(CompareMode mode);
    int k() const { return k_; }
    void setK(int k);

    // Rules.
    const core::Eligibility& rules() const { return rules_; }
    void setHistoryItems(core::HistoryItems historyItems);
    void excludeItem(core::ItemIndex item) { excludeItems({item}); }
    void excludeItems(const std::vector<core::ItemIndex>& items);
    void excludeCategory(const std::string& category);
    void allowItem(core::ItemIndex item);
    void allowCategory(const std::string& category);
    void clearExclusions();
    bool isExcluded(const core::CatalogItem& item) const; ///< by a product or category rule

    // Selection, shared by all panels.
    core::ItemIndex selectedItem() const { return selected_; }
    void selectItem(core::ItemIndex item);
    core::ItemIndex hoveredItem() const { return hovered_; }
    void hoverItem(core::ItemIndex item);
    /// A product whose rank is wanted wherever it is ("where is ...?").
    core::ItemIndex soughtItem() const { return sought_; }
    void seekItem(core::ItemIndex item);

    // How it is shown.
    bool showsTrueNext() const { return showsTrueNext_; }
    void setShowsTrueNext(bool shows);
    bool showsScores() const { return showsScores_; }
    void setShowsScores(bool shows);
    bool isPresenting() const { return isPresenting_; }
    void setPresenting(bool isPresenting);

Q_SIGNALS:
    void workspaceChanged();
    void workspaceReadOnly(const QString& reason); ///< edits of scratch shoppers are not kept, and why
    void storageFailed(const QString& message);
    void scratchSaved(int number);
    void scratchShoppersChanged();
    void shopperChanged();
    void historyChanged(); ///< also when the shopper changes
    void visitedChanged(); ///< Back and Forward
    void modelsChanged();
    void comparisonChanged(); ///< slots, mode or k
    void rulesChanged();
    void selectedItemChanged();
    void hoveredItemChanged();
    void soughtItemChanged();
    void trueNextShownChanged();
    void presentationChanged(); ///< presenting, scores
    /// Anything that changes what lists hold; comes once for each change, after the signals above.
    void requestChanged();

private:
    friend class HistoryCommand;
    friend class RulesCommand;
    friend class ScratchCommand;

    // By undo commands.
    void setHistory(const ShopperRef& shopper, History history);
    void setRules(const core::Eligibility& rules);
    void setScratch(int number, const std::optional<ScratchRow>& row, std::size_t place);

    void edit(const QString& text, History history);
    void changeRules(const QString& text, core::Eligibility rules);
    void changeScratch(const QString& text, int number, std::optional<ScratchRow> after);
    void show(const ShopperRef& shopper);
    void forget(const ShopperRef& shopper);
    void saveScratch(const ScratchRow& row);
    ScratchRow* scratchRow(int number);
    void startWriter();

    std::filesystem::path folder_;
    std::unique_ptr<core::Workspace> workspace_;
    core::WorkspaceSummary summary_;
    std::unique_ptr<StorageWriter> writer_;
    QHash<int, core::CatalogItem> items_;
    std::map<ShopperRef, History> edited_; ///< of workspace shoppers, kept while the workspace is open
    QUndoStack undoStack_;

    std::vector<ScratchRow> scratch_;
    std::map<int, std::int64_t> scratchIds_; ///< as stored when the workspace was opened
    int nextScratch_ = 1;
    std::vector<ShopperRef> visited_;
    int place_ = -1; ///< in visited_

    ShopperRef shopper_;
    History history_, original_;
    std::optional<core::Event> trueNext_;

    std::vector<core::ModelInfo> models_;
    QString modelA_, modelB_;
    CompareMode compareMode_ = CompareMode::both;
    int k_ = 12;
    core::Eligibility rules_;
    core::ItemIndex selected_, hovered_, sought_;
    bool showsTrueNext_ = true, showsScores_ = false, isPresenting_ = false;
};

} // namespace ui
