// What mouse and keyboard do to the grid; painting and geometry are in catalog_grid.cpp.
#include "ui/pictures/picture_cell.h"
#include "ui/views/catalog/catalog_grid.h"
#include "ui/views/catalog/item_mime.h"
#include <QAccessible>
#include <QApplication>
#include <QContextMenuEvent>
#include <QDrag>
#include <QHelpEvent>
#include <QLocale>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace ui {

void CatalogGrid::keyPressEvent(QKeyEvent* key) {
    const int columns = columnCount();
    const qint64 from = std::max<qint64>(current_, 0);
    const QRect cell = cellRect(from);
    const qint64 page = qint64{columns} * std::max(1, viewport()->height() / std::max(1, cell.height()));
    qint64 to = from;
    switch (key->key()) {
    case Qt::Key_Left:
        to = from - 1;
        break;
    case Qt::Key_Right:
        to = from + 1;
        break;
    case Qt::Key_Up:
        to = from >= columns ? from - columns : from;
        break;
    case Qt::Key_Down:
        to = from + columns;
        break;
    case Qt::Key_PageUp:
        to = from - page;
        break;
    case Qt::Key_PageDown:
        to = from + page;
        break;
    case Qt::Key_Home:
        to = 0;
        break;
    case Qt::Key_End:
        to = reader_->rowCount() - 1;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Plus:
        if (!selection_.isEmpty()) Q_EMIT activated();
        return;
    case Qt::Key_Space:
        setCurrentRow(from, Qt::ControlModifier);
        return;
    case Qt::Key_Menu:
        Q_EMIT menuRequested(viewport()->mapToGlobal(cell.center()));
        return;
    default:
        QAbstractScrollArea::keyPressEvent(key);
        return;
    }
    setCurrentRow(current_ < 0 ? 0 : to, key->modifiers() & Qt::ShiftModifier);
}

void CatalogGrid::mousePressEvent(QMouseEvent* press) {
    const qint64 row = rowAt(press->pos());
    mayDrag_ = false;
    if (row < 0) return;
    if (press->button() == Qt::RightButton && selection_.contains(row)) return; // the menu is for all of it
    if (press->button() == Qt::LeftButton && press->modifiers() == Qt::NoModifier && selection_.contains(row))
        current_ = row; // it may be the start of a drag of all that is selected
    else
        setCurrentRow(row, press->modifiers());
    pressed_ = press->pos();
    mayDrag_ = press->button() == Qt::LeftButton && selection_.contains(row);
    if (press->button() == Qt::LeftButton && addRect(cellRect(row)).contains(press->pos())) {
        mayDrag_ = false;
        setCurrentRow(row);
        Q_EMIT activated();
    }
}

void CatalogGrid::mouseMoveEvent(QMouseEvent* move) {
    if (mayDrag_ && move->buttons().testFlag(Qt::LeftButton) &&
        (move->pos() - pressed_).manhattanLength() >= QApplication::startDragDistance()) {
        mayDrag_ = false;
        startDrag();
        return;
    }
    const qint64 row = rowAt(move->pos());
    if (row == hovered_) return;
    hovered_ = row;
    viewport()->update();
}

void CatalogGrid::mouseDoubleClickEvent(QMouseEvent* press) {
    const qint64 row = rowAt(press->pos());
    if (row < 0 || press->button() != Qt::LeftButton || addRect(cellRect(row)).contains(press->pos())) return;
    setCurrentRow(row);
    if (!selection_.isEmpty()) Q_EMIT activated();
}

void CatalogGrid::contextMenuEvent(QContextMenuEvent* menu) {
    if (!selection_.isEmpty() && rowAt(menu->pos()) >= 0) Q_EMIT menuRequested(menu->globalPos());
}

void CatalogGrid::focusInEvent(QFocusEvent* focus) {
    if (current_ < 0 && focus->reason() != Qt::MouseFocusReason) setCurrentRow(0);
    viewport()->update();
}

void CatalogGrid::focusOutEvent(QFocusEvent*) { viewport()->update(); }

bool CatalogGrid::viewportEvent(QEvent* happening) {
    if (happening->type() == QEvent::Leave && hovered_ >= 0) {
        hovered_ = -1;
        viewport()->update();
    }
    if (happening->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(happening);
        const core::CatalogItem* item = reader_->known(rowAt(help->pos()));
        if (item == nullptr) {
            QToolTip::hideText();
            return true;
        }
        const QString file = QString::fromStdString(item->picture.string());
        const Thumbnail thumbnail =
            thumbnails_->thumbnail(file, devicePixels({pictureSide_, pictureSide_}, devicePixelRatioF()));
        QStringList lines{QString::fromStdString(item->text.title), QString::fromStdString(item->text.category),
                          tr("Id %1").arg(QString::fromStdString(item->text.id)),
                          thumbnail.problem.isEmpty() ? thumbnailStateText(thumbnail) : thumbnail.problem};
        lines.removeAll(QString());
        QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(happening);
}

void CatalogGrid::startDrag() {
    std::vector<core::ItemIndex> items;
    QStringList ids;
    for (const core::CatalogItem& item : selection_) {
        items.push_back(item.index);
        ids += QString::fromStdString(item.text.id);
    }
    auto* drag = new QDrag(this); // Qt deletes it after the drop
    drag->setMimeData(makeItemMime(items, ids));
    const core::CatalogItem& shown = selection_.contains(current_) ? selection_[current_] : selection_.first();
    constexpr int side = 72;
    QPixmap pixmap(devicePixels({side, side}, devicePixelRatioF()));
    pixmap.setDevicePixelRatio(devicePixelRatioF());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const Thumbnail thumbnail = thumbnails_->thumbnail(QString::fromStdString(shown.picture.string()),
                                                       devicePixels({pictureSide_, pictureSide_}, devicePixelRatioF()));
    paintPictureCell(painter, {.rect = {0, 0, side, side}, .thumbnail = thumbnail}, palette());
    painter.end();
    drag->setPixmap(pixmap);
    drag->setHotSpot({side / 2, side / 2});
    drag->exec(Qt::CopyAction);
}

void CatalogGrid::updateAccessibleText() {
    const core::CatalogItem* item = reader_->known(current_);
    if (item == nullptr) return;
    QString text = tr("%1, product %2 of %3")
                       .arg(QString::fromStdString(item->text.title.empty() ? item->text.id : item->text.title),
                            QLocale().toString(current_ + 1), QLocale().toString(reader_->rowCount()));
    if (item->text.price) text += tr(", price %1").arg(QLocale().toString(*item->text.price, 'f', 2));
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace ui
