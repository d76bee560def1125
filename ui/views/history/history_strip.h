#pragma once
#include "ui/views/history/history_layout.h"
#include "ui/views/history/history_state.h"
#include <QAbstractScrollArea>
#include <QPoint>
#include <QSet>

class QPainter;

namespace ui {

class ThumbnailProvider;

/// The history of one shopper as a strip of tiles, oldest at the left; after the last one a place to drop products, and
/// apart at the right edge the held-out true next product. Passive: it shows a HistoryState and says what the user
/// wants. Positions are 0-based places in HistoryState::tiles; an insertion at their count appends.
class HistoryStrip : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// `thumbnails` is not owned and outlives the strip.
    explicit HistoryStrip(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    void setState(HistoryState state);
    const HistoryState& state() const { return state_; }
    /// Logical pixels of a picture, 48 to 320; presenters want 200.
    void setTileSize(int side);
    int tileSize() const { return layout_.side(); }
    /// The product that is under the mouse elsewhere; none: an invalid index. Emits nothing.
    void setHighlighted(core::ItemIndex item);

    /// What the keyboard acts on: 0 to n-1 a tile, n the place to drop, n+1 the true next; -1 none.
    int current() const { return current_; }
    void setCurrent(int position);
    core::ItemIndex currentItem() const; ///< invalid where the current place shows no product

    QRect tileRect(int position) const;            ///< in the viewport, like current(); null where there is none
    int positionAt(const QPoint& position) const;  ///< -1: between the tiles
    int insertionAt(const QPoint& position) const; ///< where a drop here would go, 0 to n
    QString accessibleTextOf(int position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void itemSelected(core::ItemIndex item);  ///< a step of the selection
    void itemActivated(core::ItemIndex item); ///< Enter or double click: show it in the inspector
    void itemHovered(core::ItemIndex item);   ///< invalid: none any more
    void removeRequested(int position);
    void moveRequested(int from, int to); ///< `to` is its place afterwards
    /// While a tile is dragged: the place where it would land now, so that lists can follow the hand; then comes either
    /// moveRequested() or movePreviewEnded(). Nothing has to listen.
    void movePreviewed(int from, int to);
    void movePreviewEnded();
    void insertRequested(int position, std::vector<core::ItemIndex> items);
    void addRequested(); ///< the "+" tile was pressed: let the user search the catalog
    void revealToggled();
    /// `position` is -1 on the true next product and on empty ground; `item` is invalid where there is none.
    void menuRequested(core::ItemIndex item, int position, const QPoint& globalPosition);

protected:
    void paintEvent(QPaintEvent* paint) override;
    void resizeEvent(QResizeEvent* resize) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* key) override;
    void mousePressEvent(QMouseEvent* press) override;
    void mouseMoveEvent(QMouseEvent* move) override;
    void mouseReleaseEvent(QMouseEvent* release) override;
    void mouseDoubleClickEvent(QMouseEvent* press) override;
    void wheelEvent(QWheelEvent* wheel) override;
    void contextMenuEvent(QContextMenuEvent* menu) override;
    void dragEnterEvent(QDragEnterEvent* drag) override;
    void dragMoveEvent(QDragMoveEvent* drag) override;
    void dragLeaveEvent(QDragLeaveEvent* drag) override;
    void dropEvent(QDropEvent* drop) override;
    void focusInEvent(QFocusEvent* focus) override;
    void focusOutEvent(QFocusEvent* focus) override;
    bool viewportEvent(QEvent* happening) override;
    void changeEvent(QEvent* change) override;
    void timerEvent(QTimerEvent* timer) override;

private:
    int tileCount() const { return static_cast<int>(state_.tiles.size()); }
    int lastPosition() const;
    bool isTile(int position) const { return position >= 0 && position < tileCount(); }
    bool hasInfluences() const;
    bool isOutsideWindow(int position) const; ///< older than what the models read
    void updateLayout();
    void scrollToCurrent();
    void forgetScrolledAway();
    void restoreCurrent(const HistoryState& before);

    void paintTiles(QPainter& painter) const;
    void paintTile(QPainter& painter, int position) const;
    void paintGround(QPainter& painter, const QRect& tile, int position) const;
    void paintProduct(QPainter& painter, const QRect& rect, const HistoryTile& tile, bool isDimmed) const;
    void paintInfluence(QPainter& painter, const QRectF& line, double influence) const;
    void paintTime(QPainter& painter, int position) const;
    void paintAddTile(QPainter& painter) const;
    void paintTrueNext(QPainter& painter) const;
    void paintInsertion(QPainter& painter) const;
    void paintMessage(QPainter& painter) const;
    QString message() const;
    QStringList factsOf(int position) const;
    void updateAccessibleText();

    void stepCurrent(int step);
    void activate(int position);
    void moveCurrent(int to);
    void removeCurrent();
    void setInsertion(int place);
    void setHovered(int position);
    void endDrag();
    void scrollNear(const QPoint& at);

    HistoryState state_;
    HistoryLayout layout_;
    ThumbnailProvider* thumbnails_;
    core::ItemIndex highlighted_;
    int current_ = -1;
    int hovered_ = -1;
    int pressed_ = -1;   ///< the tile under a held mouse button
    int dragged_ = -1;   ///< the tile that is being moved
    int insertion_ = -1; ///< where the mark stands
    int wanted_ = -1;    ///< where an edit that was asked for will put the selection
    bool isPreviewing_ = false;
    QPoint pressedAt_;
    int scrollTimer_ = 0;
    int scrollStep_ = 0;
    mutable QSet<QString> shownPictures_; ///< asked for since the last clean-up
};

} // namespace ui
