#include "ui/charts/chart_style.h"
#include "ui/theme/theme.h"
#include <QAbstractAxis>
#include <QChart>
#include <QFont>
#include <QGraphicsLayout>
#include <QGuiApplication>

namespace ui {

void styleChart(QChart* chart, const QPalette& palette) {
    chart->setBackgroundRoundness(0);
    chart->setBackgroundBrush(palette.color(QPalette::Base));
    chart->setBackgroundPen(Qt::NoPen);
    chart->setMargins({2, 2, 8, 2});
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setTitleBrush(palette.color(QPalette::Text));
    QFont title = QGuiApplication::font();
    title.setBold(true);
    chart->setTitleFont(title);
    chart->setPlotAreaBackgroundVisible(false);
    for (QAbstractAxis* axis : chart->axes()) styleAxis(axis, palette);
}

void styleAxis(QAbstractAxis* axis, const QPalette& palette) {
    const Accents colours = accents(palette);
    QFont small = QGuiApplication::font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    axis->setLabelsFont(small);
    axis->setTitleFont(small);
    axis->setLabelsBrush(colours.muted);
    axis->setTitleBrush(colours.muted);
    axis->setGridLinePen(QPen(colours.line, 1));
    axis->setLinePen(QPen(colours.line, 1));
}

} // namespace ui
