#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include "ui/views/jobs/job_list.h"
#include <QDialogButtonBox>
#include <QDir>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ui {
namespace {

QSpinBox* countBox(int low, int high, int step, int value, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    return box;
}

} // namespace

SampleShopDialog::SampleShopDialog(const QString& workspacesFolder, QWidget* parent)
    : QDialog(parent), items_(countBox(50, 1'000'000, 500, 2000, this)),
      users_(countBox(0, 1'000'000, 1000, 5000, this)), seed_(countBox(0, 1'000'000'000, 1, 1, this)),
      folder_(new PathField(PathField::Kind::newFolder, tr("Folder of the new shop"), {}, this)),
      message_(new QLabel(this)), bar_(new QProgressBar(this)) {
    setWindowTitle(tr("New sample shop"));
    resize(560, 300);
    auto* intro =
        new QLabel(tr("Draws products, writes their texts and simulates shoppers: free of licences, and the same "
                      "for the same seed. The default size and seed come with two trained models."),
                   this);
    intro->setWordWrap(true);
    message_->setWordWrap(true);
    message_->setForegroundRole(QPalette::PlaceholderText);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));
    QString suggestion = QDir(workspacesFolder).filePath(QStringLiteral("sample-shop"));
    for (int number = 2; QFileInfo::exists(suggestion); ++number)
        suggestion = QDir(workspacesFolder).filePath(QStringLiteral("sample-shop-%1").arg(number));
    folder_->setPath(suggestion);

    auto* form = new QFormLayout;
    form->addRow(tr("&Products"), items_);
    form->addRow(tr("&Shoppers"), users_);
    form->addRow(tr("S&eed"), seed_);
    form->addRow(tr("&Folder"), folder_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    create_ = buttons->addButton(tr("&Create"), QDialogButtonBox::ActionRole);
    cancel_ = buttons->addButton(tr("C&ancel"), QDialogButtonBox::ActionRole);
    create_->setIcon(icon("shop"));
    create_->setDefault(true);
    cancel_->setIcon(icon("stop"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(intro);
    layout->addSpacing(6);
    layout->addLayout(form);
    layout->addStretch();
    layout->addWidget(message_);
    layout->addWidget(bar_);
    layout->addWidget(buttons);

    connect(folder_, &PathField::pathChanged, this, &SampleShopDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(create_, &QPushButton::clicked, this, [this] {
        setRunning(true);
        Q_EMIT createRequested(request());
    });
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        message_->setText(tr("Stopping…"));
        Q_EMIT cancelRequested();
    });
    setRunning(false);
}

core::SampleShopRequest SampleShopDialog::request() const {
    core::SampleShopRequest request;
    request.workspace = std::filesystem::path(folder_->path().toStdString());
    request.items = items_->value();
    request.users = users_->value();
    request.seed = static_cast<std::uint64_t>(seed_->value());
    return request;
}

QString SampleShopDialog::problem() const {
    if (folder_->path().isEmpty()) return tr("Say where the new shop is to be.");
    const QFileInfo folder(folder_->path());
    if (folder.exists() && (!folder.isDir() || !QDir(folder_->path()).isEmpty()))
        return tr("That folder is not empty. Choose another one.");
    return {};
}

void SampleShopDialog::check() {
    message_->setText(problem());
    create_->setEnabled(!isRunning_ && problem().isEmpty());
}

void SampleShopDialog::setRunning(bool isRunning) {
    isRunning_ = isRunning;
    for (QWidget* field : std::initializer_list<QWidget*>{items_, users_, seed_, folder_})
        field->setEnabled(!isRunning);
    bar_->setVisible(isRunning);
    bar_->setRange(0, 0);
    cancel_->setVisible(isRunning);
    cancel_->setEnabled(isRunning);
    check();
}

void SampleShopDialog::showProgress(const core::Progress& progress) {
    if (!isRunning_ || !cancel_->isEnabled()) return;
    message_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void SampleShopDialog::showDone() {
    if (!isRunning_) return;
    setRunning(false);
    Q_EMIT openRequested(folder_->path());
    accept();
}

void SampleShopDialog::showError(const QString& message) {
    setRunning(false);
    message_->setText(message);
}

} // namespace ui
