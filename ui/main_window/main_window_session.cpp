// What the window shows of the session: panels follow its signals.
#include "ui/actions/action_registry.h"
#include "ui/engine_client/engine_client.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/session/model_heads.h"
#include "ui/theme/icons.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/common/counted.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/start/start_page.h"
#include "ui/views/training/training_panel.h"
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QSettings>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <set>

namespace ui {

namespace {

constexpr int newestPictures = 6;

core::UserSort userSort(ShopperSort sort) {
    switch (sort) {
    case ShopperSort::mostEvents:
        return core::UserSort::mostEvents;
    case ShopperSort::fewestEvents:
        return core::UserSort::fewestEvents;
    case ShopperSort::mostRecent:
        return core::UserSort::mostRecent;
    default:
        return core::UserSort::fileOrder;
    }
}

} // namespace

void MainWindow::connectSession() {
    connect(session_, &Session::workspaceChanged, this, &MainWindow::showWorkspace);
    connect(session_, &Session::workspaceReadOnly, this, [this](const QString& reason) {
        log_.append(LogSeverity::warning, tr("The workspace is open read-only: %1").arg(reason));
        readOnlyReason_ = reason;
        if (engineInfo_) showReady();
    });
    connect(session_, &Session::storageFailed, this,
            [this](const QString& message) { log_.append(LogSeverity::error, message); });
    connect(session_, &Session::scratchShoppersChanged, this, &MainWindow::showScratchShoppers);
    connect(session_, &Session::shopperChanged, this, [this] {
        const auto& shopper = session_->shopper();
        if (shopper.isUser())
            shoppers_->setCurrentUser(shopper.user());
        else if (shopper.isScratch())
            shoppers_->setCurrentScratch(shopper.number);
        else
            shoppers_->clearCurrent();
    });
    connect(session_, &Session::historyChanged, this, &MainWindow::showHistory);
    connect(session_, &Session::historyChanged, this, &MainWindow::updateActions);
    connect(session_, &Session::historyChanged, this, &MainWindow::showRanks);
    connect(session_, &Session::shopperChanged, this, &MainWindow::showInspector); // the true next product is another
    connect(session_, &Session::visitedChanged, this, &MainWindow::updateActions);
    connect(session_, &Session::shopperChanged, this, &MainWindow::updateActions);
    connect(&session_->undoStack(), &QUndoStack::indexChanged, this, &MainWindow::updateActions);
    connect(session_, &Session::modelsChanged, this, &MainWindow::showSlots);
    connect(session_, &Session::comparisonChanged, this, &MainWindow::showSlots);
    connect(session_, &Session::comparisonChanged, this, &MainWindow::updateActions);
    connect(session_, &Session::rulesChanged, this, &MainWindow::showRules);
    connect(session_, &Session::selectedItemChanged, this, [this] {
        comparison_->setSelected(session_->selectedItem());
        showInspector();
        updateActions();
    });
    connect(session_, &Session::hoveredItemChanged, this, [this] {
        comparison_->setHighlighted(session_->hoveredItem());
        history_->setHighlighted(session_->hoveredItem());
    });
    connect(session_, &Session::trueNextShownChanged, this, &MainWindow::showHistory);
    connect(session_, &Session::presentationChanged, this, &MainWindow::showPresentation);
}

void MainWindow::openWorkspace(const std::filesystem::path& folder) {
    log_.append(LogSeverity::info, tr("Opening %1").arg(QString::fromStdString(folder.string())));
    if (const auto problem = session_->openWorkspace(folder)) {
        log_.append(LogSeverity::error, *problem);
        state_->setText(*problem);
        if (!session_->workspace()) {
            shoppers_->setState({.kind = ShoppersKind::error, .message = *problem});
            start_->setProblem(*problem);
            live_->setUnavailable(*problem);
        }
        Q_EMIT engineFailed(*problem);
        return;
    }
    rememberRecent(folder);
    if (parts_.keepsSettings) {
        loadDeviceChoice(QSettings(), folder.c_str(), preferences_);
        showDevice();
    }
    engine_->open(folder, engineSettings());
}

void MainWindow::showWorkspace() {
    auto* const workspace = session_->workspace();
    facts_ = {};
    warmth_.clear();
    cacheProblem_.clear();
    readOnlyReason_.clear();
    evaluationFailure_.clear();
    showResumable();
    showEncoders();
    if (!workspace) {
        shoppers_->setState({});
        catalog_->open({});
        training_->setUnavailable(tr("No workspace is open."));
        state_->setText(tr("No workspace is open"));
    } else {
        const auto& summary = session_->summary();
        setWindowTitle(tr("%1 – PixRec Studio").arg(QString::fromStdString(session_->folder().filename().string())));
        ShopperSource source;
        source.page = [this](const QString& text, ShopperSort sort, qint64 offset, qint64 limit) {
            return session_->workspace()->interactions().search(text.toStdString(), userSort(sort), offset, limit);
        };
        source.user = [this](core::UserIndex user) { return session_->workspace()->interactions().user(user); };
        source.newestPictures = [this](core::UserIndex user) {
            QStringList paths;
            const auto history = session_->workspace()->interactions().history(user);
            for (auto event = history.rbegin(); event != history.rend() && paths.size() < newestPictures; ++event)
                paths.append(Session::pictureOf(session_->item(event->item)));
            return paths;
        };
        shoppers_->setState({.kind = ShoppersKind::ready,
                             .source = std::move(source),
                             .total = summary.users,
                             .isSimulated = summary.isSimulated});
        catalog_->open(workspaceCatalog(session_->folder()));
        training_->setUnavailable(summary.users == 0 ? tr("This catalog has no shopper histories to learn from.")
                                                     : QString());
        state_->setText(tr("Loading the models…"));
    }
    start_->setVisible(!workspace);
    work_->setVisible(workspace != nullptr);
    start_->setProblem({});
    where_->reset();
    showEligibility();
    showHistory();
    showInspector();
    showSegment();
    updateActions();
}

void MainWindow::showScratchShoppers() {
    std::vector<ScratchShopperRow> rows;
    for (const auto& scratch : session_->scratchShoppers()) {
        ScratchShopperRow row{scratch.number, scratch.name, static_cast<int>(scratch.items.size()), {}};
        for (auto item = scratch.items.rbegin(); item != scratch.items.rend(); ++item) {
            if (row.newestPictures.size() == newestPictures) break;
            row.newestPictures.append(Session::pictureOf(session_->item(*item)));
        }
        rows.push_back(std::move(row));
    }
    shoppers_->setScratchShoppers(std::move(rows));
}

void MainWindow::showHistory() {
    HistoryState state;
    if (session_->workspace() && session_->summary().users == 0)
        state.message = tr("No shopper is open. Start a scratch shopper, and add products from the catalog.");
    if (session_->workspace() && !session_->shopper().isNone()) {
        state.kind = HistoryKind::ready;
        state.shopper = session_->shopperName();
        const bool isSimulated = session_->shopper().isUser() && session_->summary().isSimulated;
        audience_->setText(isSimulated ? tr("Simulated shopper %1").arg(state.shopper)
                                       : tr("Shopper %1").arg(state.shopper));
        state.hasTimes = session_->historyHasTimes();
        state.window = live_->historyWindow();
        state.trueNextHidden = !session_->showsTrueNext();
        const auto tile = [this, &state](const core::Event& happened, bool isStored) {
            const auto& item = session_->item(happened.item);
            HistoryTile made{happened.item, Session::titleOf(item), Session::pictureOf(item), {}, {}};
            if (state.hasTimes && isStored && happened.time != 0) made.time = happened.time;
            return made;
        };
        const auto isStored = session_->isStored();
        for (std::size_t i = 0; i < isStored.size(); ++i)
            state.tiles.push_back(tile(session_->history()[i], isStored[i]));
        if (const auto next = session_->trueNext()) state.trueNext = tile(*next, true);
    }
    history_->setState(std::move(state));
}

void MainWindow::showInspector() {
    const auto selected = session_->selectedItem();
    if (!selected.isValid() || !session_->workspace()) {
        engine_->cancelExplain();
        inspector_->setState({});
        return;
    }
    InspectorState state;
    state.item = session_->item(selected);
    const auto& rules = session_->rules();
    state.isExcluded =
        std::find(rules.excludedItems.begin(), rules.excludedItems.end(), selected) != rules.excludedItems.end();
    for (const auto& category : rules.excludedCategories)
        if (state.item.text.category == category || state.item.text.category.starts_with(category + " > "))
            state.excludedBy = QString::fromStdString(category);
    const auto next = session_->trueNext();
    state.isTrueNext = next && session_->showsTrueNext() && next->item == selected;
    inspector_->setState(state);
    similarWanted_.clear();
    const auto ask = [&](core::SimilarSpace space, SimilarRow* row, bool (*reads)(const core::Capabilities&),
                         const QString& none) {
        for (const Slot slot : {Slot::b, Slot::a}) {
            const auto* const model = session_->model(slot);
            if (!engineInfo_ || !model || !reads(model->capabilities)) continue;
            row->setMessage(tr("Looking…"));
            similarWanted_.push_back({model->name, selected, space, 8});
            return;
        }
        row->setMessage(none);
    };
    ask(
        core::SimilarSpace::picture, inspector_->lookAlikes(),
        [](const core::Capabilities& can) { return can.readsPicture && can.itemVectors; },
        tr("Neither model has vectors of pictures to compare."));
    ask(
        core::SimilarSpace::text, inspector_->readAlikes(),
        [](const core::Capabilities& can) { return can.readsText && can.itemVectors; },
        tr("Neither model has vectors of texts to compare."));
    showRanks();
}

void MainWindow::showRanks() {
    const auto selected = session_->selectedItem();
    if (!selected.isValid() || !session_->workspace()) return;
    for (const Slot slot : {Slot::a, Slot::b}) inspector_->setRank(static_cast<int>(slot), {}, {});
    auto ranks = engineInfo_ ? live_->requests({selected}) : std::vector<core::RecommendRequest>();
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const int slot = session_->compareMode() == CompareMode::b ? 1 : static_cast<int>(i);
        inspector_->setRank(slot, QString::fromStdString(ranks[i].model), tr("…"));
    }
    engine_->explain(std::move(ranks), similarWanted_); // what is not answered yet is asked for again
}

