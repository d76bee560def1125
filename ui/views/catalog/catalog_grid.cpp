#include "ui/views/catalog/catalog_grid.h"
#include "ui/pictures/picture_cell.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/common/counted.h"
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QTextLayout>
#include <algorithm>
#include <climits>

namespace ui {
namespace {

constexpr int cardGap = 8; ///< between cards and around them
constexpr int padding = 6; ///< inside a card
constexpr int cardTitleLines = 2;
constexpr int smallestSide = 64;

QString titleOf(const core::CatalogItem& item) {
    return text(item.text.title.empty() ? item.text.id : item.text.title);
}

/// Price and category in one line; where the category would be cut to a few letters, the price alone.
QString subtitleOf(const core::CatalogItem& item, const QFontMetrics& metrics, int width) {
    QString price = item.text.price ? QLocale().toString(*item.text.price, 'f', 2) : QString();
    const QString category = text(item.text.category).section(QLatin1String(" > "), -1);
    if (price.isEmpty() || category.isEmpty()) return metrics.elidedText(price + category, Qt::ElideRight, width);
    const QString both = price + QStringLiteral("  ·  ") + category;
    const int forCategory = width - metrics.horizontalAdvance(both.chopped(category.size()));
    const int fewLetters = 6 * metrics.averageCharWidth();
    if (forCategory < std::min(fewLetters, metrics.horizontalAdvance(category))) return price;
    return metrics.elidedText(both, Qt::ElideRight, width);
}

/// At most two lines; the second is cut with an ellipsis.
void drawTitle(QPainter& painter, const QRect& box, const QString& title, const QFont& font) {
    QTextLayout layout(title, font);
    layout.beginLayout();
    const QFontMetrics metrics(font);
    qreal y = box.top();
    for (int number = 0; number < cardTitleLines; ++number) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(box.width());
        const bool isLast = number == cardTitleLines - 1;
        const QString words = isLast ? metrics.elidedText(title.mid(line.textStart()), Qt::ElideRight, box.width())
                                     : title.mid(line.textStart(), line.textLength());
        painter.drawText(QPointF(box.left(), y + metrics.ascent()), words.trimmed());
        y += metrics.lineSpacing();
    }
    layout.endLayout();
}

} // namespace

CatalogGrid::CatalogGrid(CatalogReader* reader, ThumbnailProvider* thumbnails, QWidget* parent)
    : QAbstractScrollArea(parent), reader_(reader), thumbnails_(thumbnails) {
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Products of the catalog"));
    connect(reader_, &CatalogReader::rowsArrived, this, [this] { viewport()->update(); });
    connect(reader_, &CatalogReader::stateChanged, this, &CatalogGrid::updateGeometryAndScrollBar);
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, [this](const QString& file) {
        if (shownPictures_.contains(file)) viewport()->update();
    });
    updateGeometryAndScrollBar();
}

void CatalogGrid::setPictureSide(int side) {
    wantedSide_ = std::clamp(side, smallestSide, 256);
    updateGeometryAndScrollBar();
}

void CatalogGrid::setExcluded(std::function<bool(const core::CatalogItem&)> isExcluded) {
    isExcluded_ = std::move(isExcluded);
    viewport()->update();
}

int CatalogGrid::columnCount() const {
    return std::max(1, (viewport()->width() - cardGap) / (pictureSide_ + 2 * padding + cardGap));
}

QRect CatalogGrid::cellRect(qint64 row) const {
    // The last pixels of a line are shared out between its columns, so that cards reach both edges.
    const int columns = columnCount();
    const int width = pictureSide_ + 2 * padding;
    const int height = pictureSide_ + 2 * padding + textHeight_;
    const int column = static_cast<int>(row % columns);
    const qint64 line = row / columns;
    const int slack = std::max(0, viewport()->width() - cardGap - columns * (width + cardGap));
    const int step = width + cardGap + (columns > 1 ? slack / columns : 0);
    return {cardGap + column * step,
            static_cast<int>(cardGap + line * (height + cardGap) - verticalScrollBar()->value()), width, height};
}

qint64 CatalogGrid::rowAt(const QPoint& position) const {
    const auto [first, last] = visibleRows();
    for (qint64 row = first; row <= last; ++row)
        if (cellRect(row).contains(position)) return row;
    return -1;
}

std::pair<qint64, qint64> CatalogGrid::visibleRows() const {
    const qint64 rows = reader_->rowCount();
    if (rows == 0) return {0, -1};
    const qint64 lineHeight = pictureSide_ + 2 * padding + textHeight_ + cardGap;
    const qint64 top = verticalScrollBar()->value();
    const qint64 firstLine = top / lineHeight;
    const qint64 lastLine = (top + viewport()->height()) / lineHeight;
    return {std::min(firstLine * columnCount(), rows - 1), std::min((lastLine + 1) * columnCount(), rows) - 1};
}

void CatalogGrid::setCurrentRow(qint64 row, Qt::KeyboardModifiers modifiers) {
    if (reader_->rowCount() == 0) return;
    row = std::clamp<qint64>(row, 0, reader_->rowCount() - 1);
    const core::CatalogItem* item = reader_->at(row);
    if (modifiers.testFlag(Qt::ShiftModifier) && anchor_ >= 0) {
        selection_.clear();
        const qint64 step = row < anchor_ ? -1 : 1;
        for (qint64 other = anchor_; other != row + step; other += step) {
            const core::CatalogItem* known = reader_->known(other);
            if (known == nullptr) break; // not read yet: the selection ends where it can be seen to end
            selection_.insert(other, *known);
        }
    } else if (modifiers.testFlag(Qt::ControlModifier)) {
        if (selection_.remove(row) == 0 && item != nullptr) selection_.insert(row, *item);
        anchor_ = row;
    } else {
        selection_.clear();
        if (item != nullptr) selection_.insert(row, *item);
        anchor_ = row;
    }
    current_ = row;
    const QRect cell = cellRect(row);
    if (cell.top() < cardGap)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + cell.top() - cardGap);
    else if (cell.bottom() > viewport()->height() - cardGap)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + cell.bottom() + cardGap - viewport()->height());
    viewport()->update();
    updateAccessibleText();
    Q_EMIT currentChanged();
}

