#include "ui/views/comparison/card_delegate.h"
#include "ui/pictures/picture_cell.h"
#include "ui/theme/elided_text.h"
#include "ui/theme/painting.h"
#include "ui/views/comparison/card_list.h"
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace ui {
namespace {

constexpr int cardMargin = 6; ///< inside a card
constexpr int spacing = 8;    ///< between its parts

/// Triangle up or down, a ring with a plus, two lines, or a cross: shapes differ so that colour is not needed.
void drawGlyph(QPainter& painter, CardMark::Kind kind, const QRectF& box, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, std::max(1.4, box.width() / 7), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QRectF inner = box.adjusted(1, 1, -1, -1);
    const QPointF centre = inner.center();
    switch (kind) {
    case CardMark::Kind::up:
    case CardMark::Kind::down: {
        const bool isUp = kind == CardMark::Kind::up;
        const qreal tip = isUp ? inner.top() + 1 : inner.bottom() - 1;
        const qreal foot = isUp ? inner.bottom() - 1 : inner.top() + 1;
        painter.setBrush(colour);
        painter.setPen(Qt::NoPen);
        painter.drawPolygon(QPolygonF{{centre.x(), tip}, {inner.right(), foot}, {inner.left(), foot}});
        break;
    }
    case CardMark::Kind::entered:
        painter.drawLine(QPointF(centre.x(), inner.top()), QPointF(centre.x(), inner.bottom()));
        painter.drawLine(QPointF(inner.left(), centre.y()), QPointF(inner.right(), centre.y()));
        break;
    case CardMark::Kind::same:
        for (const qreal shift : {-2.2, 2.2})
            painter.drawLine(QPointF(inner.left(), centre.y() + shift), QPointF(inner.right(), centre.y() + shift));
        break;
    case CardMark::Kind::left:
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.bottomLeft(), inner.topRight());
        break;
    case CardMark::Kind::none:
        break;
    }
    painter.restore();
}

QColor markColour(CardMark::Kind kind, const QPalette& palette) {
    const Accents colours = accents(palette);
    switch (kind) {
    case CardMark::Kind::entered:
        return colours.modelB;
    case CardMark::Kind::up:
        return colours.positive;
    case CardMark::Kind::down:
        return colours.negative;
    default:
        return colours.muted;
    }
}

} // namespace

CardDelegate::CardDelegate(ThumbnailProvider* thumbnails, QObject* parent)
    : QStyledItemDelegate(parent), thumbnails_(thumbnails) {}

QFont CardDelegate::titleFont(const QFont& font) const { return bold(look_.isPresenter ? scaled(font, 1.5) : font); }

int CardDelegate::cardHeight(const QFont& font) const {
    const QFont small = scaled(font, look_.isPresenter ? 1.15 : 0.92);
    const int titleLines = look_.isPresenter ? 2 : 1;
    const int words =
        titleLines * QFontMetrics(titleFont(font)).lineSpacing() + 2 * QFontMetrics(small).lineSpacing() + 6;
    return std::max(look_.pictureSide, words) + 2 * cardMargin + 1;
}

int CardDelegate::rankWidth() const {
    return QFontMetrics(titleFont(QFont())).horizontalAdvance(QStringLiteral("000"));
}

QRect CardDelegate::pictureRect(const QRect& card) const {
    const int left = card.left() + cardMargin + rankWidth() + spacing / 2;
    return {left, card.top() + (card.height() - 1 - look_.pictureSide) / 2, look_.pictureSide, look_.pictureSide};
}

QSize CardDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {220, cardHeight(option.font)};
}

void CardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* row = static_cast<const CardRow*>(index.data(RankedListModel::RowRole).value<const void*>());
    if (row == nullptr) return;
    const auto* list = qobject_cast<const CardList*>(option.widget);
    Card card{.row = row, .mark = index.data(RankedListModel::MarkRole).value<CardMark>(), .rect = option.rect};
    card.isSelected = option.state.testFlag(QStyle::State_Selected);
    card.isHighlighted = highlighted_.isValid() && row->item == highlighted_;
    card.isDimmed = list != nullptr && list->isDimmed();
    card.hasFocus = option.state.testFlag(QStyle::State_HasFocus);
    paintCard(*painter, card, option.palette, option.font);
}

void CardDelegate::paintGround(QPainter& painter, const Card& card, const QPalette& palette) const {
    const QRectF frame = QRectF(card.rect).adjusted(1.5, 1.5, -1.5, -2.5);
    QPainterPath ground;
    ground.addRoundedRect(frame, 6, 6);
    const QColor highlight = palette.color(QPalette::Highlight);
    if (card.isSelected) painter.fillPath(ground, selectedGround(palette));
    if (card.isHighlighted && !card.isSelected) painter.fillPath(ground, litGround(palette));
    if (card.row->isTrueNext) {
        painter.setPen(QPen(accents(palette).positive, 2));
        painter.drawPath(ground);
    } else if (!card.isSelected) {
        painter.setPen(accents(palette).line);
        painter.drawLine(QPointF(card.rect.left() + cardMargin, card.rect.bottom() + 0.5),
                         QPointF(card.rect.right() - cardMargin, card.rect.bottom() + 0.5));
    }
    if (card.hasFocus) {
        painter.setPen(QPen(highlight, 1.5));
        painter.drawRoundedRect(frame.adjusted(card.row->isTrueNext ? 2.5 : 0, card.row->isTrueNext ? 2.5 : 0,
                                               card.row->isTrueNext ? -2.5 : 0, card.row->isTrueNext ? -2.5 : 0),
                                5, 5);
    }
}

