#include "ui/charts/curve_chart.h"
#include "ui/charts/chart_style.h"
#include "ui/theme/theme.h"
#include <QChart>
#include <QEvent>
#include <QLineSeries>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

namespace ui {

CurveChart::CurveChart(const QString& title, Line line, QWidget* parent)
    : QChartView(new QChart, parent), title_(title), line_(line), series_(new QLineSeries(this)),
      epochAxis_(new QValueAxis(this)), valueAxis_(new QValueAxis(this)) {
    chart()->legend()->hide();
    chart()->setTitle(title);
    chart()->addSeries(series_);
    chart()->addAxis(epochAxis_, Qt::AlignBottom);
    chart()->addAxis(valueAxis_, Qt::AlignLeft);
    series_->attachAxis(epochAxis_);
    series_->attachAxis(valueAxis_);
    series_->setPointsVisible(true);
    epochAxis_->setTitleText(tr("epoch"));
    epochAxis_->setLabelFormat(QStringLiteral("%d"));
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMinimumSize(180, 120);
    restyle();
    start(1);
}

void CurveChart::start(int epochs) {
    series_->clear();
    epochs_ = std::max(1, epochs);
    fitAxes();
}

void CurveChart::addPoint(int epoch, double value) {
    if (!std::isfinite(value)) return;
    series_->append(epoch, value);
    epochs_ = std::max(epochs_, epoch);
    fitAxes();
}

int CurveChart::pointCount() const { return series_->count(); }

QPointF CurveChart::point(int number) const { return series_->at(number); }

void CurveChart::changeEvent(QEvent* change) {
    QChartView::changeEvent(change);
    if (change->type() == QEvent::PaletteChange) restyle();
}

void CurveChart::restyle() {
    const Accents colours = accents(palette());
    styleChart(chart(), palette());
    setBackgroundBrush(palette().color(QPalette::Base));
    const QColor colour = line_ == Line::first ? colours.modelA : colours.modelB;
    series_->setPen(QPen(colour, 2));
    series_->setMarkerSize(5);
}

void CurveChart::fitAxes() {
    // Whole epochs at the ticks, at most some ten of them.
    const int step = std::max(1, static_cast<int>(std::ceil(epochs_ / 8.0)));
    const int last = std::max(2, epochs_);
    epochAxis_->setTickType(QValueAxis::TicksDynamic);
    epochAxis_->setTickAnchor(1);
    epochAxis_->setTickInterval(step);
    epochAxis_->setRange(1, last);

    double low = 0, high = 1;
    if (series_->count() > 0) {
        low = high = series_->at(0).y();
        for (const QPointF& at : series_->points()) {
            low = std::min(low, at.y());
            high = std::max(high, at.y());
        }
        const double margin = std::max((high - low) * 0.1, std::max(std::abs(high) * 0.02, 1e-4));
        low -= margin;
        high += margin;
    }
    valueAxis_->setTickType(QValueAxis::TicksFixed);
    valueAxis_->setTickCount(4);
    valueAxis_->setLabelFormat(high - low < 0.1 ? QStringLiteral("%.3f") : QStringLiteral("%.2f"));
    valueAxis_->setRange(low, high);
    setAccessibleName(title_);
    setAccessibleDescription(
        series_->count() == 0
            ? tr("no points yet")
            : tr("epoch %1: %2").arg(series_->points().last().x()).arg(series_->points().last().y(), 0, 'f', 4));
}

} // namespace ui
