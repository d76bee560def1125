#include "core/model_import/model_facts.h"
#include "ui/dialogs/add_model_dialog.h"
#include "ui/dialogs/export_model_dialog.h"
#include "ui/dialogs/model_card_dialog.h"
#include "ui/engine_client/engine_client.h"
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/main_window.h"
#include <QStandardPaths>
#include <memory>

namespace ui {

namespace {

/// Carries progress and failures of the job whose id is in `job` to the dialog that asked for it.
template <class Dialog>
void follow(Dialog* dialog, JobRunner* jobs, const std::shared_ptr<qint64>& job) {
    QObject::connect(jobs, &JobRunner::progressed, dialog, [dialog, job](qint64 id, const core::Progress& progress) {
        if (id == *job) dialog->showProgress(progress);
    });
    QObject::connect(jobs, &JobRunner::failed, dialog, [dialog, job](qint64 id, const QString& message) {
        if (id == *job) dialog->showError(message);
    });
    QObject::connect(jobs, &JobRunner::cancelled, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showError(Dialog::tr("Stopped; nothing was kept."));
    });
    QObject::connect(dialog, &Dialog::cancelRequested, jobs, [jobs, job] { jobs->cancel(*job); });
}

} // namespace

void MainWindow::showAddModel() {
    auto* const dialog = new AddModelDialog(session_->folder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const auto job = std::make_shared<qint64>(0);
    follow(dialog, jobs_, job);
    connect(dialog, &AddModelDialog::runRequested, this,
            [this, job](const core::AddModelRequest& request) { *job = jobs_->addModel(request); });
    connect(jobs_, &JobRunner::modelChecked, dialog,
            [dialog, job](qint64 id, const core::AddModelRequest&, const core::AddModelResult& result) {
                if (id == *job) dialog->showResult(result);
            });
    dialog->show();
}

void MainWindow::showExportModel() {
    QStringList names;
    for (const auto& model : session_->models())
        if (model.problem.empty()) names += QString::fromStdString(model.name);
    auto* const dialog = new ExportModelDialog(session_->folder(), names, session_->modelName(Slot::b), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFolder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const auto job = std::make_shared<qint64>(0);
    follow(dialog, jobs_, job);
    connect(dialog, &ExportModelDialog::exportRequested, this,
            [this, job](const core::ExportModelRequest& request) { *job = jobs_->exportModel(request); });
    connect(jobs_, &JobRunner::modelExported, dialog,
            [dialog, job](qint64 id, const core::ExportModelRequest&, const core::ExportModelResult& result) {
                if (id == *job) dialog->showResult(result);
            });
    dialog->show();
}

void MainWindow::showModelCard(Slot slot) {
    const auto* const model = session_->model(slot);
    if (!model) return;
    const auto facts = core::modelFacts(session_->folder() / "models" / model->name);
    auto* const dialog = new ModelCardDialog(*model, facts, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace ui
