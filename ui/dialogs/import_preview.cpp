#include "ui/dialogs/import_preview.h"
#include "ui/theme/theme.h"
#include "ui/views/common/counted.h"
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <array>

namespace ui {

namespace {

constexpr int margin = 6, chipPadding = 7;

using core::ColumnRole;
constexpr std::array<ColumnRole, 12> allRoles{ColumnRole::none,        ColumnRole::user,   ColumnRole::item,
                                              ColumnRole::time,        ColumnRole::rating, ColumnRole::title,
                                              ColumnRole::category,    ColumnRole::brand,  ColumnRole::price,
                                              ColumnRole::description, ColumnRole::image,  ColumnRole::extra};

} // namespace

QString roleTitle(ColumnRole role) {
    switch (role) {
    case ColumnRole::none:
        return RoleHeader::tr("not used");
    case ColumnRole::user:
        return RoleHeader::tr("shopper");
    case ColumnRole::item:
        return RoleHeader::tr("product id");
    case ColumnRole::time:
        return RoleHeader::tr("time");
    case ColumnRole::rating:
        return RoleHeader::tr("rating");
    case ColumnRole::title:
        return RoleHeader::tr("title");
    case ColumnRole::category:
        return RoleHeader::tr("category");
    case ColumnRole::brand:
        return RoleHeader::tr("brand");
    case ColumnRole::price:
        return RoleHeader::tr("price");
    case ColumnRole::description:
        return RoleHeader::tr("description");
    case ColumnRole::image:
        return RoleHeader::tr("picture");
    case ColumnRole::extra:
        return RoleHeader::tr("kept as extra");
    }
    return {};
}

void PreviewModel::setPreview(core::FilePreview preview) {
    beginResetModel();
    preview_ = std::move(preview);
    endResetModel();
}

int PreviewModel::rowOfLine(std::int64_t line) const {
    const auto found = std::find(preview_.lines.begin(), preview_.lines.end(), line);
    return found == preview_.lines.end() ? -1 : static_cast<int>(found - preview_.lines.begin());
}

int PreviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(preview_.rows.size());
}

int PreviewModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(preview_.columns.size());
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    const auto& row = preview_.rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    return column < row.size() ? text(row[column]).simplified() : QString();
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) return {};
    if (orientation == Qt::Vertical) {
        const auto row = static_cast<std::size_t>(section);
        return row < preview_.lines.size() ? localized(preview_.lines[row]) : QString();
    }
    const auto column = static_cast<std::size_t>(section);
    return column < preview_.columns.size() ? text(preview_.columns[column]) : QString();
}

RoleHeader::RoleHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setSectionsClickable(true);
    setHighlightSections(false);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Columns and what they stand for"));
    setToolTip(tr("Press a column to say what it stands for."));
}

void RoleHeader::setFile(const core::PlannedFile& file) {
    file_ = file;
    headerDataChanged(Qt::Horizontal, 0, count() - 1);
    viewport()->update();
}

QString RoleHeader::columnAt(int section) const {
    return model() ? model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString() : QString();
}

/// What the column stands for; a dash where it is not used.
QString RoleHeader::chipAt(int section) const {
    const ColumnRole role = file_.roleOf(columnAt(section).toStdString());
    return role == ColumnRole::none ? QStringLiteral("–") : roleTitle(role);
}

/// Amazon's files and sequences mean what they mean.
bool RoleHeader::canChoose() const {
    return file_.role != core::FileRole::unused &&
           (file_.form == core::FileForm::table || file_.form == core::FileForm::jsonLines);
}

QSize RoleHeader::sizeHint() const {
    return {QHeaderView::sizeHint().width(), 2 * fontMetrics().height() + 4 * margin};
}

QSize RoleHeader::sectionSizeFromContents(int section) const {
    const int widest = std::max(fontMetrics().horizontalAdvance(columnAt(section)),
                                fontMetrics().horizontalAdvance(chipAt(section)) + 2 * chipPadding);
    return {std::min(widest, 220) + 2 * margin, sizeHint().height()};
}

