#include "ui/theme/elided_text.h"
#include <QPainter>
#include <QTextLayout>

namespace ui {

int drawElidedText(QPainter& painter, const QRectF& box, const QString& text, int lines, Qt::Alignment alignment) {
    const QFontMetricsF metrics(painter.font());
    QTextLayout layout(text, painter.font());
    layout.beginLayout();
    int count = 0;
    while (count < lines) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(box.width());
        const QString rest = text.mid(line.textStart());
        const bool mustCut = count == lines - 1 || line.naturalTextWidth() > box.width();
        const QString words =
            (mustCut ? metrics.elidedText(rest, Qt::ElideRight, box.width()) : rest.left(line.textLength())).trimmed();
        const QRectF row(box.left(), box.top() + count * metrics.lineSpacing(), box.width(), metrics.height());
        painter.drawText(row, static_cast<int>(alignment) | Qt::AlignTop | Qt::TextSingleLine, words);
        ++count;
        if (mustCut && count < lines) break; // one word wider than the box: nothing sensible can follow
    }
    layout.endLayout();
    return count;
}

} // namespace ui