void MainWindow::showSlots() {
    for (const Slot slot : {Slot::a, Slot::b}) {
        auto* const box = slotBox_[static_cast<int>(slot)];
        const QSignalBlocker blocker(box);
        box->clear();
        for (const auto& model : session_->models()) {
            box->addItems(headNames(model));
            if (model.problem.empty()) continue;
            box->setItemIcon(box->count() - 1, icon(QStringLiteral("warning")));
            box->setItemData(box->count() - 1, QString::fromStdString(model.problem), Qt::ToolTipRole);
        }
        box->setCurrentText(session_->modelName(slot));
        box->setEnabled(box->count() > 0);
    }
    const QSignalBlocker blockMode(compareBox_), blockK(kBox_);
    compareBox_->setCurrentIndex(static_cast<int>(session_->compareMode()));
    kBox_->setValue(session_->k());
    comparison_->setCompareMode(session_->compareMode());
    QStringList hashes;
    for (const Slot slot : {Slot::a, Slot::b})
        if (const auto* model = session_->model(slot))
            hashes.append(QStringLiteral("%1 %2").arg(slot == Slot::a ? tr("A") : tr("B"),
                                                      QString::fromStdString(model->hash).left(6)));
    modelLabel_->setText(hashes.join(QStringLiteral(" · ")));
    readEvaluation();
    showInspector();
}