void CardDelegate::paintPicture(QPainter& painter, const Card& card, const QPalette& palette) const {
    PictureCell cell{.rect = pictureRect(card.rect), .thumbnail = {}};
    if (!card.picture.isNull())
        cell.thumbnail = {ThumbnailState::ready, card.picture, {}};
    else
        cell.thumbnail = thumbnails_->thumbnail(card.row->picturePath,
                                                devicePixels(cell.rect.size(), painter.device()->devicePixelRatioF()));
    cell.isDimmed = card.isDimmed;
    cell.isEmphasised = card.isHighlighted;
    paintPictureCell(painter, cell, palette);
}

int CardDelegate::paintMark(QPainter& painter, const Card& card, const QRect& content, const QPalette& palette,
                            const QFont& font) const {
    const QFontMetrics metrics(font);
    const QString words = markText(card.mark);
    const QString score = look_.showsScores ? QLocale().toString(card.row->score, 'f', 3) : QString();
    const int glyph = metrics.ascent() - 1;
    const int wordsWidth = words.isEmpty() ? 0 : glyph + 4 + metrics.horizontalAdvance(words);
    const int scoreWidth = score.isEmpty() ? 0 : metrics.horizontalAdvance(score);
    if (!words.isEmpty()) {
        const QColor colour = markColour(card.mark.kind, palette);
        const int left = content.right() + 1 - wordsWidth;
        drawGlyph(painter, card.mark.kind, QRectF(left, content.top() + 2, glyph, glyph), colour);
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(left + glyph + 4, content.top() + metrics.ascent() + 1, words);
    }
    if (!score.isEmpty()) {
        painter.setFont(font);
        painter.setPen(accents(palette).muted);
        painter.drawText(content.right() + 1 - scoreWidth, content.top() + metrics.lineSpacing() + metrics.ascent() + 3,
                         score);
    }
    return std::max(wordsWidth, scoreWidth);
}

void CardDelegate::paintBadges(QPainter& painter, const Card& card, const QRect& line, const QPalette& palette,
                               const QFont& font) const {
    const QFontMetrics metrics(font);
    const Accents colours = accents(palette);
    int left = line.left();
    painter.setFont(font);
    for (const QString& words : badgesOf(*card.row)) {
        const bool isTrueNext = card.row->isTrueNext && left == line.left();
        const int width = metrics.horizontalAdvance(words) + 10;
        if (left + width > line.right() + 1) {
            painter.setPen(colours.muted);
            if (left + metrics.horizontalAdvance(QChar(0x2026)) <= line.right() + 1) // the tool tip has them all
                painter.drawText(left, line.top() + metrics.ascent(), QString(QChar(0x2026)));
            return;
        }
        const QRectF pill(left + 0.5, line.top() + 0.5, width - 1, metrics.height() - 1);
        const QColor colour = isTrueNext ? colours.positive : colours.muted;
        painter.setPen(QPen(isTrueNext ? colour : colours.line, 1));
        painter.setBrush(isTrueNext ? QBrush(faded(colour, 0.12)) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(colour);
        painter.drawText(pill, Qt::AlignCenter, words);
        left += width + 4;
    }
}

void CardDelegate::paintCard(QPainter& painter, const Card& card, const QPalette& palette, const QFont& font) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintGround(painter, card, palette);
    paintPicture(painter, card, palette);
    if (card.isDimmed) painter.setOpacity(0.5);

    const QFont title = titleFont(font);
    const QFont small = scaled(font, look_.isPresenter ? 1.15 : 0.92);
    const QRect picture = pictureRect(card.rect);
    const QRect rank(card.rect.left() + cardMargin, picture.top(), rankWidth(), picture.height());
    painter.setFont(title);
    painter.setPen(palette.color(QPalette::Text));
    painter.drawText(rank, Qt::AlignCenter, QString::number(card.row->rank));

    // A short title leaves its second line to no one: all words stand in the middle of the card.
    const QFontMetrics titleMetrics(title);
    const int markRoom = titleMetrics.averageCharWidth() * 12;
    const bool isShort = titleMetrics.horizontalAdvance(card.row->title) <
                         card.rect.right() - cardMargin - picture.right() - 2 * spacing - markRoom;
    const int titleLines = look_.isPresenter && !isShort ? 2 : 1;
    const int titleHeight = titleLines * QFontMetrics(title).lineSpacing();
    const int lineHeight = QFontMetrics(small).lineSpacing();
    const int height = titleHeight + 2 * lineHeight + 4;
    QRect content(picture.right() + 1 + spacing, card.rect.top() + (card.rect.height() - 1 - height) / 2, 0, height);
    content.setRight(card.rect.right() - cardMargin - 2);
    const int markWidth = paintMark(painter, card, content, palette, small);
    QRect words = content;
    if (markWidth > 0) words.setRight(content.right() - markWidth - spacing);

    painter.setFont(title);
    painter.setPen(palette.color(QPalette::Text));
    const int used = drawElidedText(painter, words, card.row->title, titleLines);
    words.setTop(content.top() + std::max(1, used) * QFontMetrics(title).lineSpacing() + 1);

    painter.setFont(small);
    painter.setPen(accents(palette).muted);
    const QString category = card.row->category.section(QStringLiteral(" > "), -1);
    QStringList facts;
    if (!card.row->price.isEmpty()) facts += card.row->price;
    if (!category.isEmpty()) facts += category;
    drawElidedText(painter, words, facts.join(QStringLiteral("  ·  ")), 1);
    paintBadges(painter, card,
                QRect(words.left(), words.top() + lineHeight + 2, content.right() - words.left() + 1, lineHeight),
                palette, small);
    painter.restore();
}

} // namespace ui
