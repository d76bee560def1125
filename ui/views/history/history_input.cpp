// What mouse, keyboard and drops do to the strip.
#include "ui/views/catalog/item_mime.h"
#include "ui/views/history/history_strip.h"
#include <QApplication>
#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTimerEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace ui {
namespace {

constexpr int scrollZone = 32; ///< near an edge a drag scrolls
constexpr int scrollTickMs = 30;

/// Where a tile dragged from `from` ends when it is put in front of `insertion`.
int placeAfterMove(int from, int insertion) { return insertion > from ? insertion - 1 : insertion; }

} // namespace

void HistoryStrip::keyPressEvent(QKeyEvent* key) {
    const bool isMoving = key->modifiers() & (Qt::ControlModifier | Qt::AltModifier);
    switch (key->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const int step = key->key() == Qt::Key_Left ? -1 : 1;
        if (isMoving)
            moveCurrent(current_ + step);
        else if (current_ < 0)
            setCurrent(step < 0 ? tileCount() - 1 : 0);
        else
            stepCurrent(step);
        return;
    }
    case Qt::Key_Home:
    case Qt::Key_End: {
        const int to = key->key() == Qt::Key_Home ? 0 : tileCount() - 1;
        if (isMoving)
            moveCurrent(to);
        else if (tileCount() > 0)
            setCurrent(to);
        return;
    }
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        removeCurrent();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        activate(current_);
        return;
    case Qt::Key_Space:
        if (current_ == tileCount() + 1)
            Q_EMIT revealToggled();
        else
            activate(current_);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Insert:
        if (state_.kind == HistoryKind::ready && state_.isEditable) Q_EMIT addRequested();
        return;
    case Qt::Key_Escape:
        if (dragged_ >= 0) {
            endDrag();
            pressed_ = -1; // what the hand still holds is no drag any more
            return;
        }
        break;
    default:
        break;
    }
    QAbstractScrollArea::keyPressEvent(key);
}

void HistoryStrip::stepCurrent(int step) {
    int to = current_ + step;
    if (to == tileCount() && !state_.isEditable) to += step; // there is no place to drop
    if (to >= 0 && to <= lastPosition()) setCurrent(to);
}

void HistoryStrip::activate(int position) {
    if (position == tileCount() && state_.kind == HistoryKind::ready && state_.isEditable)
        Q_EMIT addRequested();
    else if (position == tileCount() + 1 && state_.trueNextHidden)
        Q_EMIT revealToggled();
    else if (const core::ItemIndex item = currentItem(); item.isValid())
        Q_EMIT itemActivated(item);
}

void HistoryStrip::moveCurrent(int to) {
    if (!state_.isEditable || !isTile(current_) || !isTile(to) || to == current_) return;
    wanted_ = to;
    Q_EMIT moveRequested(current_, to);
}

void HistoryStrip::removeCurrent() {
    if (!state_.isEditable || !isTile(current_)) return;
    wanted_ = current_;
    Q_EMIT removeRequested(current_);
}

void HistoryStrip::mousePressEvent(QMouseEvent* press) {
    if (press->button() != Qt::LeftButton) return;
    const int position = positionAt(press->position().toPoint());
    pressed_ = isTile(position) ? position : -1;
    pressedAt_ = press->position().toPoint();
    if (position < 0) return;
    setCurrent(position);
    if (position == tileCount()) Q_EMIT addRequested();
    if (position == tileCount() + 1 && state_.trueNextHidden) Q_EMIT revealToggled();
}