void MainWindow::showRules() {
    QList<ExclusionChip> chips;
    for (const auto& category : session_->rules().excludedCategories)
        chips.append({true, -1, QString::fromStdString(category), {}});
    for (const auto index : session_->rules().excludedItems) {
        const auto& item = session_->item(index);
        chips.append({false, index.value, Session::titleOf(item), QString::fromStdString(item.text.id)});
    }
    exclusions_->setChips(chips);
    showEligibility();
    catalog_->setExcluded([this](const core::CatalogItem& item) { return session_->isExcluded(item); });
    showInspector();
    updateActions();
}

/// How much may be shown, and what is decided about products of the history.
void MainWindow::showEligibility() {
    const core::RecommendResult* result = nullptr;
    for (const Slot slot : {Slot::a, Slot::b})
        if (const auto& known = live_->result(slot)) result = &*known;
    eligibility_->setEnabled(session_->workspace() != nullptr);
    if (!session_->workspace() || !result) return eligibility_->setText(tr("Eligible products"));
    std::set<std::int32_t> inHistory;
    for (const auto& event : session_->history()) inHistory.insert(event.item.value);
    const QString history = result->historyItemsExcluded
                                ? counted(static_cast<qint64>(inHistory.size()), tr("%1 history product is left out"),
                                          tr("%1 history products are left out"))
                                : tr("history products are kept");
    const QLocale locale;
    const QString eligible = tr("%1 of %2 eligible")
                                 .arg(locale.toString(static_cast<qlonglong>(result->candidates)),
                                      locale.toString(static_cast<qlonglong>(result->candidates + result->excluded)));
    const bool isAutomatic = session_->rules().historyItems == core::HistoryItems::automatic;
    eligibility_->setText(eligible);
    eligibility_->setToolTip(tr("%1: %2%3").arg(eligible, history, isAutomatic ? tr(", automatically") : QString()));
    eligibility_->setAccessibleDescription(eligibility_->toolTip());
    eligibility_->menu()->setTitle(eligibility_->toolTip());
    actions_->action(QStringLiteral("rules.history.auto"))
        ->setText(isAutomatic ? tr("History products: &automatic (%1)").arg(history)
                              : tr("History products: &automatic"));
}

/// Trainings that were cut short, also by a restart, leave a hidden folder beside the models.
void MainWindow::showResumable() {
    QStringList names;
    if (session_->workspace())
        for (const auto& name : session_->workspace()->unfinishedTrainings())
            names.append(QString::fromStdString(name));
    training_->setResumable(names);
}

} // namespace ui
