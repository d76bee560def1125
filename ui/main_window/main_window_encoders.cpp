// Encoders from elsewhere: adding one, and finding products with it.
#include "ui/dialogs/add_encoder_dialog.h"
#include "ui/dialogs/find_dialog.h"
#include "ui/engine_client/job_runner.h"
#include "ui/engine_client/search_client.h"
#include "ui/main_window/main_window.h"
#include "ui/views/training/training_panel.h"
#include <memory>

namespace ui {

void MainWindow::showEncoders() {
    const auto encoders =
        session_->workspace() ? core::knownEncoders(session_->folder()) : std::vector<core::KnownEncoder>();
    training_->setEncoders(encoders);
    for (auto* const dialog : findChildren<FindDialog*>()) dialog->setEncoders(encoders);
}

void MainWindow::showAddEncoder() {
    auto* const dialog = new AddEncoderDialog(session_->folder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const auto job = std::make_shared<qint64>(0);
    connect(dialog, &AddEncoderDialog::encodeRequested, this,
            [this, job](const core::EncodeRequest& request) { *job = jobs_->encode(request); });
    connect(dialog, &AddEncoderDialog::cancelRequested, this, [this, job] { jobs_->cancel(*job); });
    connect(jobs_, &JobRunner::progressed, dialog, [dialog, job](qint64 id, const core::Progress& progress) {
        if (id == *job) dialog->showProgress(progress);
    });
    connect(jobs_, &JobRunner::failed, dialog, [dialog, job](qint64 id, const QString& message) {
        if (id == *job) dialog->showError(message);
    });
    connect(jobs_, &JobRunner::cancelled, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showError(AddEncoderDialog::tr("Stopped."));
    });
    connect(jobs_, &JobRunner::encoded, dialog,
            [dialog, job](qint64 id, const core::EncodeRequest&, const core::EncodeResult& result) {
                if (id == *job) dialog->showResult(result);
            });
    dialog->show();
}

void MainWindow::showFind(const QString& picture) {
    if (auto* const open = findChild<FindDialog*>()) { // one is enough: it is asked again
        open->raise();
        open->activateWindow();
        if (!picture.isEmpty()) open->setPicture(picture);
        return;
    }
    auto* const dialog = new FindDialog(
        session_->folder(), [this](core::ItemIndex item) -> const core::CatalogItem& { return session_->item(item); },
        thumbnails_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setEncoders(core::knownEncoders(session_->folder()));
    connect(dialog, &FindDialog::findRequested, search_, &SearchClient::find);
    connect(dialog, &FindDialog::cancelRequested, search_, &SearchClient::cancel);
    connect(dialog, &FindDialog::addEncoderRequested, this, &MainWindow::showAddEncoder);
    connect(dialog, &FindDialog::productChosen, this, [this](core::ItemIndex item) { session_->selectItem(item); });
    connect(dialog, &FindDialog::addRequested, this, [this](core::ItemIndex item) { session_->addItems({item}); });
    connect(search_, &SearchClient::progressed, dialog, &FindDialog::showProgress);
    connect(search_, &SearchClient::found, dialog, &FindDialog::showResult);
    connect(search_, &SearchClient::failed, dialog, &FindDialog::showError);
    dialog->show();
    if (!picture.isEmpty()) dialog->setPicture(picture);
}

} // namespace ui
