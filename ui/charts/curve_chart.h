#pragma once
#include <QChartView>
#include <QString>

class QLineSeries;
class QValueAxis;

namespace ui {

/// One curve over epochs, with a dot at each point; grows while a training runs.
class CurveChart : public QChartView {
    Q_OBJECT
public:
    enum class Line { first, second }; ///< which of the two model colours

    CurveChart(const QString& title, Line line, QWidget* parent = nullptr);

    /// Empties the curve; the axis shows epochs 1 to `epochs`.
    void start(int epochs);
    void addPoint(int epoch, double value);
    int pointCount() const;
    QPointF point(int number) const;

    QSize sizeHint() const override { return {320, 200}; }

protected:
    void changeEvent(QEvent* change) override;

private:
    void restyle();
    void fitAxes();

    QString title_;
    Line line_;
    int epochs_ = 1;
    QLineSeries* series_;
    QValueAxis *epochAxis_, *valueAxis_;
};

} // namespace ui