void RoleHeader::paintSection(QPainter* painter, const QRect& rect, int section) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(rect, palette().color(QPalette::Button));
    const QRect inner = rect.adjusted(margin, margin, -margin, -margin);
    painter->setPen(palette().color(QPalette::ButtonText));
    painter->drawText(QRect(inner.left(), inner.top(), inner.width(), fontMetrics().height()),
                      Qt::AlignLeft | Qt::AlignVCenter,
                      fontMetrics().elidedText(columnAt(section), Qt::ElideRight, inner.width()));

    const bool isUsed = file_.roleOf(columnAt(section).toStdString()) != ColumnRole::none;
    const QString chip = fontMetrics().elidedText(chipAt(section), Qt::ElideRight, inner.width() - 2 * chipPadding);
    const int width =
        std::max(fontMetrics().horizontalAdvance(chip) + 2 * chipPadding, fontMetrics().height() + chipPadding);
    const QRectF box(inner.left(), inner.bottom() - fontMetrics().height() - 2, width, fontMetrics().height() + 2);
    painter->setPen(isUsed ? QPen(Qt::NoPen) : QPen(accents(palette()).line));
    painter->setBrush(isUsed ? palette().brush(QPalette::Highlight) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(box, box.height() / 2, box.height() / 2);
    painter->setPen(isUsed ? palette().color(QPalette::HighlightedText) : accents(palette()).muted);
    painter->drawText(box, Qt::AlignCenter, chip);
    painter->setPen(accents(palette()).line);
    painter->drawLine(rect.topRight(), rect.bottomRight());
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    if (hasFocus() && section == currentIndex().column()) {
        painter->setPen(palette().color(QPalette::Highlight));
        painter->drawRect(rect.adjusted(1, 1, -2, -2));
    }
    painter->restore();
}

void RoleHeader::mouseReleaseEvent(QMouseEvent* mouse) {
    const int section = logicalIndexAt(mouse->position().toPoint());
    const bool isResizing = cursor().shape() == Qt::SplitHCursor;
    QHeaderView::mouseReleaseEvent(mouse);
    if (mouse->button() == Qt::LeftButton && section >= 0 && !isResizing) openRoles(section);
}

void RoleHeader::keyPressEvent(QKeyEvent* key) {
    const int section = std::max(0, currentIndex().column());
    if (key->key() == Qt::Key_Space || key->key() == Qt::Key_Return) return openRoles(section);
    const int step = key->key() == Qt::Key_Right ? 1 : key->key() == Qt::Key_Left ? -1 : 0;
    if (step == 0 || count() == 0) return QHeaderView::keyPressEvent(key);
    setCurrentIndex(model()->index(0, std::clamp(section + step, 0, count() - 1)));
    viewport()->update();
}

void RoleHeader::openRoles(int section) {
    if (!canChoose()) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString column = columnAt(section);
    const ColumnRole now = file_.roleOf(column.toStdString());
    for (const ColumnRole role : allRoles) {
        QAction* const action =
            menu->addAction(roleTitle(role), this, [this, column, role] { Q_EMIT roleChosen(column, role); });
        action->setCheckable(true);
        action->setChecked(role == now);
    }
    menu->popup(viewport()->mapToGlobal(QPoint(sectionViewportPosition(section), height())));
}

ImportPreview::ImportPreview(QWidget* parent)
    : QTableView(parent), model_(new PreviewModel(this)), header_(new RoleHeader(this)) {
    setHorizontalHeader(header_);
    setModel(model_);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Rows of the file"));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setWordWrap(false);
    setShowGrid(false);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(header_, &RoleHeader::roleChosen, this, &ImportPreview::roleChosen);
}

void ImportPreview::setFile(const core::PlannedFile& file, const core::FilePreview& preview) {
    model_->setPreview(preview);
    header_->setFile(file);
    for (int column = 0; column < model_->columnCount(); ++column)
        setColumnWidth(column,
                       std::clamp(std::max(sizeHintForColumn(column), header_->sectionSizeHint(column)), 60, 240));
}

void ImportPreview::clear(const QString& text) {
    text_ = text;
    model_->setPreview({});
    header_->setFile({});
    viewport()->update();
}

void ImportPreview::paintEvent(QPaintEvent* event) {
    QTableView::paintEvent(event);
    if (model_->rowCount() > 0 || text_.isEmpty()) return;
    constexpr int space = 24;
    QPainter painter(viewport());
    painter.setPen(accents(palette()).muted);
    painter.drawText(viewport()->rect().adjusted(space, space, -space, -space), Qt::AlignCenter | Qt::TextWordWrap,
                     text_);
}

bool ImportPreview::showLine(std::int64_t line) {
    const int row = model_->rowOfLine(line);
    if (row < 0) return false;
    selectRow(row);
    scrollTo(model_->index(row, 0));
    return true;
}

} // namespace ui
