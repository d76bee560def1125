// Files and dialogs: one function a dialog.
#include "core/cache/cache_store.h"
#include "core/workspace/workspace_builder.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/settings_dialog.h"
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/views/common/counted.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/start/start_page.h"
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <algorithm>

namespace ui {

namespace {
constexpr int recentCount = 8;
const QString recentKey = QStringLiteral("recent");
} // namespace

QString MainWindow::suggestedFolder() const {
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

void MainWindow::chooseWorkspace() {
    auto* const dialog = new QFileDialog(this, tr("Open workspace"), suggestedFolder());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    dialog->open();
}

void MainWindow::rememberRecent(const std::filesystem::path& folder) {
    if (!parts_.keepsSettings) return;
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    const QString path = QFileInfo(QString::fromStdString(folder.string())).absoluteFilePath();
    recent.removeAll(path);
    recent.prepend(path);
    settings.setValue(recentKey, QStringList(recent.mid(0, recentCount)));
    fillRecent();
}

void MainWindow::fillRecent() {
    recentMenu_->clear();
    const QStringList recent = parts_.keepsSettings ? QSettings().value(recentKey).toStringList() : QStringList();
    for (const auto& path : recent)
        recentMenu_->addAction(path, this, [this, path] { openWorkspace(path.toStdString()); });
    recentMenu_->setEnabled(!recent.isEmpty());
    start_->setRecent(recent);
}

/// Wires a dialog that starts one job: progress, failure and cancel come back to it, and what was made is opened. Its
/// start puts the job's id into what this returns.
template <class Dialog>
std::shared_ptr<qint64> MainWindow::followJob(Dialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto job = std::make_shared<qint64>(0);
    connect(dialog, &Dialog::cancelRequested, this, [this, job] { jobList_.requestCancel(*job); });
    connect(dialog, &Dialog::openRequested, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    connect(jobs_, &JobRunner::progressed, dialog, [dialog, job](qint64 id, const core::Progress& progress) {
        if (id == *job) dialog->showProgress(progress);
    });
    connect(jobs_, &JobRunner::failed, dialog, [dialog, job](qint64 id, const QString& message) {
        if (id == *job) dialog->showError(message);
    });
    connect(jobs_, &JobRunner::cancelled, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showError(tr("Cancelled; nothing was kept."));
    });
    return job;
}

void MainWindow::showImport() {
    auto* const dialog = new ImportDialog(suggestedFolder(), this);
    const auto job = followJob(dialog);
    connect(dialog, &ImportDialog::importRequested, this,
            [this, job](const core::ImportRequest& request) { *job = jobs_->importWorkspace(request); });
    connect(jobs_, &JobRunner::imported, dialog,
            [dialog, job](qint64 id, const core::ImportRequest&, const core::ImportResult& result) {
                if (id == *job) dialog->showResult(result);
            });
    dialog->show();
}

void MainWindow::showSampleShop() {
    auto* const dialog = new SampleShopDialog(suggestedFolder(), this);
    const auto job = followJob(dialog);
    connect(dialog, &SampleShopDialog::createRequested, this, [this, job](core::SampleShopRequest request) {
        request.shippedModels = core::shippedModelsPath();
        *job = jobs_->makeSampleShop(request);
    });
    connect(jobs_, &JobRunner::sampleShopMade, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showDone();
    });
    dialog->show();
}

void MainWindow::showSettings() {
    auto* const dialog = new SettingsDialog(
        preferences_, engineInfo_ ? engineInfo_->availableDevices : std::vector<std::string>{"cpu"}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setCacheBytes(session_->workspace() ? facts_.cache.bytes : -1);
    connect(dialog, &SettingsDialog::preferencesChanged, this, &MainWindow::applyPreferences);
    connect(dialog, &SettingsDialog::clearCacheRequested, this, [this, dialog] {
        core::CacheStore(session_->folder()).clear();
        dialog->setCacheBytes(0);
        readEvaluation();
    });
    connect(dialog, &SettingsDialog::testDevicesRequested, engine_, &EngineClient::timeDevices);
    connect(engine_, &EngineClient::devicesTimed, dialog, &SettingsDialog::showTimings);
    connect(engine_, &EngineClient::timingFailed, dialog,
            [dialog](const EngineFailure& failure) { dialog->showTimingFailure(failure.message); });
    dialog->open();
}

void MainWindow::renameShopper() {
    const int number = session_->shopper().number;
    auto* const dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Rename scratch shopper"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(session_->shopperName());
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, number](const QString& name) { session_->renameScratchShopper(number, name); });
    dialog->open();
}

