#pragma once
#include <QRectF>
#include <QString>

class QPainter;

namespace ui {

/// At most `lines` lines of `text` in the painter's font and pen, broken at words, from the top of `box`; the last one
/// is cut with an ellipsis. `alignment` is horizontal. Returns how many lines there are.
int drawElidedText(QPainter& painter, const QRectF& box, const QString& text, int lines,
                   Qt::Alignment alignment = Qt::AlignLeft);

} // namespace ui
