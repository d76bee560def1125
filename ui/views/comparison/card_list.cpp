#include "ui/views/comparison/card_list.h"
#include "ui/views/comparison/ranked_list_model.h"
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <algorithm>

namespace ui {

CardList::CardList(RankedListModel* model, QWidget* parent) : QListView(parent), model_(model) {
    setModel(model);
    setUniformItemSizes(true);
    setSelectionMode(SingleSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    setEditTriggers(NoEditTriggers);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
}

void CardList::setDimmed(bool isDimmed) {
    if (isDimmed_ == isDimmed) return;
    isDimmed_ = isDimmed;
    viewport()->update();
}

core::ItemIndex CardList::currentItem() const { return model_->itemAt(currentIndex()); }

void CardList::select(core::ItemIndex item) {
    isSelecting_ = true;
    setAutoScroll(false); // the same product may stand far down here: the card under the mouse must not run away
    const int row = item.isValid() ? model_->rowOf(item) : -1;
    if (row < 0) {
        clearSelection();
        setCurrentIndex({});
    } else if (currentIndex().row() != row || selectionModel()->selectedIndexes().isEmpty()) {
        selectionModel()->setCurrentIndex(model_->index(row), QItemSelectionModel::ClearAndSelect);
    }
    setAutoScroll(true);
    isSelecting_ = false;
}

std::pair<int, int> CardList::visibleRows() const {
    const int rows = model_->rowCount();
    const int height = rows == 0 ? 0 : sizeHintForRow(0);
    if (height <= 0) return {0, -1};
    const int top = verticalScrollBar()->value();
    return {top / height, std::min(rows - 1, (top + viewport()->height() - 1) / height)};
}

void CardList::paintEvent(QPaintEvent* paint) {
    QListView::paintEvent(paint);
    Q_EMIT paintingEnded();
}

void CardList::keyPressEvent(QKeyEvent* key) {
    const core::ItemIndex item = currentItem();
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Plus:
        if (item.isValid()) Q_EMIT chosen(item);
        return;
    case Qt::Key_Delete:
        if (!item.isValid()) return;
        if (key->modifiers().testFlag(Qt::ShiftModifier))
            Q_EMIT excludeCategoryRequested(item);
        else
            Q_EMIT excludeRequested(item);
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        Q_EMIT sideStepRequested(key->key() == Qt::Key_Right);
        return;
    default:
        QListView::keyPressEvent(key);
    }
}

void CardList::mouseMoveEvent(QMouseEvent* move) {
    QListView::mouseMoveEvent(move);
    setHovered(model_->itemAt(indexAt(move->position().toPoint())));
}

void CardList::mouseDoubleClickEvent(QMouseEvent* press) {
    const core::ItemIndex item = model_->itemAt(indexAt(press->position().toPoint()));
    if (press->button() == Qt::LeftButton && item.isValid()) Q_EMIT chosen(item);
}

void CardList::contextMenuEvent(QContextMenuEvent* menu) {
    if (menu->reason() == QContextMenuEvent::Mouse) {
        const core::ItemIndex item = model_->itemAt(indexAt(menu->pos()));
        if (item.isValid()) Q_EMIT menuRequested(item, menu->globalPos());
    } else if (currentIndex().isValid()) {
        Q_EMIT menuRequested(currentItem(), viewport()->mapToGlobal(visualRect(currentIndex()).center()));
    }
}

void CardList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (!isSelecting_ && current.isValid()) Q_EMIT selected(model_->itemAt(current));
}

/// Who comes by keyboard sees where: on the first card in sight, without choosing it.
void CardList::focusInEvent(QFocusEvent* focus) {
    QListView::focusInEvent(focus);
    if (currentIndex().isValid() || visibleRows().second < visibleRows().first) return;
    isSelecting_ = true;
    selectionModel()->setCurrentIndex(model_->index(visibleRows().first), QItemSelectionModel::NoUpdate);
    isSelecting_ = false;
}

bool CardList::viewportEvent(QEvent* happening) {
    if (happening->type() == QEvent::Leave) setHovered({});
    return QListView::viewportEvent(happening);
}

void CardList::setHovered(core::ItemIndex item) {
    if (hovered_ == item) return;
    hovered_ = item;
    Q_EMIT hovered(item);
}

} // namespace ui