std::vector<core::CatalogItem> CatalogGrid::selectedItems() const { return {selection_.begin(), selection_.end()}; }

void CatalogGrid::reset() {
    current_ = anchor_ = hovered_ = -1;
    selection_.clear();
    verticalScrollBar()->setValue(0);
    viewport()->update();
    Q_EMIT currentChanged();
}

void CatalogGrid::updateGeometryAndScrollBar() {
    const QFontMetrics metrics(font());
    textHeight_ = 4 + (cardTitleLines + 1) * metrics.lineSpacing();
    const int room = viewport()->height() - textHeight_ - 2 * padding - 2 * cardGap;
    pictureSide_ = std::min(wantedSide_, std::max(smallestSide, room));
    const qint64 lineHeight = pictureSide_ + 2 * padding + textHeight_ + cardGap;
    const qint64 lines = (reader_->rowCount() + columnCount() - 1) / columnCount();
    const qint64 beyond = cardGap + lines * lineHeight - viewport()->height();
    verticalScrollBar()->setRange(0, static_cast<int>(std::clamp<qint64>(beyond, 0, INT_MAX)));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(static_cast<int>(lineHeight / 3));
    if (current_ >= reader_->rowCount()) current_ = anchor_ = -1;
    viewport()->update();
}

QRect CatalogGrid::pictureRect(const QRect& cell) const {
    return {cell.left() + padding, cell.top() + padding, pictureSide_, pictureSide_};
}

QRect CatalogGrid::addRect(const QRect& cell) const {
    const QRect picture = pictureRect(cell);
    return {picture.right() - 29, picture.top() + 5, 25, 25};
}

void CatalogGrid::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setFont(font());
    const auto [first, last] = visibleRows();
    for (qint64 row = first; row <= last; ++row) paintCell(painter, row);
}

void CatalogGrid::paintCell(QPainter& painter, qint64 row) const {
    const QRect cell = cellRect(row);
    const bool isSelected = selection_.contains(row);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isSelected || row == hovered_) {
        QColor ground = palette().color(QPalette::Highlight);
        ground.setAlphaF(isSelected ? 0.20F : 0.08F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(cell, 7, 7);
    }
    if (row == current_ && hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 7, 7);
    }
    if (const core::CatalogItem* item = reader_->at(row)) {
        paintCard(painter, cell, *item);
        if (row == hovered_) {
            const QRect add = addRect(cell);
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette().color(QPalette::Highlight));
            painter.drawEllipse(add);
            icon(QStringLiteral("add")).paint(&painter, add.adjusted(4, 4, -4, -4), Qt::AlignCenter, QIcon::Selected);
        }
    } else {
        paintPictureCell(painter, {.rect = pictureRect(cell), .thumbnail = {ThumbnailState::loading, {}, {}}},
                         palette());
    }
}

void CatalogGrid::paintCard(QPainter& painter, const QRect& cell, const core::CatalogItem& item) const {
    const QRect picture = pictureRect(cell);
    const QString file = QString::fromStdString(item.picture.string());
    shownPictures_.insert(file);
    const bool isExcluded = isExcluded_ && isExcluded_(item);
    const QSize size = devicePixels(picture.size(), devicePixelRatioF());
    paintPictureCell(
        painter, {.rect = picture, .thumbnail = thumbnails_->thumbnail(file, size), .isDimmed = isExcluded}, palette());

    const QFontMetrics metrics(font());
    const QRect words(cell.left() + padding, picture.bottom() + 5, pictureSide_, textHeight_);
    painter.setPen(palette().color(QPalette::Text));
    drawTitle(painter, words, titleOf(item), font());
    const Accents colours = accents(palette());
    painter.setPen(isExcluded ? colours.negative : colours.muted);
    const QString below = isExcluded ? metrics.elidedText(tr("excluded"), Qt::ElideRight, words.width())
                                     : subtitleOf(item, metrics, words.width());
    painter.drawText(QPointF(words.left(), words.top() + cardTitleLines * metrics.lineSpacing() + metrics.ascent()),
                     below);
}

void CatalogGrid::resizeEvent(QResizeEvent*) { updateGeometryAndScrollBar(); }

void CatalogGrid::scrollContentsBy(int, int) {
    hovered_ = -1;
    forgetScrolledAway();
    viewport()->update();
}

void CatalogGrid::forgetScrolledAway() {
    if (shownPictures_.size() < 200) return;
    QSet<QString> visible;
    const auto [first, last] = visibleRows();
    for (qint64 row = first; row <= last; ++row)
        if (const core::CatalogItem* item = reader_->known(row))
            visible.insert(QString::fromStdString(item->picture.string()));
    thumbnails_->cancelExcept(shownPictures_, visible);
    shownPictures_ = visible;
}

void CatalogGrid::changeEvent(QEvent* change) {
    if (change->type() == QEvent::FontChange) updateGeometryAndScrollBar();
    QAbstractScrollArea::changeEvent(change);
}

} // namespace ui
