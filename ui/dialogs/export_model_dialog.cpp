#include "ui/dialogs/export_model_dialog.h"
#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include "ui/views/jobs/job_list.h"
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ui {

ExportModelDialog::ExportModelDialog(std::filesystem::path workspace, const QStringList& models, const QString& chosen,
                                     QWidget* parent)
    : QDialog(parent), workspace_(std::move(workspace)), model_(new QComboBox(this)), lists_(new QComboBox(this)),
      vectors_(new QCheckBox(tr("&Vectors of products and shoppers (safetensors, ids in JSON beside it)"), this)),
      k_(new QSpinBox(this)),
      folder_(new PathField(PathField::Kind::existingFolder, tr("Folder to write into"), {}, this)),
      message_(new QLabel(this)), bar_(new QProgressBar(this)) {
    setWindowTitle(tr("Export a model"));
    resize(600, 300);
    model_->addItems(models);
    model_->setCurrentIndex(std::max(0, model_->findText(chosen)));
    lists_->addItem(tr("no lists"), QString());
    lists_->addItem(tr("lists of all shoppers as CSV"), QStringLiteral(".csv"));
    lists_->addItem(tr("lists of all shoppers as JSON lines"), QStringLiteral(".jsonl"));
    lists_->setCurrentIndex(1);
    k_->setRange(1, 1000);
    k_->setValue(20);
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Model"), model_);
    form->addRow(QString(), vectors_);
    form->addRow(tr("&Lists"), lists_);
    form->addRow(tr("&Products in a list"), k_);
    form->addRow(tr("&Folder"), folder_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    export_ = buttons->addButton(tr("&Export"), QDialogButtonBox::ActionRole);
    cancel_ = buttons->addButton(tr("&Stop"), QDialogButtonBox::ActionRole);
    export_->setIcon(icon(QStringLiteral("export")));
    export_->setDefault(true);
    cancel_->setIcon(icon(QStringLiteral("stop")));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addStretch();
    layout->addWidget(message_);
    layout->addWidget(bar_);
    layout->addWidget(buttons);

    connect(folder_, &PathField::pathChanged, this, &ExportModelDialog::formChanged);
    connect(vectors_, &QCheckBox::toggled, this, &ExportModelDialog::formChanged);
    for (QComboBox* box : {model_, lists_})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportModelDialog::formChanged);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(export_, &QPushButton::clicked, this, [this] {
        setRunning(true);
        Q_EMIT exportRequested(request());
    });
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        Q_EMIT cancelRequested();
    });
    setRunning(false);
    formChanged();
}

void ExportModelDialog::setFolder(const QString& folder) { folder_->setPath(folder); }

core::ExportModelRequest ExportModelDialog::request() const {
    core::ExportModelRequest request;
    request.workspace = workspace_;
    request.model = model_->currentText().toStdString();
    const QDir folder(folder_->path());
    const auto place = [&](const QString& ending) {
        return std::filesystem::path(folder.filePath(model_->currentText() + ending).toStdString());
    };
    if (vectors_->isChecked()) request.vectors = place(QStringLiteral(".safetensors"));
    const QString lists = lists_->currentData().toString();
    if (!lists.isEmpty()) request.lists = place(lists);
    request.k = k_->value();
    return request;
}

QString ExportModelDialog::problem() const {
    if (model_->currentText().isEmpty()) return tr("There is no model to export.");
    if (!vectors_->isChecked() && lists_->currentData().toString().isEmpty())
        return tr("Choose what to write: vectors, lists or both.");
    if (folder_->path().isEmpty()) return tr("Choose the folder to write into.");
    if (!QFileInfo(folder_->path()).isDir()) return tr("That folder is not there.");
    const auto asked = request();
    for (const auto& file : {asked.vectors, asked.lists})
        if (!file.empty() && QFileInfo::exists(QString::fromStdString(file.string())))
            return tr("%1 is there already; choose another folder.")
                .arg(QString::fromStdString(file.filename().string()));
    return {};
}

void ExportModelDialog::formChanged() {
    message_->setText(problem());
    export_->setEnabled(!isRunning_ && problem().isEmpty());
    k_->setEnabled(!isRunning_ && !lists_->currentData().toString().isEmpty());
}

void ExportModelDialog::setRunning(bool isRunning) {
    isRunning_ = isRunning;
    for (QWidget* field : std::initializer_list<QWidget*>{model_, vectors_, lists_, k_, folder_})
        field->setEnabled(!isRunning);
    bar_->setVisible(isRunning);
    bar_->setRange(0, 0);
    cancel_->setVisible(isRunning);
    cancel_->setEnabled(isRunning);
    export_->setEnabled(!isRunning);
}

void ExportModelDialog::showProgress(const core::Progress& progress) {
    if (!isRunning_) return;
    message_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void ExportModelDialog::showResult(const core::ExportModelResult& result) {
    setRunning(false);
    const auto number = [](std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); };
    QStringList lines;
    if (result.width > 0)
        lines += tr("%1 product and %2 shopper vectors of %3 numbers.")
                     .arg(number(result.items), number(result.users), number(result.width));
    if (result.lists > 0)
        lines += tr("%1 lists with %2 products in all.").arg(number(result.lists), number(result.entries));
    if (result.usersLeftOut > 0)
        lines += tr("%1 shoppers left out: %2.")
                     .arg(number(result.usersLeftOut), QString::fromStdString(result.leftOutBecause));
    for (const auto& file : result.files)
        lines += tr("%1, %2").arg(QString::fromStdString(file.name), QLocale().formattedDataSize(file.bytes));
    message_->setText(lines.join(QLatin1Char('\n')));
}

void ExportModelDialog::showError(const QString& message) {
    setRunning(false);
    message_->setText(message);
}

} // namespace ui
