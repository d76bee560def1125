#include "ui/dialogs/import_files.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

QPushButton* button(const QString& iconName, const QString& title, QWidget* parent) {
    auto* made = new QPushButton(icon(iconName), title, parent);
    made->setAutoDefault(false);
    return made;
}

} // namespace

ImportFiles::ImportFiles(QWidget* parent)
    : QWidget(parent), list_(new QTreeWidget(this)), format_(new QComboBox(this)), pictures_(new QLabel(this)) {
    auto* addFiles = button(QStringLiteral("add"), tr("Add &files…"), this);
    auto* addFolder = button(QStringLiteral("open"), tr("Add fol&der…"), this);
    auto* removeAll = button(QStringLiteral("clear"), tr("Clea&r"), this);
    auto* choosePictures = button(QStringLiteral("picture"), tr("Pic&tures…"), this);
    list_->setColumnCount(2);
    list_->setHeaderLabels({tr("File"), tr("Read as")});
    list_->setRootIsDecorated(false);
    list_->setAccessibleName(tr("Files and what they are read as"));
    list_->header()->setStretchLastSection(false);
    list_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    format_->addItem(tr("found out"), QString());
    for (const auto& [name, title] : core::importFormats()) format_->addItem(text(title), text(name));
    format_->setAccessibleName(tr("The form of the files"));
    pictures_->setWordWrap(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(addFiles);
    buttons->addWidget(addFolder);
    buttons->addWidget(removeAll);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("F&orm"), format_);
    form->addRow(choosePictures, pictures_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(buttons);
    layout->addWidget(list_, 1);
    layout->addLayout(form);

    connect(addFiles, &QPushButton::clicked, this, [this] { browse(false); });
    connect(addFolder, &QPushButton::clicked, this, [this] { browse(true); });
    connect(removeAll, &QPushButton::clicked, this, &ImportFiles::removeAllRequested);
    connect(choosePictures, &QPushButton::clicked, this, &ImportFiles::browsePictures);
    connect(format_, &QComboBox::activated, this, &ImportFiles::formatChosen);
    connect(list_, &QTreeWidget::currentItemChanged, this, [this] { Q_EMIT fileSelected(currentFile()); });
    clear();
}

QString ImportFiles::format() const { return format_->currentData().toString(); }

int ImportFiles::currentFile() const {
    const QTreeWidgetItem* const item = list_->currentItem();
    return item ? item->data(0, Qt::UserRole).toInt() : -1;
}

void ImportFiles::selectFile(int file) {
    for (int row = 0; row < list_->topLevelItemCount(); ++row)
        if (list_->topLevelItem(row)->data(0, Qt::UserRole).toInt() == file)
            list_->setCurrentItem(list_->topLevelItem(row));
}

void ImportFiles::clear() {
    list_->clear();
    format_->setItemText(0, tr("found out"));
    pictures_->setText(tr("none"));
}

void ImportFiles::setPlan(const core::ImportPlan& plan) {
    const int before = currentFile();
    {
        const QSignalBlocker quiet(list_);
        list_->clear();
        for (std::size_t i = 0; i < plan.files.size(); ++i) addRow(plan.files[i], static_cast<int>(i));
    }
    format_->setItemText(0, tr("found out: %1").arg(text(plan.title)));
    pictures_->setText(plan.pictures
                           ? text(plan.pictures->path.filename().string()) +
                                 (plan.pictures->member.empty() ? QString() : "/" + text(plan.pictures->member))
                           : tr("none"));
    pictures_->setToolTip(plan.pictures ? text(plan.pictures->path.string()) : QString());
    selectFile(before >= 0 && before < static_cast<int>(plan.files.size()) ? before : 0);
    Q_EMIT fileSelected(currentFile());
}

void ImportFiles::addRow(const core::PlannedFile& file, int position) {
    auto* const item = new QTreeWidgetItem(list_);
    const QString name = text(file.file.name());
    item->setText(0, QFileInfo(name).fileName());
    item->setToolTip(0, name);
    item->setData(0, Qt::UserRole, position);
    auto* const roles = new QComboBox(list_);
    roles->addItem(tr("products"), static_cast<int>(core::FileRole::items));
    roles->addItem(tr("events"), static_cast<int>(core::FileRole::events));
    roles->addItem(tr("not read"), static_cast<int>(core::FileRole::unused));
    roles->setCurrentIndex(static_cast<int>(file.role));
    roles->setAccessibleName(tr("%1 is read as").arg(item->text(0)));
    list_->setItemWidget(item, 1, roles);
    connect(roles, &QComboBox::activated, this,
            [this, position](int role) { Q_EMIT roleChosen(position, static_cast<core::FileRole>(role)); });
}

void ImportFiles::browse(bool isFolder) {
    auto* const dialog = new QFileDialog(this, isFolder ? tr("Folder with a catalog") : tr("Files of a catalog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(isFolder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ImportFiles::pathsAdded);
    dialog->open();
}

void ImportFiles::browsePictures() {
    auto* const dialog = new QFileDialog(this, tr("Folder of pictures"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &ImportFiles::picturesChosen);
    dialog->open();
}

} // namespace ui
