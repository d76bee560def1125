// How the strip looks.
#include "ui/pictures/picture_cell.h"
#include "ui/theme/elided_text.h"
#include "ui/theme/painting.h"
#include "ui/views/history/history_strip.h"
#include <QLocale>
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace ui {
void HistoryStrip::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (state_.kind == HistoryKind::ready) {
        painter.save();
        painter.setClipRect(layout_.scrolled());
        paintTiles(painter);
        painter.restore();
        if (state_.trueNext) paintTrueNext(painter);
    }
    if (!message().isEmpty()) paintMessage(painter);
}

void HistoryStrip::paintTiles(QPainter& painter) const {
    for (int place = 0; place < tileCount(); ++place) {
        if (layout_.tile(place).adjusted(-layout_.step(), 0, layout_.step(), 0).intersects(layout_.scrolled())) {
            paintTime(painter, place);
            paintTile(painter, place);
        }
    }
    if (state_.isEditable) paintAddTile(painter);
    if (insertion_ >= 0) paintInsertion(painter);
}

void HistoryStrip::paintGround(QPainter& painter, const QRect& tile, int position) const {
    const bool isCurrent = position == current_;
    const QRectF frame = QRectF(tile).adjusted(0.5, 0.5, -0.5, -0.5);
    const QColor highlight = palette().color(QPalette::Highlight);
    painter.setPen(isCurrent && hasFocus() ? QPen(highlight, 1.5) : Qt::NoPen);
    painter.setBrush(isCurrent              ? QBrush(selectedGround(palette()))
                     : position == hovered_ ? QBrush(litGround(palette()))
                                            : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(frame, 6, 6);
    painter.setBrush(Qt::NoBrush);
}

void HistoryStrip::paintProduct(QPainter& painter, const QRect& rect, const HistoryTile& tile, bool isDimmed) const {
    if (!tile.picturePath.isEmpty()) shownPictures_.insert(tile.picturePath);
    const QRect picture = layout_.picture(rect);
    PictureCell cell{.rect = picture,
                     .thumbnail =
                         thumbnails_->thumbnail(tile.picturePath, devicePixels(picture.size(), devicePixelRatioF()))};
    cell.isDimmed = isDimmed;
    cell.isEmphasised = highlighted_.isValid() && tile.item == highlighted_;
    painter.setFont(font());
    paintPictureCell(painter, cell, palette());
    painter.setPen(isDimmed ? accents(palette()).muted : palette().color(QPalette::Text));
    drawElidedText(painter, layout_.title(rect), tile.title, 2, Qt::AlignHCenter);
}

void HistoryStrip::paintTile(QPainter& painter, int position) const {
    const HistoryTile& tile = state_.tiles[static_cast<std::size_t>(position)];
    const QRect rect = layout_.tile(position);
    painter.save();
    if (position == dragged_) painter.setOpacity(0.4);
    paintGround(painter, rect, position);
    paintProduct(painter, rect, tile, isOutsideWindow(position));
    if (tile.influence) paintInfluence(painter, layout_.influence(rect), *tile.influence);
    painter.restore();
}

void HistoryStrip::paintInfluence(QPainter& painter, const QRectF& line, double influence) const {
    // A bar from the middle of the left part, and the number at the right in the same colour.
    const Accents colours = accents(palette());
    const double value = std::clamp(influence, -1.0, 1.0);
    const bool isNothing = std::abs(value) < 0.005; // as the number is rounded
    const QColor colour = isNothing ? colours.muted : value < 0 ? colours.negative : colours.positive;
    const qreal middle = line.left() + line.width() * 0.3;
    const qreal reach = line.width() * 0.28 * std::abs(value);
    const QRectF bar(value < 0 ? middle - reach : middle, line.center().y() - 4, reach, 8);
    painter.fillRect(bar, colour);
    painter.setPen(colours.muted);
    painter.drawLine(QPointF(middle, line.top() + 2), QPointF(middle, line.bottom() - 2));
    const QString sign = isNothing ? QString() : value < 0 ? QString(QChar(0x2212)) : QStringLiteral("+");
    painter.setPen(colour);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, sign + QLocale().toString(std::abs(value), 'f', 2));
}

