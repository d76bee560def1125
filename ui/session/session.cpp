#include "ui/session/session.h"
#include "ui/session/storage_writer.h"
#include <QUndoCommand>
#include <algorithm>
#include <exception>

namespace ui {

namespace {
constexpr int keptItems = 20'000;  ///< products kept in memory, some 10 MB
constexpr int longestWalk = 1'000; ///< steps that Back remembers
} // namespace

/// One edit: the history before and after. Histories are short, so whole copies are the simplest thing that cannot go
/// wrong.
class HistoryCommand : public QUndoCommand {
public:
    HistoryCommand(Session* session, const QString& text, History before, History after)
        : QUndoCommand(text), session_(session), before_(std::move(before)), after_(std::move(after)) {}
    void undo() override { session_->setHistory(before_); }
    void redo() override { session_->setHistory(after_); }

private:
    Session* session_;
    History before_, after_;
};

struct Session::Work {
    History history;
    QUndoStack undo;
};

Session::Session(QObject* parent) : QObject(parent) {}
Session::~Session() {
    undoGroup_.blockSignals(true); // whoever listens may be gone already
    for (auto& [shopper, work] : works_) undoGroup_.removeStack(&work->undo);
}

std::optional<QString> Session::openWorkspace(const std::filesystem::path& folder) {
    std::unique_ptr<core::Workspace> opened;
    try {
        opened = std::make_unique<core::Workspace>(folder, core::WorkspaceAccess::readOnly);
        summary_ = opened->summary();
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
    writer_.reset(); // writes what is left of the old workspace
    for (auto& [shopper, work] : works_) undoGroup_.removeStack(&work->undo);
    works_.clear();
    items_.clear();
    visited_.clear();
    place_ = -1;
    shopper_ = {};
    history_.clear();
    original_.clear();
    trueNext_.reset();
    models_.clear();
    rules_ = {};
    selected_ = hovered_ = sought_ = {};
    scratch_.clear();
    scratchIds_.clear();
    workspace_ = std::move(opened);
    folder_ = folder;
    for (auto& stored : workspace_->interactions().scratchShoppers()) {
        scratchIds_[nextScratch_] = stored.id;
        scratch_.push_back({nextScratch_++, QString::fromStdString(stored.name), std::move(stored.items)});
    }
    startWriter();
    Q_EMIT workspaceChanged();
    Q_EMIT modelsChanged();
    Q_EMIT rulesChanged();
    Q_EMIT scratchShoppersChanged();
    if (summary_.users > 0) {
        showShopper(ShopperRef::ofUser({0}));
    } else if (!scratch_.empty()) {
        showShopper(ShopperRef::ofScratch(scratch_.front().number));
    } else {
        show({});
    }
    Q_EMIT selectedItemChanged();
    return {};
}

void Session::startWriter() {
    writer_ = std::make_unique<StorageWriter>(folder_);
    connect(writer_.get(), &StorageWriter::opened, this, [this](bool isReadOnly, const QString& reason) {
        if (isReadOnly) Q_EMIT workspaceReadOnly(reason);
    });
    connect(writer_.get(), &StorageWriter::saved, this, &Session::scratchSaved);
    connect(writer_.get(), &StorageWriter::failed, this, &Session::storageFailed);
}

const core::CatalogItem& Session::item(core::ItemIndex index) {
    const auto found = items_.constFind(index.value);
    if (found != items_.constEnd()) return *found;
    if (items_.size() >= keptItems) items_.clear();
    core::CatalogItem read;
    read.index = index;
    try {
        if (workspace_ && index.isValid()) read = workspace_->catalog().item(index);
    } catch (const std::exception& error) {
        read.text.title = error.what();
    }
    return *items_.insert(index.value, std::move(read));
}

QString Session::titleOf(const core::CatalogItem& item) {
    return QString::fromStdString(item.text.title.empty() ? item.text.id : item.text.title);
}

// ---- shopper

QString Session::shopperName() const {
    if (shopper_.isScratch())
        for (const auto& row : scratch_)
            if (row.number == shopper_.number) return row.name;
    if (!shopper_.isUser() || !workspace_) return {};
    try {
        return QString::fromStdString(workspace_->interactions().user(shopper_.user()).id);
    } catch (const std::exception&) {
        return {};
    }
}

void Session::showShopper(const ShopperRef& shopper) {
    if (!workspace_ || shopper == shopper_) return;
    if (shopper.isScratch() && !scratchRow(shopper.number)) return;
    visited_.resize(static_cast<std::size_t>(place_ + 1));
    visited_.push_back(shopper);
    if (visited_.size() > longestWalk) visited_.erase(visited_.begin());
    place_ = static_cast<int>(visited_.size()) - 1;
    show(shopper);
}

void Session::goBack() {
    if (canGoBack()) show(visited_[static_cast<std::size_t>(--place_)]);
}

void Session::goForward() {
    if (canGoForward()) show(visited_[static_cast<std::size_t>(++place_)]);
}

Session::Work& Session::workOf(const ShopperRef& shopper) {
    auto& work = works_[shopper];
    if (!work) {
        work = std::make_unique<Work>();
        work->history = original_;
        undoGroup_.addStack(&work->undo);
    }
    return *work;
}

void Session::show(const ShopperRef& shopper) {
    shopper_ = shopper;
    original_.clear();
    trueNext_.reset();
    if (shopper.isUser()) {
        try {
            original_ = workspace_->interactions().history(shopper.user());
        } catch (const std::exception& error) {
            Q_EMIT storageFailed(QString::fromUtf8(error.what()));
        }
        if (original_.size() >= 3) { // as core::LeaveOneOut: shorter ones are for training, whole
            trueNext_ = original_.back();
            original_.pop_back();
        }
    } else if (const auto* row = shopper.isScratch() ? scratchRow(shopper.number) : nullptr) {
        for (const auto item : row->items) original_.push_back({item, 0});
    }
    if (shopper.isNone()) {
        history_.clear();
        undoGroup_.setActiveStack(nullptr);
    } else {
        Work& work = workOf(shopper);
        if (shopper.isScratch()) work.history = original_; // every edit of a scratch shopper is kept at once
        history_ = work.history;
        undoGroup_.setActiveStack(&work.undo);
    }
    Q_EMIT shopperChanged();
    Q_EMIT historyChanged();
    Q_EMIT visitedChanged();
    Q_EMIT requestChanged();
}

ScratchRow* Session::scratchRow(int number) {
    const auto found = std::find_if(scratch_.begin(), scratch_.end(),
                                    [number](const ScratchRow& row) { return row.number == number; });
    return found == scratch_.end() ? nullptr : &*found;
}

int Session::newScratchShopper(const std::vector<core::ItemIndex>& items, const QString& name) {
    if (!workspace_) return 0;
    const int number = nextScratch_++;
    QString given = name;
    for (int count = static_cast<int>(scratch_.size()) + 1; given.isEmpty(); ++count) {
        const QString candidate = tr("Scratch shopper %1").arg(count);
        const bool isTaken = std::any_of(scratch_.begin(), scratch_.end(),
                                         [&candidate](const ScratchRow& row) { return row.name == candidate; });
        if (!isTaken) given = candidate;
    }
    scratch_.push_back({number, given, items});
    saveScratch(number);
    Q_EMIT scratchShoppersChanged();
    showShopper(ShopperRef::ofScratch(number));
    return number;
}

void Session::renameScratchShopper(int number, const QString& name) {
    auto* const row = scratchRow(number);
    if (!row || name.trimmed().isEmpty()) return;
    row->name = name.trimmed();
    saveScratch(number);
    Q_EMIT scratchShoppersChanged();
    if (shopper_ == ShopperRef::ofScratch(number)) Q_EMIT shopperChanged();
}

void Session::removeScratchShopper(int number) {
    const auto gone = ShopperRef::ofScratch(number);
    if (!scratchRow(number)) return;
    if (const auto work = works_.find(gone); work != works_.end()) {
        undoGroup_.removeStack(&work->second->undo);
        works_.erase(work);
    }
    std::erase_if(scratch_, [number](const ScratchRow& row) { return row.number == number; });
    std::erase(visited_, gone);
    place_ = std::min(place_, static_cast<int>(visited_.size()) - 1);
    writer_->remove(number, scratchIds_.contains(number) ? scratchIds_[number] : 0);
    Q_EMIT scratchShoppersChanged();
    if (shopper_ == gone) show(place_ >= 0 ? visited_[static_cast<std::size_t>(place_)] : ShopperRef{});
    Q_EMIT visitedChanged();
}

void Session::saveScratch(int number) {
    const auto* const row = scratchRow(number);
    const std::int64_t id = scratchIds_.contains(number) ? scratchIds_[number] : 0;
    writer_->save(number, {id, row->name.toStdString(), row->items});
}

// ---- history

bool Session::historyHasTimes() const { return shopper_.isUser() && summary_.hasTimes; }

void Session::addItems(const std::vector<core::ItemIndex>& items, int place) {
    if (!workspace_ || items.empty()) return;
    if (shopper_.isNone()) {
        newScratchShopper(items);
        return;
    }
    const QString text = items.size() == 1 ? tr("add %1").arg(titleOf(item(items.front())))
                                           : tr("add %n products", nullptr, static_cast<int>(items.size()));
    edit(text, withItems(history_, items, place));
}

void Session::removePlaces(const std::vector<int>& places) {
    if (places.empty()) return;
    const auto first = static_cast<std::size_t>(places.front());
    const QString text = places.size() == 1 && first < history_.size()
                             ? tr("remove %1").arg(titleOf(item(history_[first].item)))
                             : tr("remove %n products", nullptr, static_cast<int>(places.size()));
    edit(text, withoutPlaces(history_, places));
}

void Session::moveItem(int from, int to) { edit(tr("move"), withMoved(history_, from, to)); }

void Session::resetHistory() { edit(tr("reset history"), original_); }

void Session::edit(const QString& text, History history) {
    if (shopper_.isNone() || isSameHistory(history, history_)) return;
    workOf(shopper_).undo.push(new HistoryCommand(this, text, history_, std::move(history)));
}

void Session::setHistory(History history) {
    history_ = std::move(history);
    workOf(shopper_).history = history_;
    if (auto* const row = shopper_.isScratch() ? scratchRow(shopper_.number) : nullptr) {
        row->items.clear();
        for (const auto& event : history_) row->items.push_back(event.item);
        original_ = history_;
        saveScratch(shopper_.number);
        Q_EMIT scratchShoppersChanged();
    }
    Q_EMIT historyChanged();
    Q_EMIT requestChanged();
}

// ---- what is compared

const core::ModelInfo* Session::model(Slot slot) const {
    const auto name = modelName(slot).toStdString();
    const auto found =
        std::find_if(models_.begin(), models_.end(), [&name](const core::ModelInfo& one) { return one.name == name; });
    return found == models_.end() ? nullptr : &*found;
}

void Session::setModels(std::vector<core::ModelInfo> models) {
    models_ = std::move(models);
    const auto pick = [this](const char* name, const char* modality, const char* baseline) -> QString {
        for (const auto& one : models_)
            if (one.name == name && one.problem.empty()) return QString::fromStdString(one.name);
        for (const auto& one : models_)
            if (one.modality == modality && one.problem.empty()) return QString::fromStdString(one.name);
        for (const auto& one : models_)
            if (one.name == baseline) return QString::fromStdString(one.name);
        return models_.empty() ? QString() : QString::fromStdString(models_.front().name);
    };
    if (!model(Slot::a)) modelA_ = pick("text-only", "text", "popularity");
    if (!model(Slot::b)) modelB_ = pick("multimodal", "both", "co-occurrence");
    Q_EMIT modelsChanged();
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setModelName(Slot slot, const QString& name) {
    QString& current = slot == Slot::a ? modelA_ : modelB_;
    if (current == name) return;
    current = name;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setCompareMode(CompareMode mode) {
    if (compareMode_ == mode) return;
    compareMode_ = mode;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

void Session::setK(int k) {
    k = std::clamp(k, 1, 1000);
    if (k_ == k) return;
    k_ = k;
    Q_EMIT comparisonChanged();
    Q_EMIT requestChanged();
}

// ---- rules

void Session::changeRules(core::Eligibility rules) {
    if (rules.hash() == rules_.hash()) return;
    rules_ = std::move(rules);
    Q_EMIT rulesChanged();
    Q_EMIT requestChanged();
}

void Session::setHistoryItems(core::HistoryItems historyItems) {
    auto rules = rules_;
    rules.historyItems = historyItems;
    changeRules(std::move(rules));
}

void Session::excludeItem(core::ItemIndex excluded) {
    auto rules = rules_;
    if (std::find(rules.excludedItems.begin(), rules.excludedItems.end(), excluded) == rules.excludedItems.end())
        rules.excludedItems.push_back(excluded);
    changeRules(std::move(rules));
}

void Session::excludeCategory(const std::string& category) {
    auto rules = rules_;
    auto& all = rules.excludedCategories;
    if (!category.empty() && std::find(all.begin(), all.end(), category) == all.end()) all.push_back(category);
    changeRules(std::move(rules));
}

void Session::allowItem(core::ItemIndex allowed) {
    auto rules = rules_;
    std::erase(rules.excludedItems, allowed);
    changeRules(std::move(rules));
}

void Session::allowCategory(const std::string& category) {
    auto rules = rules_;
    std::erase(rules.excludedCategories, category);
    changeRules(std::move(rules));
}

void Session::clearExclusions() {
    auto rules = rules_;
    rules.excludedItems.clear();
    rules.excludedCategories.clear();
    changeRules(std::move(rules));
}

bool Session::isExcluded(const core::CatalogItem& item) const {
    const auto& items = rules_.excludedItems;
    if (std::find(items.begin(), items.end(), item.index) != items.end()) return true;
    return std::any_of(rules_.excludedCategories.begin(), rules_.excludedCategories.end(),
                       [&item](const auto& category) {
                           return item.text.category == category || item.text.category.starts_with(category + " > ");
                       });
}

// ---- selection and presentation

void Session::selectItem(core::ItemIndex item) {
    if (selected_ == item) return;
    selected_ = item;
    Q_EMIT selectedItemChanged();
}

void Session::hoverItem(core::ItemIndex item) {
    if (hovered_ == item) return;
    hovered_ = item;
    Q_EMIT hoveredItemChanged();
}

void Session::seekItem(core::ItemIndex item) {
    if (sought_ == item) return;
    sought_ = item;
    Q_EMIT soughtItemChanged();
    Q_EMIT requestChanged();
}

void Session::setShowsTrueNext(bool shows) {
    if (showsTrueNext_ == shows) return;
    showsTrueNext_ = shows;
    Q_EMIT trueNextShownChanged();
}

void Session::setShowsScores(bool shows) {
    if (showsScores_ == shows) return;
    showsScores_ = shows;
    Q_EMIT presentationChanged();
}

void Session::setPresenting(bool isPresenting) {
    if (isPresenting_ == isPresenting) return;
    isPresenting_ = isPresenting;
    Q_EMIT presentationChanged();
}

} // namespace ui
