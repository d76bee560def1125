#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>

namespace ui {

PathField::PathField(Kind kind, const QString& title, const QString& filter, QWidget* parent)
    : QWidget(parent), kind_(kind), title_(title), filter_(filter), edit_(new QLineEdit(this)) {
    edit_->setAcceptDrops(false); // the field as a whole takes drops: a path, not its URL
    edit_->setAccessibleName(title);
    auto* choose = new QPushButton(icon("open"), tr("Choose…"), this);
    choose->setAutoDefault(false);
    choose->setAccessibleName(title);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(edit_, 1);
    layout->addWidget(choose);
    setFocusProxy(edit_);
    setAcceptDrops(true);
    connect(choose, &QPushButton::clicked, this, &PathField::browse);
    connect(edit_, &QLineEdit::textChanged, this, [this] { Q_EMIT pathChanged(path()); });
}

QString PathField::path() const { return edit_->text().trimmed(); }

void PathField::setPath(const QString& path) { edit_->setText(QDir::toNativeSeparators(path)); }

void PathField::setPlaceholder(const QString& text) { edit_->setPlaceholderText(text); }

void PathField::dragEnterEvent(QDragEnterEvent* drag) {
    if (drag->mimeData()->urls().size() == 1 && drag->mimeData()->urls().first().isLocalFile())
        drag->acceptProposedAction();
}

void PathField::dropEvent(QDropEvent* drop) { setPath(drop->mimeData()->urls().value(0).toLocalFile()); }

void PathField::browse() {
    auto* dialog = new QFileDialog(this, title_, path(), filter_);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(kind_ == Kind::existingFile ? QFileDialog::ExistingFile : QFileDialog::Directory);
    if (kind_ != Kind::existingFile) dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &PathField::setPath);
    dialog->open();
}

} // namespace ui