/// A picture of the lists says whose they are and how they were made.
QImage MainWindow::comparisonPicture() const {
    const auto& summary = session_->summary();
    QStringList facts{session_->shopper().isScratch() ? tr("scratch shopper “%1”").arg(session_->shopperName())
                      : summary.isSimulated           ? tr("simulated shopper %1").arg(session_->shopperName())
                                                      : tr("shopper %1").arg(session_->shopperName())};
    facts.append(counted(static_cast<qint64>(session_->history().size()), tr("%1 product in the history"),
                         tr("%1 products in the history")));
    if (session_->isEdited()) facts.append(tr("edited"));
    for (const Slot slot : {Slot::a, Slot::b}) {
        const auto& result = live_->result(slot);
        if (!result) continue;
        const auto& from = result->provenance;
        const auto hash = [](const std::string& text) { return QString::fromStdString(text).left(8); };
        facts.append(tr("%1: model %2, k %3, %4 of %5 products eligible, catalog %6, history %7, rules %8, %9")
                         .arg(slot == Slot::a ? tr("A") : tr("B"), hash(from.modelHash), QString::number(from.k),
                              QString::number(result->candidates),
                              QString::number(result->candidates + result->excluded), hash(from.catalogHash),
                              hash(from.historyHash), hash(from.rulesHash),
                              QString::fromStdString(from.device + " " + from.precision)));
    }
    comparison_->setCaption(facts.join(QStringLiteral(" · ")));
    return comparison_->renderToImage();
}

void MainWindow::copyComparison() {
    QApplication::clipboard()->setImage(comparisonPicture());
    statusBar()->showMessage(tr("The comparison is on the clipboard"), 4000);
}

void MainWindow::saveComparison() {
    auto* const dialog = new QFileDialog(this, tr("Save comparison"), suggestedFolder(), tr("PNG (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const bool isSaved = comparisonPicture().save(file);
        log_.append(isSaved ? LogSeverity::info : LogSeverity::error,
                    isSaved ? tr("Saved %1").arg(file) : tr("Save %1: the file cannot be written").arg(file));
    });
    dialog->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* drag) {
    if (drag->mimeData()->hasUrls()) drag->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* drop) {
    QStringList paths;
    for (const auto& url : drop->mimeData()->urls())
        if (url.isLocalFile()) paths += url.toLocalFile();
    if (paths.isEmpty()) return;
    drop->acceptProposedAction();
    if (paths.size() == 1 && core::isWorkspace(paths.first().toStdString()))
        return openWorkspace(paths.first().toStdString());
    static const QStringList pictures{"jpg", "jpeg", "png", "webp", "bmp"};
    if (paths.size() == 1 && session_->workspace() && pictures.contains(QFileInfo(paths.first()).suffix().toLower()))
        return showFind(paths.first());
    const auto isOpen = [](const ImportDialog* dialog) { return dialog->step() == ImportDialog::Step::form; };
    auto dialogs = findChildren<ImportDialog*>();
    if (std::none_of(dialogs.begin(), dialogs.end(), isOpen)) {
        showImport();
        dialogs = findChildren<ImportDialog*>();
    }
    (*std::find_if(dialogs.begin(), dialogs.end(), isOpen))->addPaths(paths);
}

} // namespace ui
