#include "ui/main_window/main_window.h"
#include "ui/actions/action_registry.h"
#include "ui/dialogs/command_palette.h"
#include "ui/engine_client/engine_client.h"
#include "ui/engine_client/job_runner.h"
#include "ui/engine_client/search_client.h"
#include "ui/main_window/live_comparison.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/icons.h"
#include "ui/theme/painting.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/common/counted.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/issues/issues_panel.h"
#include "ui/views/jobs/jobs_panel.h"
#include "ui/views/log/log_panel.h"
#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/segment/segment_band.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/start/start_page.h"
#include "ui/views/training/training_panel.h"
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace ui {

namespace {
constexpr int presenterTile = 168;
constexpr int lowWindow = 800, lowTile = 72; ///< a window that is not so high has smaller tiles and docks
constexpr int dockHeight = 190, lowDockHeight = 140;

/// So that a tall form does not set how low the docks can be.
QScrollArea* scrolled(QWidget* panel, const QString& name) {
    auto* const area = new QScrollArea;
    area->setWidget(panel);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus); // its fields have it
    area->setAccessibleName(name);
    return area;
}
} // namespace

MainWindow::MainWindow(MainWindowParts parts, QWidget* parent)
    : QMainWindow(parent), parts_(std::move(parts)), session_(new Session(this)),
      thumbnails_(new ThumbnailProvider(this)), engine_(new EngineClient(parts_.loadModule, this)),
      jobs_(new JobRunner(&jobList_, parts_.loadModule, core::importWorkspace, this)),
      evaluations_(new EvaluationReader(this)), search_(new SearchClient(parts_.loadModule, this)),
      actions_(new ActionRegistry(this)) {
    sinceStart_.start();
    setWindowTitle(tr("PixRec Studio"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    preferences_ = parts_.preferences;
    if (parts_.keepsSettings) preferences_ = loadPreferences(QSettings());
    applyTheme(preferences_.theme); // a widget that is there already would be styled twice
    palette_ = new CommandPalette(this);
    makePanels();
    makeActions();
    makeMenus();
    makeToolBar();
    makeStatusBar();
    connectSession();
    connectEngine();
    connectJobs();
    connectPanels();
    usePreferences();
    showWorkspace();
    showSlots();
    resize(1440, 900);
    if (parts_.keepsSettings) {
        const QSettings settings;
        restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
        hasLayout_ = restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
    }
    // The lists are what the window is for: the docks below start with one row of the catalog.
    if (!hasLayout_) setDockHeight(dockHeight);
}

MainWindow::~MainWindow() {
    // Threads end before the panels that they report to.
    delete jobs_;
    delete evaluations_;
    delete search_;
    delete live_;
    delete engine_;
}

void MainWindow::makePanels() {
    shoppers_ = new ShoppersPanel(thumbnails_);
    segment_ = new SegmentBand;
    history_ = new HistoryStrip(thumbnails_);
    comparison_ = new ComparisonView(thumbnails_);
    exclusions_ = new ExclusionBar;
    eligibility_ = new QToolButton;
    eligibility_->setToolTip(tr("Which products may be shown"));
    eligibility_->setAccessibleName(tr("Eligible products"));
    eligibility_->setPopupMode(QToolButton::InstantPopup);
    eligibility_->setFocusPolicy(Qt::StrongFocus);
    eligibility_->setAutoRaise(true);
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

    start_ = new StartPage;
    work_ = new QWidget;
    auto* const column = new QVBoxLayout(work_);
    column->setContentsMargins(6, 6, 6, 0);
    column->setSpacing(6);
    audience_ = new QLabel;
    audience_->setAlignment(Qt::AlignCenter);
    audience_->setFont(bold(scaled(font(), 1.5)));
    audience_->hide();
    column->addWidget(audience_);
    column->addWidget(segment_);
    column->addWidget(history_);
    auto* const eligibility = new QHBoxLayout;
    eligibility->addWidget(where_, 1);
    eligibility->addWidget(eligibility_);
    column->addLayout(eligibility);
    column->addWidget(exclusions_);
    column->addWidget(comparison_, 1);
    auto* const centre = new QWidget; // one of the two is shown
    auto* const both = new QVBoxLayout(centre);
    both->setContentsMargins(0, 0, 0, 0);
    both->addWidget(start_);
    both->addWidget(work_);
    setCentralWidget(centre);

    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    addDock(shoppers_, QStringLiteral("shoppers"), tr("Shoppers"), Qt::LeftDockWidgetArea);
    addDock(inspector_, QStringLiteral("inspector"), tr("Inspector"), Qt::RightDockWidgetArea);
    addDock(catalog_, QStringLiteral("catalog"), tr("Catalog"), Qt::BottomDockWidgetArea);
    addDock(scrolled(training_, tr("Training")), QStringLiteral("training"), tr("Training"), Qt::BottomDockWidgetArea);
    addDock(metrics_, QStringLiteral("metrics"), tr("Metrics"), Qt::BottomDockWidgetArea);
    auto* const issues = new IssuesPanel(thumbnails_);
    addDock(issues, QStringLiteral("issues"), tr("Data issues"), Qt::BottomDockWidgetArea);
    connect(issues, &IssuesPanel::itemActivated, session_, &Session::selectItem);
    connect(session_, &Session::workspaceChanged, issues, [this, issues] {
        issues->setWorkspace(session_->workspace() ? session_->workspace()->folder() : std::filesystem::path());
    });
    addDock(new JobsPanel(&jobList_), QStringLiteral("jobs"), tr("Jobs"), Qt::BottomDockWidgetArea);
    addDock(new LogPanel(&log_), QStringLiteral("log"), tr("Log"), Qt::BottomDockWidgetArea);
}

void MainWindow::makeStatusBar() {
    const auto add = [this](const QString& name, int stretch) {
        auto* const label = new QLabel;
        label->setAccessibleName(name);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setContentsMargins(8, 0, 8, 0);
        statusBar()->addPermanentWidget(label, stretch);
        return label;
    };
    state_ = add(tr("State"), 1);
    state_->setMinimumWidth(80); // a long message does not set how narrow the window can be
    modelLabel_ = add(tr("Models"), 0);
    cacheLabel_ = add(tr("Cache"), 0);
    latency_ = add(tr("Time from an edit to its lists"), 0);
    jobsLabel_ = add(tr("Running jobs"), 0);
    connect(&jobList_, &JobList::activeCountChanged, this, [this] {
        const int active = jobList_.activeCount();
        jobsLabel_->setText(active == 0 ? QString() : counted(active, tr("%1 job"), tr("%1 jobs")));
    });
}

void MainWindow::addDock(QWidget* panel, const QString& id, const QString& title, Qt::DockWidgetArea area) {
    auto* const dock = new QDockWidget(title, this);
    dock->setObjectName(QStringLiteral("dock.") + id);
    dock->setWidget(panel);
    docks_.append(dock);
    addDockWidget(area, dock);
    if (area != Qt::BottomDockWidgetArea) return;
    if (auto* const first = findChild<QDockWidget*>(QStringLiteral("dock.catalog")); first && first != dock) {
        tabifyDockWidget(first, dock);
        first->raise();
    }
}

void MainWindow::raiseDock(const QString& id) {
    auto* const dock = findChild<QDockWidget*>(QStringLiteral("dock.") + id);
    dock->show();
    dock->raise();
    if (!dock->isFloating() && dockWidgetArea(dock) == Qt::BottomDockWidgetArea)
        if (const int wanted = std::min(dock->sizeHint().height(), height() / 3); dock->height() < wanted)
            resizeDocks({dock}, {wanted}, Qt::Vertical);
    for (auto* const inside : dock->findChildren<QWidget*>()) {
        if (!inside->isVisibleTo(dock) || !inside->isEnabled() || !(inside->focusPolicy() & Qt::TabFocus)) continue;
        inside->setFocus(Qt::ShortcutFocusReason);
        return;
    }
}

bool MainWindow::focusNextPrevChild(bool next) {
    // Qt moves a dock behind another one out of the window and leaves it "visible", so Tab would go on in there unseen.
    const auto isBehind = [this](const QWidget* widget) {
        return std::any_of(docks_.begin(), docks_.end(), [widget](const QDockWidget* dock) {
            return dock->isAncestorOf(widget) && dock->visibleRegion().isEmpty();
        });
    };
    const QWidget* const start = focusWidget();
    do {
        if (!QMainWindow::focusNextPrevChild(next)) return false;
    } while (focusWidget() != start && isBehind(focusWidget()));
    return true;
}

void MainWindow::showPresentation() {
    const bool isPresenting = session_->isPresenting();
    if (isPresenting == layoutBeforePresenting_.isEmpty()) {
        if (isPresenting) {
            layoutBeforePresenting_ = saveState();
            for (auto* const dock : docks_) dock->hide();
            for (auto* const bar : findChildren<QToolBar*>()) bar->hide();
        } else {
            setWindowState(windowState() & ~Qt::WindowFullScreen); // first, so that docks get back what they had
            restoreState(layoutBeforePresenting_);
            layoutBeforePresenting_.clear();
        }
        if (isPresenting) setWindowState(windowState() | Qt::WindowFullScreen);
    }
    // Shortcuts go on working: they belong to the window, not to the menu.
    menuBar()->setVisible(!isPresenting);
    statusBar()->setVisible(!isPresenting);
    audience_->setVisible(isPresenting);
    segment_->setVisible(!isPresenting);
    exclusions_->setVisible(!isPresenting && exclusions_->hasChips());
    comparison_->setPresenter(isPresenting);
    comparison_->setScoresVisible(session_->showsScores() && !isPresenting);
    fitHistory();
    where_->setVisible(!isPresenting);
    eligibility_->setVisible(!isPresenting);
    updateActions();
}

void MainWindow::applyPreferences(const Preferences& preferences) {
    const bool isOtherDevice =
        preferences.device != preferences_.device || preferences.precision != preferences_.precision;
    preferences_ = preferences;
    if (parts_.keepsSettings) {
        QSettings settings;
        savePreferences(settings, preferences);
        if (session_->workspace()) saveDeviceChoice(settings, session_->folder().c_str(), preferences);
    }
    usePreferences();
    if (isOtherDevice && session_->workspace()) engine_->open(session_->folder(), engineSettings());
}

void MainWindow::usePreferences() {
    applyTheme(preferences_.theme);
    setReducedMotion(preferences_.reducedMotion);
    thumbnails_->setCacheCapacity(qint64{preferences_.thumbnailMegabytes} << 20);
    catalog_->setPictureSide(preferences_.pictureSide);
    session_->setK(preferences_.k);
    session_->setShowsScores(preferences_.showScores);
    showDevice();
    updateActions();
}

void MainWindow::showDevice() {
    const QSignalBlocker blocker(deviceBox_);
    if (deviceBox_->findText(preferences_.device) < 0) deviceBox_->addItem(preferences_.device);
    deviceBox_->setCurrentText(preferences_.device);
}

void MainWindow::showReady() {
    const QString ready = tr("Ready on %1").arg(QString::fromStdString(engineInfo_->device));
    state_->setText(readOnlyReason_.isEmpty() ? ready : tr("%1, read-only: scratch shoppers are not kept").arg(ready));
    state_->setToolTip(readOnlyReason_);
}

bool MainWindow::isComplete() const { return engineInfo_ && live_->isSettled() && thumbnails_->queuedCount() == 0; }

QString MainWindow::logText() const { return log_.rowCount() == 0 ? QString() : log_.lineText(log_.rowCount() - 1); }

void MainWindow::fitHistory() {
    history_->setTileSize(session_->isPresenting() ? presenterTile
                          : height() < lowWindow   ? lowTile
                                                   : HistoryLayout::usualSide);
}

void MainWindow::resizeEvent(QResizeEvent* resize) {
    QMainWindow::resizeEvent(resize);
    fitHistory();
}

void MainWindow::showEvent(QShowEvent* show) {
    QMainWindow::showEvent(show);
    if (std::exchange(hasLayout_, true) || height() >= lowWindow) return;
    QMetaObject::invokeMethod(
        this, [this] { setDockHeight(lowDockHeight); }, Qt::QueuedConnection); // once sizes are given out
}

void MainWindow::setDockHeight(int height) {
    resizeDocks({findChild<QDockWidget*>(QStringLiteral("dock.catalog"))}, {height}, Qt::Vertical);
}

void MainWindow::paintEvent(QPaintEvent* paint) {
    QMainWindow::paintEvent(paint);
    if (hasPainted_) return;
    hasPainted_ = true;
    QMetaObject::invokeMethod(this, &MainWindow::endFirstPaint, Qt::QueuedConnection); // after the panels' paint
}

void MainWindow::endFirstPaint() {
    firstPaintMs_ = sinceStart_.elapsed();
    const QString text = tr("First paint %1 ms after the window was begun").arg(firstPaintMs_);
    log_.append(LogSeverity::info, text);
    if (qEnvironmentVariableIsSet("PIXREC_TIMING")) qInfo("%s", qPrintable(text));
    Q_EMIT firstPainted();
}

void MainWindow::closeEvent(QCloseEvent* close) {
    if (session_->isPresenting()) session_->setPresenting(false);
    if (parts_.keepsSettings) {
        QSettings settings;
        settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
        settings.setValue(QStringLiteral("window/state"), saveState());
    }
    QMainWindow::closeEvent(close);
}

} // namespace ui
