#pragma once
#include "ui/pictures/thumbnail_provider.h"
#include "ui/views/catalog/catalog_reader.h"
#include <QAbstractScrollArea>
#include <QMap>
#include <QPoint>
#include <QSet>
#include <functional>

namespace ui {

/// All products of a query as cards of one size. Nothing is laid out: the place of a row is arithmetic, so a million
/// rows cost what the visible ones cost. Rows and pictures that are still on their way have their place already.
class CatalogGrid : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// Neither is owned; both outlive the grid.
    CatalogGrid(CatalogReader* reader, ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    /// Logical pixels, 64 to 256. Shown smaller, down to 64, in a panel too low for a whole card.
    void setPictureSide(int side);
    int pictureSide() const { return pictureSide_; }
    /// Products for which this is true are dimmed and say "excluded".
    void setExcluded(std::function<bool(const core::CatalogItem&)> isExcluded);

    int columnCount() const;
    QRect cellRect(qint64 row) const;              ///< in the viewport
    qint64 rowAt(const QPoint& position) const;    ///< -1: between cells
    std::pair<qint64, qint64> visibleRows() const; ///< first and last; last < first: none

    qint64 currentRow() const { return current_; } ///< -1: none
    void setCurrentRow(qint64 row, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    /// In the order of the grid. Rows can only be selected once they are read, so what looks selected is what comes.
    std::vector<core::CatalogItem> selectedItems() const;
    /// Back to the first row, nothing selected: another query.
    void reset();

    QSize sizeHint() const override { return {640, 260}; }

Q_SIGNALS:
    void currentChanged(); ///< or the selection
    void activated();      ///< Enter, +, double click, the + of a card: add what is selected
    void menuRequested(const QPoint& globalPosition);

protected:
    void paintEvent(QPaintEvent* paint) override;
    void resizeEvent(QResizeEvent* resize) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* key) override;
    void mousePressEvent(QMouseEvent* press) override;
    void mouseMoveEvent(QMouseEvent* move) override;
    void mouseDoubleClickEvent(QMouseEvent* press) override;
    void contextMenuEvent(QContextMenuEvent* menu) override;
    void focusInEvent(QFocusEvent* focus) override;
    void focusOutEvent(QFocusEvent* focus) override;
    bool viewportEvent(QEvent* happening) override;
    void changeEvent(QEvent* change) override;

private:
    void updateGeometryAndScrollBar();
    void paintCell(QPainter& painter, qint64 row) const;
    void paintCard(QPainter& painter, const QRect& cell, const core::CatalogItem& item) const;
    QRect pictureRect(const QRect& cell) const;
    QRect addRect(const QRect& cell) const;
    void forgetScrolledAway();
    void startDrag();
    void updateAccessibleText();

    CatalogReader* reader_;
    ThumbnailProvider* thumbnails_;
    std::function<bool(const core::CatalogItem&)> isExcluded_;
    int wantedSide_ = 112;  ///< as set
    int pictureSide_ = 112; ///< as shown: smaller where a whole card would not fit the height
    int textHeight_ = 0;
    qint64 current_ = -1;
    qint64 anchor_ = -1; ///< where a Shift selection starts
    qint64 hovered_ = -1;
    QMap<qint64, core::CatalogItem> selection_;
    QPoint pressed_;
    bool mayDrag_ = false;
    mutable QSet<QString> shownPictures_; ///< asked for since the last clean-up
};

} // namespace ui
