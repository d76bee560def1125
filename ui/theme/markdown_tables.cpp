#include "ui/theme/markdown_tables.h"
#include "ui/theme/theme.h"
#include <QTextDocument>
#include <QTextTable>

namespace ui {
namespace {

bool hasWords(const QTextTable& table, int row) {
    for (int column = 0; column < table.columns(); ++column) {
        const QTextTableCell cell = table.cellAt(row, column);
        if (cell.firstCursorPosition() != cell.lastCursorPosition()) return true;
    }
    return false;
}

} // namespace

void styleTables(QTextDocument& document, const QPalette& palette) {
    for (QTextFrame* frame : document.rootFrame()->childFrames()) {
        auto* table = qobject_cast<QTextTable*>(frame);
        if (table == nullptr) continue;
        if (table->rows() > 1 && !hasWords(*table, 0)) table->removeRows(0, 1);
        QTextTableFormat format = table->format();
        format.setBorder(1);
        format.setBorderCollapse(true);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(accents(palette).line);
        format.setCellPadding(5);
        format.setTopMargin(6);
        format.setBottomMargin(6);
        table->setFormat(format);
    }
}

} // namespace ui
