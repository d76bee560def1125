#include "ui/views/metrics/interval_delegate.h"
#include "ui/theme/theme.h"
#include "ui/views/metrics/metrics_model.h"
#include <QPainter>

namespace ui {

void IntervalDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index); // ground and selection; the text is empty
    const auto interval = index.data(MetricsModel::IntervalRole).value<QList<double>>();
    if (interval.size() != 3) return;
    const QPointF axis = index.data(MetricsModel::AxisRole).toPointF();
    const double span = std::max(axis.y() - axis.x(), 1e-12);
    const QRectF box = QRectF(option.rect).adjusted(14, 0, -14, 0);
    const auto place = [&](double value) { return box.left() + box.width() * (value - axis.x()) / span; };
    const qreal y = box.center().y();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QColor colour =
        isSelected ? option.palette.color(QPalette::HighlightedText) : index.data(Qt::ForegroundRole).value<QColor>();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(accents(option.palette).muted, 1, Qt::DotLine));
    painter->drawLine(QPointF(place(0), option.rect.top()), QPointF(place(0), option.rect.bottom()));
    painter->setPen(QPen(colour, 2));
    painter->drawLine(QPointF(place(interval[1]), y), QPointF(place(interval[2]), y));
    for (const int end : {1, 2})
        painter->drawLine(QPointF(place(interval[end]), y - 4), QPointF(place(interval[end]), y + 4));
    const bool isOpen = interval[1] <= 0 && interval[2] >= 0;
    painter->setBrush(isOpen ? option.palette.color(QPalette::Base) : colour);
    painter->drawEllipse(QPointF(place(interval[0]), y), 4, 4);
    painter->restore();
}

} // namespace ui