void HistoryStrip::mouseMoveEvent(QMouseEvent* move) {
    const QPoint at = move->position().toPoint();
    if (!move->buttons().testFlag(Qt::LeftButton) || pressed_ < 0 || !state_.isEditable) {
        setHovered(positionAt(at));
        return;
    }
    if (dragged_ < 0) {
        if ((at - pressedAt_).manhattanLength() < QApplication::startDragDistance()) return;
        dragged_ = pressed_;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    scrollNear(at);
    setInsertion(viewport()->rect().adjusted(0, -40, 0, 40).contains(at) ? insertionAt(at) : -1);
}

void HistoryStrip::mouseReleaseEvent(QMouseEvent* release) {
    if (release->button() != Qt::LeftButton) return;
    const int from = dragged_;
    const int to = insertion_ < 0 ? from : placeAfterMove(from, insertion_);
    pressed_ = -1;
    if (from < 0) return;
    if (to != from) {
        dragged_ = -1; // the preview becomes the edit: nothing to take back
        endDrag();
        wanted_ = to;
        Q_EMIT moveRequested(from, to);
    } else {
        endDrag();
    }
}

void HistoryStrip::mouseDoubleClickEvent(QMouseEvent* press) {
    if (press->button() == Qt::LeftButton && isTile(positionAt(press->position().toPoint()))) activate(current_);
}

void HistoryStrip::setInsertion(int place) {
    if (place == insertion_) return;
    insertion_ = place;
    viewport()->update();
    if (dragged_ < 0) return;
    const int to = place < 0 ? dragged_ : placeAfterMove(dragged_, place);
    if (to != dragged_) {
        isPreviewing_ = true;
        Q_EMIT movePreviewed(dragged_, to);
    } else if (std::exchange(isPreviewing_, false)) {
        Q_EMIT movePreviewEnded();
    }
}

void HistoryStrip::endDrag() {
    const bool mustTakeBack = std::exchange(isPreviewing_, false) && dragged_ >= 0;
    dragged_ = insertion_ = -1;
    scrollStep_ = 0;
    if (scrollTimer_ != 0) killTimer(std::exchange(scrollTimer_, 0));
    viewport()->unsetCursor();
    viewport()->update();
    if (mustTakeBack) Q_EMIT movePreviewEnded();
}

void HistoryStrip::setHovered(int position) {
    if (position == hovered_) return;
    hovered_ = position;
    viewport()->update();
    const bool isNext = position == tileCount() + 1 && state_.trueNext && !state_.trueNextHidden;
    Q_EMIT itemHovered(isTile(position) ? state_.tiles[static_cast<std::size_t>(position)].item
                       : isNext         ? state_.trueNext->item
                                        : core::ItemIndex{});
}

void HistoryStrip::scrollNear(const QPoint& at) {
    const QRect seen = layout_.scrolled();
    scrollStep_ = at.x() < seen.left() + scrollZone    ? -layout_.step() / 6
                  : at.x() > seen.right() - scrollZone ? layout_.step() / 6
                                                       : 0;
    if (scrollStep_ != 0 && scrollTimer_ == 0) scrollTimer_ = startTimer(scrollTickMs);
    if (scrollStep_ == 0 && scrollTimer_ != 0) killTimer(std::exchange(scrollTimer_, 0));
}

void HistoryStrip::timerEvent(QTimerEvent* timer) {
    if (timer->timerId() != scrollTimer_) return QAbstractScrollArea::timerEvent(timer);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + scrollStep_);
}

void HistoryStrip::wheelEvent(QWheelEvent* wheel) {
    // A wheel turns up and down only; the strip goes left and right.
    const QPoint turn = wheel->angleDelta();
    const int most = std::abs(turn.x()) > std::abs(turn.y()) ? turn.x() : turn.y();
    if (horizontalScrollBar()->maximum() == 0) {
        wheel->ignore();
        return;
    }
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - most * layout_.step() / 120);
    wheel->accept();
}

void HistoryStrip::contextMenuEvent(QContextMenuEvent* menu) {
    int position = current_;
    QPoint at = menu->globalPos();
    if (menu->reason() == QContextMenuEvent::Mouse) {
        position = positionAt(menu->pos());
        if (position >= 0) setCurrent(position);
    } else if (const QRect tile = tileRect(current_); !tile.isNull()) {
        at = viewport()->mapToGlobal(tile.center());
    }
    const core::ItemIndex item = position >= 0 ? currentItem() : core::ItemIndex{};
    Q_EMIT menuRequested(item, isTile(position) ? position : -1, at);
}

void HistoryStrip::dragEnterEvent(QDragEnterEvent* drag) {
    const bool isWelcome = state_.kind == HistoryKind::ready && state_.isEditable &&
                           drag->mimeData()->hasFormat(QLatin1String(itemMimeType));
    if (isWelcome) drag->acceptProposedAction();
}

void HistoryStrip::dragMoveEvent(QDragMoveEvent* drag) {
    const QPoint at = drag->position().toPoint();
    scrollNear(at);
    setInsertion(insertionAt(at));
    drag->acceptProposedAction();
}

void HistoryStrip::dragLeaveEvent(QDragLeaveEvent*) { endDrag(); }

void HistoryStrip::dropEvent(QDropEvent* drop) {
    const std::vector<core::ItemIndex> items = itemsOfMime(drop->mimeData());
    const int place = insertionAt(drop->position().toPoint());
    endDrag();
    if (items.empty() || !state_.isEditable || state_.kind != HistoryKind::ready) return;
    drop->acceptProposedAction();
    wanted_ = place + static_cast<int>(items.size()) - 1;
    Q_EMIT insertRequested(place, items);
}

void HistoryStrip::focusInEvent(QFocusEvent* focus) {
    QAbstractScrollArea::focusInEvent(focus);
    if (current_ < 0 && state_.kind == HistoryKind::ready) {
        current_ = std::max(0, tileCount() - 1);
        if (!state_.isEditable && tileCount() == 0) current_ = -1;
        updateAccessibleText();
    }
    viewport()->update();
}

void HistoryStrip::focusOutEvent(QFocusEvent* focus) {
    QAbstractScrollArea::focusOutEvent(focus);
    viewport()->update();
}

} // namespace ui
