#include "ui/pictures/picture_cell.h"
#include "ui/theme/theme.h"
#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace ui {
namespace {

QString cellText(const char* text) { return QCoreApplication::translate("ui::PictureCell", text); }

/// A picture frame with mountains; a stroke through it where the file is gone, a jagged break where it is damaged.
void paintMark(QPainter& painter, const QRectF& box, ThumbnailState state) {
    const qreal unit = box.width() / 24;
    const auto at = [&](qreal x, qreal y) { return box.topLeft() + QPointF(x * unit, y * unit); };
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(at(3, 5), at(21, 19)), 2 * unit, 2 * unit);
    switch (state) {
    case ThumbnailState::missing:
        painter.drawPolyline(QPolygonF{at(6, 16), at(10, 11), at(13, 14), at(16, 11), at(18, 14)});
        painter.drawLine(at(3, 21.5), at(21, 2.5));
        break;
    case ThumbnailState::unreadable:
        painter.drawPolyline(QPolygonF{at(11, 5), at(14, 9), at(10, 12), at(14, 15), at(11, 19)});
        break;
    default: // the catalog names no picture: an empty frame with a dash
        painter.drawLine(at(9, 12), at(15, 12));
        break;
    }
}

void paintState(QPainter& painter, const QRect& rect, ThumbnailState state, const QColor& colour) {
    const int side = std::min(rect.width(), rect.height());
    if (state == ThumbnailState::loading) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        const qreal dot = std::clamp(side / 24.0, 1.5, 3.0);
        for (const int step : {-1, 0, 1})
            painter.drawEllipse(QRectF(rect).center() + QPointF(step * dot * 4, 0), dot, dot);
        return;
    }
    const bool hasCaption = side >= 88;
    const qreal markSide = std::clamp(side * 0.4, 12.0, 56.0);
    QRectF box(0, 0, markSide, markSide);
    box.moveCenter(QRectF(rect).center() - QPointF(0, hasCaption ? 8 : 0));
    painter.setPen(QPen(colour, std::max(1.0, markSide / 22), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    paintMark(painter, box, state);
    if (!hasCaption) return;
    const QRectF caption(rect.left() + 4, box.bottom(), rect.width() - 8, rect.bottom() - box.bottom());
    QFont font = painter.font();
    font.setPointSizeF(std::max(7.0, font.pointSizeF() * 0.85));
    painter.setFont(font);
    painter.drawText(caption, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, thumbnailStateText({state, {}, {}}));
}

} // namespace

QString thumbnailStateText(const Thumbnail& thumbnail) {
    switch (thumbnail.state) {
    case ThumbnailState::none:
        return cellText("no picture");
    case ThumbnailState::loading:
        return cellText("loading");
    case ThumbnailState::missing:
        return cellText("file missing");
    case ThumbnailState::unreadable:
        return cellText("cannot be read");
    case ThumbnailState::ready:
        break;
    }
    return {};
}

QSize devicePixels(const QSize& logical, qreal devicePixelRatio) {
    return (QSizeF(logical) * devicePixelRatio).toSize();
}

void paintPictureCell(QPainter& painter, const PictureCell& cell, const QPalette& palette) {
    const Accents colours = accents(palette);
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const qreal radius = std::clamp(cell.rect.width() / 16.0, 3.0, 8.0);
    const QRectF frame = QRectF(cell.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath card;
    card.addRoundedRect(frame, radius, radius);
    painter.fillPath(card, colours.pictureGround);
    if (cell.thumbnail.state == ThumbnailState::ready) {
        QSizeF size = cell.thumbnail.image.size();
        size.scale(frame.size(), Qt::KeepAspectRatio);
        QRectF target(QPointF(0, 0), size);
        target.moveCenter(frame.center());
        painter.setClipPath(card);
        painter.setOpacity(cell.isDimmed ? 0.35 : 1.0);
        painter.drawImage(target, cell.thumbnail.image);
        painter.setOpacity(1.0);
        painter.setClipping(false);
    } else {
        paintState(painter, cell.rect, cell.thumbnail.state, colours.pictureMark);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(cell.isEmphasised ? QPen(palette.color(QPalette::Highlight), 2.5) : QPen(colours.line, 1));
    painter.drawPath(card);
    painter.restore();
}

} // namespace ui
