#include "ui/views/comparison/link_gutter.h"
#include "ui/theme/theme.h"
#include <QPainter>
#include <QPainterPath>

namespace ui {
namespace {

QColor linkColour(CardMark::Kind kind, const QPalette& palette) {
    const Accents colours = accents(palette);
    QColor colour = kind == CardMark::Kind::up     ? colours.positive
                    : kind == CardMark::Kind::down ? colours.negative
                                                   : colours.muted;
    colour.setAlphaF(0.6F);
    return colour;
}

void paintLink(QPainter& painter, const QRectF& place, const Link& link, const QPen& pen) {
    const QPointF from(place.left() + 3, place.top() + link.left);
    const QPointF to(place.right() - 3, place.top() + link.right);
    QPainterPath curve(from);
    const qreal bend = place.width() * 0.45;
    curve.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    painter.drawPath(curve);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    const qreal dot = pen.widthF() + 0.8;
    for (const QPointF& end : {from, to}) painter.drawEllipse(end, dot, dot);
}

} // namespace

void paintLinks(QPainter& painter, const QRectF& place, const std::vector<Link>& links, core::ItemIndex highlighted,
                core::ItemIndex selected, const QPalette& palette) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(place);
    const auto isLit = [&](const Link& link) { return link.item == highlighted || link.item == selected; };
    for (const Link& link : links)
        if (!isLit(link)) paintLink(painter, place, link, QPen(linkColour(link.mark.kind, palette), 1.3));
    for (const Link& link : links)
        if (isLit(link)) paintLink(painter, place, link, QPen(palette.color(QPalette::Highlight), 3));
    painter.restore();
}

LinkGutter::LinkGutter(std::function<std::vector<Link>()> links, QWidget* parent)
    : QWidget(parent), links_(std::move(links)) {
    setFixedWidth(gutterWidth);
    setAccessibleName(tr("Links between equal products of A and B"));
}

void LinkGutter::setLit(core::ItemIndex highlighted, core::ItemIndex selected) {
    if (highlighted == highlighted_ && selected == selected_) return;
    highlighted_ = highlighted;
    selected_ = selected;
    update();
}

void LinkGutter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintLinks(painter, rect(), links_(), highlighted_, selected_, palette());
}

} // namespace ui
