#pragma once
#include "core/engine/jobs.h"
#include <QAbstractTableModel>
#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

namespace ui {

/// An evaluation as a table: a row a metric; a column a model; the difference of the last and the first model, in
/// numbers and drawn; ceilings where there are any.
class MetricsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int IntervalRole = Qt::UserRole + 1; ///< QList<double>{value, low, high}; invalid: no figure
    static constexpr int AxisRole = Qt::UserRole + 2;     ///< QPointF(low, high): the common axis of drawn differences

    using QAbstractTableModel::QAbstractTableModel;

    void setResult(const core::EvaluateResult& result);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The column in which differences are drawn; -1 where only one model was evaluated.
    int drawnColumn() const;

private:
    struct Column {
        QString title, tip;
        core::MetricTable figures;
        bool isDifference = false;
        bool isDrawn = false;
    };
    const core::Interval* figure(int row, int column) const;

    QStringList metrics_;
    std::vector<Column> columns_;
    double axisLow_ = 0, axisHigh_ = 0;
};

/// "0.183 [0.179, 0.187]"; differences bear their sign.
QString figureText(const core::Interval& interval, bool isDifference);
/// Whether the interval holds zero: then the data cannot tell the two apart.
bool holdsZero(const core::Interval& interval);

} // namespace ui
