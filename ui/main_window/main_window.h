#pragma once
#include "core/engine/module.h"
#include "ui/dialogs/preferences.h"
#include "ui/engine_client/evaluation_reader.h"
#include "ui/session/session.h"
#include "ui/views/jobs/job_list.h"
#include "ui/views/log/log_model.h"
#include <QElapsedTimer>
#include <QMainWindow>
#include <functional>
#include <memory>

class QComboBox;
class QLabel;
class QMenu;
class QSpinBox;
class QToolButton;

namespace ui {

class ActionRegistry;
class CatalogPanel;
class CommandPalette;
class FindDialog;
class SearchClient;
class ComparisonView;
class EngineClient;
class EvaluationReader;
class ExclusionBar;
class HistoryStrip;
class InspectorPanel;
class JobRunner;
class LiveComparison;
class MetricsPanel;
class SegmentBand;
class ShoppersPanel;
class StartPage;
class ThumbnailProvider;
class TrainingPanel;
class WhereField;

/// Where the window gets what it does not own; a test gives fakes.
struct MainWindowParts {
    std::function<const core::ModuleEntry&()> loadModule; ///< called on the engine and batch threads
    bool keepsSettings = true; ///< reads and writes the user's settings; off for pictures and tests
    Preferences preferences{}; ///< used where settings are not kept
};

/// The window of product.md: shoppers | history and comparison | inspector, docks below. Places the panels and carries
/// wishes from them to the session, the engine and the jobs; decides nothing itself.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(MainWindowParts parts, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openWorkspace(const std::filesystem::path& folder);
    Session* session() { return session_; }
    ActionRegistry* actions() { return actions_; }
    ComparisonView* comparison() { return comparison_; }
    LiveComparison* live() { return live_; }
    ThumbnailProvider* thumbnails() { return thumbnails_; }
    /// Lists, history and the pictures in sight are all there.
    bool isComplete() const;
    QString logText() const; ///< the newest line
    const LogModel* log() const { return &log_; }
    qint64 firstPaintMs() const { return firstPaintMs_; } ///< since the window was begun; -1: not painted yet

Q_SIGNALS:
    void firstPainted(); ///< the window and every panel in it are on the screen
    void engineReady();
    void engineFailed(const QString& message);

protected:
    void paintEvent(QPaintEvent* paint) override;
    void resizeEvent(QResizeEvent* resize) override;
    void showEvent(QShowEvent* show) override;
    void closeEvent(QCloseEvent* close) override;
    bool focusNextPrevChild(bool next) override; ///< past panels that are hidden behind the tab of another
    void dragEnterEvent(QDragEnterEvent* drag) override;
    void dropEvent(QDropEvent* drop) override;

private:
    // main_window.cpp: panels, presentation, preferences
    void makePanels();
    void makeStatusBar();
    void addDock(QWidget* panel, const QString& id, const QString& title, Qt::DockWidgetArea area);
    void raiseDock(const QString& id);
    void showPresentation();
    void setDockHeight(int height);                        ///< of those at the bottom
    void fitHistory();                                     ///< tiles as large as the window allows
    void applyPreferences(const Preferences& preferences); ///< saves them, too
    void usePreferences();
    void endFirstPaint();
    // main_window_session.cpp: what panels show of the session
    void connectSession();
    void showWorkspace();
    void showHistory();
    void showInspector();
    void showRanks(); ///< of the selected product, in the inspector
    void showSlots();
    void showRules();
    void showEligibility();
    void showScratchShoppers();
    void showResumable();
    // main_window_evaluation.cpp
    void showSegment();
    void readEvaluation();
    void startEvaluation();
    // main_window_wiring.cpp: engine, jobs, wishes of the panels
    void connectEngine();
    void connectJobs();
    void connectPanels();
    void showItemMenu(core::ItemIndex item, const QPoint& globalPosition);
    void showShopperMenu(const ShopperRef& shopper, const QPoint& globalPosition);
    core::EngineSettings engineSettings() const;
    void showReady();  ///< in the status bar
    void showDevice(); ///< in the tool bar, without choosing it anew
    // main_window_palette.cpp
    void makeSearches();
    // main_window_actions.cpp: commands, menus, tool bar
    void makeActions();
    void makeShopperActions();
    void makeViewActions();
    void makeMenus();
    void makeToolBar();
    void updateActions();
    void chooseModel(Slot slot); ///< opens its list in the tool bar
    // main_window_dialogs.cpp: files and dialogs
    void rememberRecent(const std::filesystem::path& folder);
    void fillRecent();
    void chooseWorkspace();
    template <class Dialog>
    std::shared_ptr<qint64> followJob(Dialog* dialog);
    void showImport();
    void showSampleShop();
    void showSettings();
    void renameShopper();
    QImage comparisonPicture() const;
    void copyComparison();
    void saveComparison();
    QString suggestedFolder() const;
    // main_window_models.cpp
    void showAddModel();
    void showExportModel();
    void showModelCard(Slot slot);
    // main_window_encoders.cpp
    void showAddEncoder();
    void showFind(const QString& picture = {});
    void showEncoders(); ///< in the panels and dialogs that offer them

    MainWindowParts parts_;
    Preferences preferences_;
    QElapsedTimer sinceStart_;
    bool hasPainted_ = false;
    bool hasLayout_ = false; ///< of an earlier session, or the first one's
    qint64 firstPaintMs_ = -1;
    std::optional<core::EngineInfo> engineInfo_;
    StoredFacts facts_;
    QString readOnlyReason_; ///< empty: edits are kept
    QString warmth_;         ///< how the models started, in words
    QString cacheProblem_;   ///< not empty: why nothing is kept
    QString evaluationProgress_, evaluationFailure_;
    qint64 trainJob_ = 0, evaluateJob_ = 0;
    std::vector<core::SimilarRequest> similarWanted_; ///< of the inspector, not answered yet

    JobList jobList_;
    ProgressClock preparing_; ///< of the models that the engine loads
    LogModel log_;
    Session* session_;
    ThumbnailProvider* thumbnails_;
    EngineClient* engine_;
    JobRunner* jobs_;
    EvaluationReader* evaluations_;
    SearchClient* search_;
    ActionRegistry* actions_;
    CommandPalette* palette_ = nullptr;

    QList<QDockWidget*> docks_; ///< as they were made: raising one moves it among the children
    StartPage* start_ = nullptr;
    QWidget* work_ = nullptr;    ///< all of the middle while a workspace is open
    QLabel* audience_ = nullptr; ///< whose history it is, in presentations
    ShoppersPanel* shoppers_ = nullptr;
    SegmentBand* segment_ = nullptr;
    HistoryStrip* history_ = nullptr;
    ComparisonView* comparison_ = nullptr;
    ExclusionBar* exclusions_ = nullptr;
    WhereField* where_ = nullptr;
    QToolButton* eligibility_ = nullptr;
    InspectorPanel* inspector_ = nullptr;
    CatalogPanel* catalog_ = nullptr;
    TrainingPanel* training_ = nullptr;
    MetricsPanel* metrics_ = nullptr;
    LiveComparison* live_ = nullptr;
    QComboBox *slotBox_[2] = {}, *compareBox_ = nullptr, *deviceBox_ = nullptr;
    QSpinBox* kBox_ = nullptr;
    QLabel *state_ = nullptr, *modelLabel_ = nullptr, *cacheLabel_ = nullptr, *latency_ = nullptr,
           *jobsLabel_ = nullptr;
    QMenu* recentMenu_ = nullptr;
    QByteArray layoutBeforePresenting_;
};

} // namespace ui
