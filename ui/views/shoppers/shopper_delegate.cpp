#include "ui/views/shoppers/shopper_delegate.h"
#include "ui/pictures/picture_cell.h"
#include "ui/theme/painting.h"
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace ui {
namespace {

constexpr int rowMargin = 7;
constexpr int partGap = 3;
constexpr int barWidth = 42;
constexpr int mostPictures = 6;

} // namespace

ShopperDelegate::ShopperDelegate(ThumbnailProvider* thumbnails, QObject* parent)
    : QStyledItemDelegate(parent), thumbnails_(thumbnails) {}

QSize ShopperDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {200, 2 * rowMargin + QFontMetrics(bold(option.font)).lineSpacing() + partGap + pictureSide};
}

void ShopperDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto row = index.data(ShopperListModel::RowRole).value<ShopperRow>();
    const QPalette& palette = option.palette;
    const Accents colours = accents(palette);
    const QColor highlight = palette.color(QPalette::Highlight);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
    painter->setPen(option.state.testFlag(QStyle::State_HasFocus) ? QPen(highlight, 1.5) : Qt::NoPen);
    painter->setBrush(isSelected                                       ? QBrush(selectedGround(palette))
                      : option.state.testFlag(QStyle::State_MouseOver) ? QBrush(litGround(palette))
                                                                       : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(frame, 6, 6);
    painter->setBrush(Qt::NoBrush);
    if (!isSelected) {
        painter->setPen(colours.line);
        painter->drawLine(option.rect.left() + rowMargin, option.rect.bottom(), option.rect.right() - rowMargin,
                          option.rect.bottom());
    }

    const QFontMetrics metrics(bold(option.font));
    const QFontMetrics smallMetrics(small(option.font));
    QRect line = option.rect.adjusted(rowMargin, rowMargin, -rowMargin, 0);
    line.setHeight(metrics.lineSpacing());
    int left = line.left();
    if (row.scratch != 0) { // a pencil stroke: made here
        const QRectF mark(left, line.top() + 2, line.height() - 5, line.height() - 5);
        painter->setPen(QPen(colours.modelB, 2.2, Qt::SolidLine, Qt::RoundCap));
        painter->drawLine(mark.topRight() + QPointF(-1, 1), mark.bottomLeft() + QPointF(3, -3));
        painter->setPen(QPen(colours.modelB, 1));
        painter->drawLine(mark.bottomLeft() + QPointF(0, 0.5), mark.bottomRight() + QPointF(0, 0.5));
        left += line.height();
    }
    // The name first, then what is left for the facts.
    const int room = line.right() + 1 - left;
    QString facts = shopperFacts(row);
    const int least = smallMetrics.horizontalAdvance(facts.section(QLatin1Char(','), 0, 0)) + 8;
    const QString name = metrics.elidedText(row.name, Qt::ElideRight, std::max(room - least, room / 3));
    painter->setFont(bold(option.font));
    painter->setPen(palette.color(QPalette::Text));
    painter->drawText(QRect(left, line.top(), room, line.height()), Qt::AlignVCenter | Qt::TextSingleLine, name);
    const int factsRoom = room - metrics.horizontalAdvance(name) - 8;
    if (smallMetrics.horizontalAdvance(facts) > factsRoom) facts = facts.section(QLatin1Char(','), 0, 0);
    painter->setFont(small(option.font));
    painter->setPen(colours.muted);
    painter->drawText(QRect(line.right() + 1 - factsRoom, line.top(), factsRoom, line.height()),
                      Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                      smallMetrics.elidedText(facts, Qt::ElideRight, factsRoom));

    QRect below(line.left(), line.bottom() + 1 + partGap, line.width(), pictureSide);
    if (showsBars_) {
        if (row.figures)
            paintBar(*painter, QRect(below.right() + 1 - barWidth, below.top(), barWidth, below.height()),
                     row.figures->difference, palette);
        below.setRight(below.right() - barWidth - partGap);
    }
    paintPictures(*painter, below, row, palette);
    painter->restore();
}

void ShopperDelegate::paintPictures(QPainter& painter, const QRect& line, const ShopperRow& row,
                                    const QPalette& palette) const {
    const qsizetype count =
        std::min<qsizetype>({row.pictures.size(), mostPictures, (line.width() + partGap) / (pictureSide + partGap)});
    for (qsizetype place = 0; place < count; ++place) {
        const QRect rect(line.left() + static_cast<int>(place) * (pictureSide + partGap), line.top(), pictureSide,
                         pictureSide);
        const QSize pixels = devicePixels(rect.size(), painter.device()->devicePixelRatioF());
        paintPictureCell(painter, {.rect = rect, .thumbnail = thumbnails_->thumbnail(row.pictures[place], pixels)},
                         palette);
    }
    if (row.pictures.isEmpty() && row.events == 0) {
        painter.setPen(accents(palette).muted);
        painter.drawText(line, Qt::AlignVCenter | Qt::TextSingleLine, tr("empty: add products"));
    }
}

void ShopperDelegate::paintBar(QPainter& painter, const QRect& place, float difference, const QPalette& palette) const {
    const Accents colours = accents(palette);
    const qreal middle = QRectF(place).center().x();
    const qreal share = barScale_ > 0 ? std::min(1.0F, std::abs(difference) / barScale_) : 0.0F;
    const qreal reach = share * (place.width() / 2.0 - 1);
    const QRectF bar(difference < 0 ? middle - reach : middle, place.center().y() - 5, reach, 10);
    painter.fillRect(bar, difference < 0 ? colours.modelA : colours.modelB);
    painter.setPen(QPen(colours.muted, 1));
    painter.drawLine(QPointF(middle, place.top() + 5), QPointF(middle, place.bottom() - 4));
}

} // namespace ui
