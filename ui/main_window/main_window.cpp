#include "ui/main_window/main_window.h"
#include "ui/actions/action_registry.h"
#include "ui/dialogs/command_palette.h"
#include "ui/engine_client/engine_client.h"
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/live_comparison.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/icons.h"
#include "ui/views/catalog/catalog_grid.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/jobs/jobs_panel.h"
#include "ui/views/log/log_panel.h"
#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/segment/segment_band.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/training/training_panel.h"
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QSpinBox>
#include <QSplitter>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int newestPictures = 6, presenterTile = 168, normalTile = 92;
constexpr int lowDockHeight = 190;

QString pathOf(const core::CatalogItem& item) { return QString::fromStdString(item.picture.string()); }

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

MainWindow::MainWindow(MainWindowParts parts, QWidget* parent)
    : QMainWindow(parent), parts_(std::move(parts)), session_(new Session(this)),
      thumbnails_(new ThumbnailProvider(this)), engine_(new EngineClient(parts_.loadModule, this)),
      jobs_(new JobRunner(&jobList_, parts_.loadModule, core::importWorkspace, this)),
      evaluations_(new EvaluationReader(this)), actions_(new ActionRegistry(this)), palette_(new CommandPalette(this)) {
    sinceStart_.start();
    setWindowTitle(tr("PixRec Studio"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    preferences_ = parts_.preferences;
    if (parts_.keepsSettings) preferences_ = loadPreferences(QSettings());
    makePanels();
    makeActions();
    makeMenus();
    makeToolBar();
    makeStatusBar();
    connectSession();
    connectEngine();
    connectJobs();
    connectPanels();
    applyPreferences(preferences_);
    showWorkspace();
    resize(1440, 900);
    // The lists are what the window is for: the docks below start with one row of the catalog.
    resizeDocks({findChild<QDockWidget*>(QStringLiteral("dock.catalog"))}, {lowDockHeight}, Qt::Vertical);
    if (parts_.keepsSettings) {
        const QSettings settings;
        restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
        restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
    }
}

MainWindow::~MainWindow() {
    // Threads end before the panels that they report to.
    delete jobs_;
    delete evaluations_;
    delete live_;
    delete engine_;
}

// ---- panels

void MainWindow::makePanels() {
    shoppers_ = new ShoppersPanel(thumbnails_);
    segment_ = new SegmentBand;
    history_ = new HistoryStrip(thumbnails_);
    comparison_ = new ComparisonView(thumbnails_);
    exclusions_ = new ExclusionBar;
    inspector_ = new InspectorPanel(thumbnails_);
    catalog_ = new CatalogPanel(thumbnails_);
    training_ = new TrainingPanel;
    metrics_ = new MetricsPanel;
    where_ = new WhereField([this](const QString& text) {
        std::vector<core::CatalogItem> found;
        if (auto* workspace = session_->workspace()) {
            core::CatalogQuery query;
            query.text = text.toStdString();
            query.exactTotal = false;
            const auto page = workspace->catalog().search(query, 0, 12);
            found = workspace->catalog().items(page.items);
        }
        return found;
    });
    live_ = new LiveComparison(session_, engine_, comparison_, this);

    auto* const centre = new QWidget;
    auto* const column = new QVBoxLayout(centre);
    column->setContentsMargins(6, 6, 6, 0);
    column->setSpacing(6);
    column->addWidget(segment_);
    column->addWidget(history_);
    auto* const eligibility = new QHBoxLayout;
    eligibility->addWidget(where_, 1);
    column->addLayout(eligibility);
    column->addWidget(exclusions_);
    column->addWidget(comparison_, 1);
    setCentralWidget(centre);

    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    addDock(shoppers_, QStringLiteral("shoppers"), tr("Shoppers"), Qt::LeftDockWidgetArea);
    addDock(inspector_, QStringLiteral("inspector"), tr("Inspector"), Qt::RightDockWidgetArea);
    addDock(catalog_, QStringLiteral("catalog"), tr("Catalog"), Qt::BottomDockWidgetArea);
    addDock(training_, QStringLiteral("training"), tr("Training"), Qt::BottomDockWidgetArea);
    addDock(metrics_, QStringLiteral("metrics"), tr("Metrics"), Qt::BottomDockWidgetArea);
    addDock(new JobsPanel(&jobList_), QStringLiteral("jobs"), tr("Jobs"), Qt::BottomDockWidgetArea);
    addDock(new LogPanel(&log_), QStringLiteral("log"), tr("Log"), Qt::BottomDockWidgetArea);
}

void MainWindow::makeStatusBar() {
    const auto add = [this](const QString& name, int stretch) {
        auto* const label = new QLabel;
        label->setAccessibleName(name);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        statusBar()->addPermanentWidget(label, stretch);
        return label;
    };
    state_ = add(tr("State"), 1);
    modelLabel_ = add(tr("Models"), 0);
    cacheLabel_ = add(tr("Cache"), 0);
    latency_ = add(tr("Time from an edit to its lists"), 0);
    jobsLabel_ = add(tr("Running jobs"), 0);
    connect(&jobList_, &JobList::activeCountChanged, this, [this] {
        const int active = jobList_.activeCount();
        jobsLabel_->setText(active == 0 ? QString() : tr("%n job(s)", nullptr, active));
    });
}

// ---- the session

void MainWindow::connectSession() {
    connect(session_, &Session::workspaceChanged, this, &MainWindow::showWorkspace);
    connect(session_, &Session::workspaceReadOnly, this, [this](const QString& reason) {
        log_.append(LogSeverity::warning, tr("The workspace is open read-only: %1").arg(reason));
        state_->setText(tr("Read-only: scratch shoppers are not kept"));
        state_->setToolTip(reason);
    });
    connect(session_, &Session::storageFailed, this,
            [this](const QString& message) { log_.append(LogSeverity::error, message); });
    connect(session_, &Session::scratchShoppersChanged, this, [this] {
        std::vector<ScratchShopperRow> rows;
        for (const auto& scratch : session_->scratchShoppers()) {
            ScratchShopperRow row{scratch.number, scratch.name, static_cast<int>(scratch.items.size()), {}};
            for (auto item = scratch.items.rbegin(); item != scratch.items.rend(); ++item) {
                if (row.newestPictures.size() == newestPictures) break;
                row.newestPictures.append(pathOf(session_->item(*item)));
            }
            rows.push_back(std::move(row));
        }
        shoppers_->setScratchShoppers(std::move(rows));
    });
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
    connect(session_, &Session::visitedChanged, this, &MainWindow::updateActions);
    connect(&session_->undoGroup(), &QUndoGroup::canUndoChanged, this, &MainWindow::updateActions);
    connect(&session_->undoGroup(), &QUndoGroup::canRedoChanged, this, &MainWindow::updateActions);
    connect(session_, &Session::modelsChanged, this, &MainWindow::showSlots);
    connect(session_, &Session::comparisonChanged, this, &MainWindow::showSlots);
    connect(session_, &Session::rulesChanged, this, &MainWindow::showRules);
    connect(session_, &Session::selectedItemChanged, this, [this] {
        comparison_->setSelected(session_->selectedItem());
        showInspector();
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
            live_->setUnavailable(*problem);
        }
        Q_EMIT engineFailed(*problem);
        return;
    }
    rememberRecent(folder);
    engine_->open(folder, engineSettings());
}

void MainWindow::showWorkspace() {
    auto* const workspace = session_->workspace();
    facts_ = {};
    warmth_.clear();
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
                paths.append(pathOf(session_->item(event->item)));
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
    where_->reset();
    showHistory();
    showInspector();
    showSegment();
    updateActions();
}

void MainWindow::showHistory() {
    HistoryState state;
    if (session_->workspace() && !session_->shopper().isNone()) {
        state.kind = HistoryKind::ready;
        state.shopper = session_->shopperName();
        state.hasTimes = session_->historyHasTimes();
        state.window = live_->historyWindow();
        state.trueNextHidden = !session_->showsTrueNext();
        const auto tile = [this, &state](const core::Event& happened) {
            const auto& item = session_->item(happened.item);
            HistoryTile made{happened.item, Session::titleOf(item), pathOf(item), {}, {}};
            if (state.hasTimes && happened.time != 0) made.time = happened.time;
            return made;
        };
        for (const auto& happened : session_->history()) state.tiles.push_back(tile(happened));
        if (const auto next = session_->trueNext()) state.trueNext = tile(*next);
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
    for (const Slot slot : {Slot::a, Slot::b}) inspector_->setRank(static_cast<int>(slot), {}, {});

    const auto ranks = engineInfo_ ? live_->requests({selected}) : std::vector<core::RecommendRequest>();
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const int slot = session_->compareMode() == CompareMode::b ? 1 : static_cast<int>(i);
        inspector_->setRank(slot, QString::fromStdString(ranks[i].model), tr("…"));
    }
    std::vector<core::SimilarRequest> similar;
    const auto ask = [&](core::SimilarSpace space, SimilarRow* row, bool (*reads)(const core::Capabilities&),
                         const QString& none) {
        for (const Slot slot : {Slot::b, Slot::a}) {
            const auto* const model = session_->model(slot);
            if (!engineInfo_ || !model || !reads(model->capabilities)) continue;
            row->setMessage(tr("Looking…"));
            similar.push_back({model->name, selected, space, 8});
            return;
        }
        row->setMessage(none);
    };
    ask(
        core::SimilarSpace::picture, inspector_->lookAlikes(),
        [](const core::Capabilities& can) { return can.readsPicture && can.itemVectors; },
        tr("Neither model reads pictures."));
    ask(
        core::SimilarSpace::text, inspector_->readAlikes(),
        [](const core::Capabilities& can) { return can.readsText && can.itemVectors; },
        tr("Neither model reads texts."));
    engine_->explain(ranks, std::move(similar));
}

void MainWindow::showSlots() {
    for (const Slot slot : {Slot::a, Slot::b}) {
        auto* const box = slotBox_[static_cast<int>(slot)];
        const QSignalBlocker blocker(box);
        box->clear();
        for (const auto& model : session_->models()) {
            box->addItem(QString::fromStdString(model.name));
            if (!model.problem.empty())
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
        chips.append({true, -1, QString::fromStdString(category)});
    for (const auto item : session_->rules().excludedItems)
        chips.append({false, item.value, Session::titleOf(session_->item(item))});
    exclusions_->setChips(chips);
    catalog_->setExcluded([this](const core::CatalogItem& item) { return session_->isExcluded(item); });
    showInspector();
    updateActions();
}

// ---- evaluations

void MainWindow::readEvaluation() {
    std::vector<core::ModelInfo> models;
    for (const Slot slot : {Slot::a, Slot::b})
        if (const auto* model = session_->model(slot)) models.push_back(*model);
    if (!session_->workspace() || models.empty()) return;
    evaluations_->read(session_->folder(),
                       {session_->summary().catalogHash, core::Split::test, session_->rules().historyItems}, models);
}

void MainWindow::startEvaluation() {
    core::EvaluateRequest request;
    request.workspace = session_->folder();
    for (const Slot slot : {Slot::a, Slot::b})
        if (session_->model(slot)) request.models.push_back(session_->modelName(slot).toStdString());
    if (request.models.size() == 2 && request.models[0] == request.models[1]) request.models.pop_back();
    request.historyItems = session_->rules().historyItems;
    evaluationProgress_ = tr("waiting");
    evaluateJob_ = jobs_->evaluate(request);
    showSegment();
}

void MainWindow::showSegment() {
    SegmentState state;
    state.isOpen = session_->workspace() != nullptr;
    state.shoppers = session_->summary().users;
    state.products = session_->summary().items;
    state.isSimulated = session_->summary().isSimulated;
    state.evaluation = facts_.evaluation;
    state.running = evaluationProgress_;
    if (!engineInfo_) state.unavailable = tr("The models are not loaded yet.");
    if (state.isOpen && state.shoppers == 0) state.unavailable = tr("There are no shopper histories to evaluate on.");
    segment_->setState(state);
    if (!state.isOpen)
        metrics_->setNothing(tr("No workspace is open."));
    else if (!state.running.isEmpty())
        metrics_->setRunning();
    else if (state.evaluation)
        metrics_->showResult(*state.evaluation);
    else
        metrics_->setNothing(state.unavailable);

    auto differences = std::make_shared<ShopperDifferences>();
    if (facts_.evaluation && facts_.evaluation->models.size() == 2) {
        const auto& result = *facts_.evaluation;
        for (std::size_t i = 0; i < result.exampleUsers.size(); ++i)
            (*differences)[result.exampleUsers[i]] =
                1 / result.models[1].expectedRank[i] - 1 / result.models[0].expectedRank[i];
    }
    shoppers_->setDifferences(differences->empty() ? nullptr : std::move(differences));
    QStringList cache;
    if (state.isOpen) cache.append(tr("cache %1").arg(QLocale().formattedDataSize(facts_.cache.bytes, 1)));
    if (!warmth_.isEmpty()) cache.append(warmth_);
    cacheLabel_->setText(cache.join(QStringLiteral(", ")));
}

void MainWindow::showPresentation() {
    const bool isPresenting = session_->isPresenting();
    if (isPresenting == layoutBeforePresenting_.isEmpty()) {
        if (isPresenting) {
            layoutBeforePresenting_ = saveState();
            for (auto* const dock : findChildren<QDockWidget*>()) dock->hide();
            for (auto* const bar : findChildren<QToolBar*>()) bar->hide();
        } else {
            restoreState(layoutBeforePresenting_);
            layoutBeforePresenting_.clear();
        }
        setWindowState(isPresenting ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    }
    // Shortcuts go on working: they belong to the window, not to the menu.
    menuBar()->setVisible(!isPresenting);
    statusBar()->setVisible(!isPresenting);
    segment_->setVisible(!isPresenting);
    comparison_->setPresenter(isPresenting);
    comparison_->setScoresVisible(session_->showsScores() && !isPresenting);
    history_->setTileSize(isPresenting ? presenterTile : normalTile);
    where_->setVisible(!isPresenting);
    updateActions();
}

// ---- engine, jobs, panels

core::EngineSettings MainWindow::engineSettings() const { return {preferences_.device.toStdString(), 0}; }

void MainWindow::connectEngine() {
    connect(engine_, &EngineClient::opened, this,
            [this](const core::EngineInfo& info, const std::vector<core::ModelInfo>& models) {
                engineInfo_ = info;
                training_->setDevices(info.availableDevices);
                for (const auto& warning : info.warnings)
                    log_.append(LogSeverity::warning, QString::fromStdString(warning));
                log_.append(LogSeverity::info,
                            tr("Inference on %1, %2; %3")
                                .arg(QString::fromStdString(info.device), QString::fromStdString(info.precision),
                                     QString::fromStdString(info.version)));
                if (models.empty()) return; // the engine alone
                state_->setText(tr("Ready on %1").arg(QString::fromStdString(info.device)));
                session_->setModels(models);
                training_->setModels(models);
                live_->setReady(true);
                showSegment();
                Q_EMIT engineReady();
            });
    connect(engine_, &EngineClient::modelsRead, this, [this](const std::vector<core::ModelInfo>& models) {
        session_->setModels(models);
        training_->setModels(models);
    });
    connect(engine_, &EngineClient::unavailable, this, [this](const EngineFailure& failure) {
        engineInfo_.reset();
        log_.append(LogSeverity::error, failure.message);
        state_->setText(tr("Live lists are off"));
        state_->setToolTip(failure.message);
        live_->setUnavailable(failure.message);
        showSegment();
        Q_EMIT engineFailed(failure.message);
    });
    connect(engine_, &EngineClient::preparing, this, [this](const QString& model, const core::Progress& progress) {
        const QString what = QString::fromStdString(progress.what);
        state_->setText(progress.total > 0
                            ? tr("%1: %2 %L3 of %L4").arg(model, what).arg(progress.done).arg(progress.total)
                            : tr("%1: %2").arg(model, what));
    });
    connect(engine_, &EngineClient::prepared, this, [this](const QString& model, const core::OpenInfo& info) {
        if (engineInfo_) state_->setText(tr("Ready on %1").arg(QString::fromStdString(engineInfo_->device)));
        if (info.itemsEncoded > 0 || info.isWarm)
            warmth_ = info.isWarm ? tr("warm start") : tr("cold start: product vectors made anew");
        log_.append(LogSeverity::info,
                    info.isWarm
                        ? tr("%1: product vectors from the cache, %2 ms").arg(model).arg(info.elapsedMs, 0, 'f', 0)
                        : tr("%1: %L2 products encoded in %3 ms")
                              .arg(model)
                              .arg(info.itemsEncoded)
                              .arg(info.elapsedMs, 0, 'f', 0));
        readEvaluation();
    });
    connect(engine_, &EngineClient::rankReady, this,
            [this](quint64, int place, const core::ProbedRank& rank, qint64 candidates) {
                const int slot = session_->compareMode() == CompareMode::b ? 1 : place;
                inspector_->setRank(slot, session_->modelName(static_cast<Slot>(slot)),
                                    tr("%1 of %L2 candidates").arg(LiveComparison::rankText(rank)).arg(candidates));
            });
    const auto row = [this](core::SimilarSpace space) {
        return space == core::SimilarSpace::picture ? inspector_->lookAlikes() : inspector_->readAlikes();
    };
    connect(engine_, &EngineClient::similarReady, this,
            [this, row](quint64, core::SimilarSpace space, const std::vector<core::SimilarItem>& items) {
                std::vector<SimilarRow::Entry> entries;
                for (const auto& near : items) {
                    const auto& item = session_->item(near.item);
                    entries.push_back({near.item, Session::titleOf(item), pathOf(item), near.similarity});
                }
                row(space)->setEntries(std::move(entries));
            });
    connect(engine_, &EngineClient::similarFailed, this,
            [row](quint64, core::SimilarSpace space, const EngineFailure& failure) {
                row(space)->setMessage(failure.message);
            });
    connect(live_, &LiveComparison::answered, this, [this] {
        if (session_->soughtItem().isValid()) where_->setAnswer(live_->rankText(session_->soughtItem()));
        if (history_->state().window != live_->historyWindow()) showHistory();
    });
    connect(live_, &LiveComparison::failed, this, [this](const QString& message) {
        log_.append(LogSeverity::error, message);
        state_->setText(tr("A list could not be made"));
        state_->setToolTip(message);
        for (const Slot slot : {Slot::a, Slot::b})
            if (inspector_->rankText(static_cast<int>(slot)) == tr("…"))
                inspector_->setRank(static_cast<int>(slot), session_->modelName(slot), tr("not known"));
    });
    connect(live_, &LiveComparison::painted, this, [this](double ms, double p95, double engineMs) {
        latency_->setText(tr("lists %1 ms (p95 %2 ms, inference %3 ms)")
                              .arg(ms, 0, 'f', 0)
                              .arg(p95, 0, 'f', 0)
                              .arg(engineMs, 0, 'f', 1));
    });
    connect(evaluations_, &EvaluationReader::ready, this, [this](const StoredFacts& facts) {
        facts_ = facts;
        showSegment();
    });
}

void MainWindow::connectJobs() {
    connect(jobs_, &JobRunner::progressed, this, [this](qint64 id, const core::Progress& progress) {
        if (id == trainJob_) training_->setProgress(progress);
        if (id != evaluateJob_) return;
        evaluationProgress_ =
            tr("%L1 of %L2 %3").arg(progress.done).arg(progress.total).arg(QString::fromStdString(progress.unit));
        showSegment();
    });
    connect(jobs_, &JobRunner::trainPoint, this, [this](qint64 id, const core::TrainPoint& point) {
        if (id == trainJob_) training_->addPoint(point);
    });
    connect(jobs_, &JobRunner::trained, this,
            [this](qint64 id, const core::TrainRequest& request, const core::TrainResult& result) {
                if (id == trainJob_) training_->finished(result);
                log_.append(
                    LogSeverity::info,
                    tr("Trained %1 in %L2 s").arg(QString::fromStdString(request.name)).arg(result.seconds, 0, 'f', 0));
                engine_->refreshModels();
            });
    connect(jobs_, &JobRunner::evaluated, this, [this](qint64 id) {
        if (id == evaluateJob_) evaluationProgress_.clear();
        readEvaluation();
    });
    connect(jobs_, &JobRunner::failed, this, [this](qint64 id, const QString& message) {
        log_.append(LogSeverity::error, message);
        if (id == trainJob_) training_->failed(message);
        if (id == evaluateJob_) evaluationProgress_.clear();
        showSegment();
    });
    connect(jobs_, &JobRunner::cancelled, this, [this](qint64 id) {
        if (id == trainJob_) training_->cancelled();
        if (id == evaluateJob_) evaluationProgress_.clear();
        showSegment();
    });
    connect(training_, &TrainingPanel::startRequested, this, [this](core::TrainRequest request) {
        request.workspace = session_->folder();
        trainJob_ = jobs_->train(request);
        training_->jobStarted(request);
    });
    connect(training_, &TrainingPanel::cancelRequested, this, [this] { jobList_.requestCancel(trainJob_); });
}

void MainWindow::connectPanels() {
    const auto select = [this](core::ItemIndex item) { session_->selectItem(item); };
    const auto hover = [this](core::ItemIndex item) { session_->hoverItem(item); };
    const auto exclude = [this](core::ItemIndex item) { session_->excludeItem(item); };
    const auto excludeCategory = [this](const QString& category) { session_->excludeCategory(category.toStdString()); };
    const auto append = [this](core::ItemIndex item) { session_->addItems({item}); };

    connect(shoppers_, &ShoppersPanel::userSelected, this,
            [this](core::UserIndex user) { session_->showShopper(ShopperRef::ofUser(user)); });
    connect(shoppers_, &ShoppersPanel::scratchSelected, this,
            [this](int number) { session_->showShopper(ShopperRef::ofScratch(number)); });
    connect(shoppers_, &ShoppersPanel::newScratchRequested, this, [this] { session_->newScratchShopper(); });
    connect(shoppers_, &ShoppersPanel::removeScratchRequested, session_, &Session::removeScratchShopper);
    connect(shoppers_, &ShoppersPanel::stepRequested, this, &MainWindow::chooseWorkspace);
    connect(segment_, &SegmentBand::evaluateRequested, this, &MainWindow::startEvaluation);
    connect(metrics_, &MetricsPanel::evaluateRequested, this, &MainWindow::startEvaluation);

    connect(history_, &HistoryStrip::itemSelected, this, select);
    connect(history_, &HistoryStrip::itemActivated, this, select);
    connect(history_, &HistoryStrip::itemHovered, this, hover);
    connect(history_, &HistoryStrip::removeRequested, this,
            [this](int position) { session_->removePlaces({position}); });
    connect(history_, &HistoryStrip::moveRequested, session_, &Session::moveItem);
    connect(history_, &HistoryStrip::insertRequested, this,
            [this](int position, const std::vector<core::ItemIndex>& items) { session_->addItems(items, position); });
    connect(history_, &HistoryStrip::addRequested, this,
            [this] { actions_->action(QStringLiteral("catalog.search"))->trigger(); });
    connect(history_, &HistoryStrip::revealToggled, this,
            [this] { session_->setShowsTrueNext(!session_->showsTrueNext()); });
    connect(history_, &HistoryStrip::menuRequested, this, [this](core::ItemIndex item, int, const QPoint& position) {
        if (item.isValid()) showItemMenu(item, position);
    });

    connect(comparison_, &ComparisonView::itemSelected, this, select);
    connect(comparison_, &ComparisonView::itemHovered, this, hover);
    connect(comparison_, &ComparisonView::itemActivated, this, append);
    connect(comparison_, &ComparisonView::excludeItemRequested, this, exclude);
    connect(comparison_, &ComparisonView::excludeCategoryRequested, this, excludeCategory);
    connect(comparison_, &ComparisonView::contextMenuRequested, this, &MainWindow::showItemMenu);
    connect(comparison_, &ComparisonView::stepRequested, this, [this](Slot slot) {
        if (!session_->workspace()) return chooseWorkspace();
        if (comparison_->column(slot).kind == ColumnKind::error && engineInfo_) return live_->request();
        if (comparison_->column(slot).kind == ColumnKind::error) // no engine: start it again
            return engine_->open(session_->folder(), engineSettings());
        session_->clearExclusions();
    });
    connect(where_, &WhereField::itemSought, session_, &Session::seekItem);
    connect(where_, &WhereField::itemSought, this, [this](core::ItemIndex item) {
        if (item.isValid()) session_->selectItem(item);
    });
    connect(exclusions_, &ExclusionBar::removed, this, [this](const ExclusionChip& chip) {
        if (chip.isCategory)
            session_->allowCategory(chip.text.toStdString());
        else
            session_->allowItem({chip.item});
    });
    connect(exclusions_, &ExclusionBar::clearRequested, session_, &Session::clearExclusions);

    connect(inspector_, &InspectorPanel::addRequested, this, append);
    connect(inspector_, &InspectorPanel::excludeItemRequested, this, exclude);
    connect(inspector_, &InspectorPanel::allowItemRequested, session_, &Session::allowItem);
    connect(inspector_, &InspectorPanel::excludeCategoryRequested, this, excludeCategory);
    connect(inspector_, &InspectorPanel::itemSelected, this, select);
    connect(inspector_, &InspectorPanel::itemHovered, this, hover);

    connect(catalog_, &CatalogPanel::addRequested, this,
            [this](const std::vector<core::ItemIndex>& items) { session_->addItems(items); });
    connect(catalog_, &CatalogPanel::itemSelected, this, select);
    connect(catalog_, &CatalogPanel::excludeItemsRequested, this, [this](const std::vector<core::ItemIndex>& items) {
        for (const auto item : items) session_->excludeItem(item);
    });
    connect(catalog_, &CatalogPanel::excludeCategoryRequested, this, excludeCategory);
    connect(catalog_, &CatalogPanel::openWorkspaceRequested, this, &MainWindow::chooseWorkspace);
}

void MainWindow::showItemMenu(core::ItemIndex item, const QPoint& globalPosition) {
    session_->selectItem(item);
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char* id : {"history.add", "product.exclude", "product.excludeCategory", "product.copyId"})
        menu->addAction(actions_->action(QString::fromLatin1(id)));
    menu->popup(globalPosition);
}

void MainWindow::applyPreferences(const Preferences& preferences) {
    const bool isOtherDevice = preferences.device != preferences_.device;
    preferences_ = preferences;
    if (parts_.keepsSettings) {
        QSettings settings;
        savePreferences(settings, preferences);
    }
    applyTheme(preferences.theme);
    setReducedMotion(preferences.reducedMotion);
    thumbnails_->setCacheCapacity(qint64{preferences.thumbnailMegabytes} << 20);
    catalog_->setPictureSide(preferences.pictureSide);
    session_->setK(preferences.k);
    session_->setShowsScores(preferences.showScores);
    {
        const QSignalBlocker blocker(deviceBox_);
        if (deviceBox_->findText(preferences.device) < 0) deviceBox_->addItem(preferences.device);
        deviceBox_->setCurrentText(preferences.device);
    }
    if (isOtherDevice && session_->workspace()) engine_->open(session_->folder(), engineSettings());
    updateActions();
}

bool MainWindow::isComplete() const { return engineInfo_ && live_->isSettled() && thumbnails_->queuedCount() == 0; }

QString MainWindow::logText() const { return log_.rowCount() == 0 ? QString() : log_.lineText(log_.rowCount() - 1); }

} // namespace ui