void HistoryStrip::paintTime(QPainter& painter, int position) const {
    const QRect label = layout_.timeLabel(position);
    if (label.isNull()) return;
    const auto& before = state_.tiles[static_cast<std::size_t>(position) - 1].time;
    const auto& now = state_.tiles[static_cast<std::size_t>(position)].time;
    if (!before || !now || *now < *before) return; // an edited order has no honest gap
    const Accents colours = accents(palette());
    const QString words = fontMetrics().elidedText(gapText(*now - *before), Qt::ElideRight, label.width());
    const qreal half = fontMetrics().horizontalAdvance(words) / 2.0 + 5;
    const QPointF centre = QRectF(label).center();
    painter.setPen(QPen(colours.line, 1));
    const qreal from = QRectF(layout_.tile(position - 1)).center().x() + 5;
    const qreal to = QRectF(layout_.tile(position)).center().x() - 5;
    if (centre.x() - half > from) {
        painter.drawLine(QPointF(from, centre.y()), QPointF(centre.x() - half, centre.y()));
        painter.drawLine(QPointF(centre.x() + half, centre.y()), QPointF(to, centre.y()));
    }
    painter.setFont(font());
    painter.setPen(colours.muted);
    painter.drawText(label, Qt::AlignCenter, words);
}

void HistoryStrip::paintAddTile(QPainter& painter) const {
    const QRect rect = layout_.tile(tileCount());
    const QRect picture = layout_.picture(rect);
    const bool isAlive = hovered_ == tileCount() || current_ == tileCount() || insertion_ == tileCount();
    const QColor colour = isAlive ? palette().color(QPalette::Highlight) : accents(palette()).muted;
    painter.save();
    paintGround(painter, rect, tileCount());
    painter.setPen(QPen(colour, 1.4, Qt::DashLine));
    painter.drawRoundedRect(QRectF(picture).adjusted(1, 1, -1, -1), 6, 6);
    painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap));
    const QPointF centre = QRectF(picture).center();
    const qreal arm = std::min(12.0, picture.width() / 7.0);
    painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0));
    painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm));
    painter.setFont(font());
    painter.setPen(accents(palette()).muted);
    drawElidedText(painter, layout_.title(rect), tr("drop here"), 1, Qt::AlignHCenter);
    painter.restore();
}

void HistoryStrip::paintTrueNext(QPainter& painter) const {
    const Accents colours = accents(palette());
    const QRect ground = layout_.trueNextGround();
    const QRect rect = layout_.trueNext();
    painter.save();
    painter.fillRect(ground, palette().color(QPalette::Base));
    painter.setPen(QPen(palette().color(QPalette::Mid), 1));
    painter.drawLine(QPointF(ground.left() - 5.5, 6), QPointF(ground.left() - 5.5, ground.bottom() - 6));
    painter.setFont(bold(font()));
    painter.setPen(colours.positive);
    painter.drawText(QRect(ground.left(), 2, ground.width(), fontMetrics().lineSpacing()), Qt::AlignCenter,
                     tr("True next"));
    paintGround(painter, rect, tileCount() + 1);
    if (state_.trueNextHidden) {
        const QRect picture = layout_.picture(rect);
        painter.setPen(QPen(colours.positive, 1.5));
        painter.setBrush(faded(colours.positive, 0.1));
        painter.drawRoundedRect(QRectF(picture).adjusted(1, 1, -1, -1), 6, 6);
        QFont large = bold(font());
        large.setPixelSize(std::max(16, picture.height() * 2 / 5));
        painter.setFont(large);
        painter.setPen(colours.positive);
        painter.drawText(picture, Qt::AlignCenter, QStringLiteral("?"));
        painter.setFont(font());
        painter.setPen(colours.muted);
        drawElidedText(painter, layout_.title(rect), tr("press to reveal"), 2, Qt::AlignHCenter);
    } else {
        paintProduct(painter, rect, *state_.trueNext, false);
        painter.setPen(QPen(colours.positive, 2));
        painter.drawRoundedRect(QRectF(layout_.picture(rect)), 6, 6);
    }
    painter.restore();
}

void HistoryStrip::paintInsertion(QPainter& painter) const {
    const QRectF mark = layout_.insertionMark(insertion_);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Highlight));
    painter.drawRoundedRect(mark, 2, 2);
    painter.drawEllipse(QPointF(mark.center().x(), mark.top()), 4, 4);
    painter.drawEllipse(QPointF(mark.center().x(), mark.bottom()), 4, 4);
    painter.setBrush(Qt::NoBrush);
}

void HistoryStrip::paintMessage(QPainter& painter) const {
    QRect room = layout_.scrolled().adjusted(16, 8, -16, -8);
    const bool isBesideTile = state_.kind == HistoryKind::ready && state_.isEditable;
    if (isBesideTile) room.setLeft(layout_.tile(0).right() + 16);
    painter.setFont(font());
    painter.setPen(state_.kind == HistoryKind::error ? accents(palette()).negative : accents(palette()).muted);
    painter.drawText(room, (isBesideTile ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignVCenter | Qt::TextWordWrap,
                     message());
}

} // namespace ui
