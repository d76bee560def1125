#pragma once
#include <QStyledItemDelegate>

namespace ui {

/// Draws a difference with its interval: a dot and a bar on the axis that all rows share, with a line at zero. Colour
/// is the item's foreground; where the interval holds zero the dot is hollow, so that it reads without colours.
class IntervalDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui
