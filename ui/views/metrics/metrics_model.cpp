#include "ui/views/metrics/metrics_model.h"
#include "ui/theme/theme.h"
#include <QColor>
#include <QGuiApplication>
#include <QPointF>
#include <algorithm>

namespace ui {
namespace {

/// In the order of a report, and not of the alphabet; anything else follows.
const QStringList usualOrder{"recall@1", "recall@5", "recall@10", "recall@20", "ndcg@5", "ndcg@10", "ndcg@20", "mrr"};

QString metricTitle(const QString& name) {
    if (name == QLatin1String("mrr")) return QStringLiteral("MRR");
    if (name.startsWith(QLatin1String("ndcg"))) return QStringLiteral("NDCG") + name.mid(4);
    return name.left(1).toUpper() + name.mid(1);
}

} // namespace

QString figureText(const core::Interval& interval, bool isDifference) {
    const auto number = [isDifference](double value) {
        const QString text = QString::number(value, 'f', 4);
        return isDifference && value > 0 ? QLatin1Char('+') + text : text;
    };
    return QStringLiteral("%1  [%2, %3]").arg(number(interval.value), number(interval.low), number(interval.high));
}

bool holdsZero(const core::Interval& interval) { return interval.low <= 0 && interval.high >= 0; }

void MetricsModel::setResult(const core::EvaluateResult& result) {
    beginResetModel();
    metrics_.clear();
    columns_.clear();
    for (const core::ModelEvaluation& model : result.models)
        columns_.push_back({QString::fromStdString(model.name), tr("Model %1").arg(QString::fromStdString(model.hash)),
                            model.metrics});
    if (!result.difference.empty() && result.models.size() > 1) {
        const QString title = tr("%1 minus %2").arg(columns_.back().title, columns_.front().title);
        const QString tip = tr("Taken shopper by shopper. Grey where the interval holds zero: no difference is shown.");
        columns_.push_back({title, tip, result.difference, true});
        columns_.push_back({tr("Difference, drawn"), tip, result.difference, true, true});
    }
    for (const auto& [name, figures] : result.ceilings)
        columns_.push_back({tr("ceiling: %1").arg(QString::fromStdString(name)),
                            tr("No recommender can beat this on these simulated shoppers."), figures});
    if (!result.models.empty())
        for (const auto& [name, interval] : result.models.front().metrics) metrics_ += QString::fromStdString(name);
    std::stable_sort(metrics_.begin(), metrics_.end(), [](const QString& one, const QString& other) {
        const auto place = [](const QString& name) {
            const auto at = usualOrder.indexOf(name);
            return at < 0 ? usualOrder.size() : at;
        };
        return place(one) < place(other);
    });
    axisLow_ = axisHigh_ = 0; // zero is always on the axis
    for (const auto& [name, interval] : result.difference) {
        axisLow_ = std::min(axisLow_, interval.low);
        axisHigh_ = std::max(axisHigh_, interval.high);
    }
    endResetModel();
}

int MetricsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(metrics_.size());
}

int MetricsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

const core::Interval* MetricsModel::figure(int row, int column) const {
    const core::MetricTable& figures = columns_[static_cast<std::size_t>(column)].figures;
    const auto found = figures.find(metrics_[row].toStdString());
    return found == figures.end() ? nullptr : &found->second;
}

QVariant MetricsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Column& column = columns_[static_cast<std::size_t>(index.column())];
    const core::Interval* interval = figure(index.row(), index.column());
    if (role == AxisRole) return QPointF(axisLow_, axisHigh_);
    if (interval == nullptr) return role == Qt::DisplayRole ? QVariant(QStringLiteral("–")) : QVariant();
    switch (role) {
    case Qt::DisplayRole:
        return column.isDrawn ? QString() : figureText(*interval, column.isDifference);
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
        return QStringLiteral("%1, %2: %3")
            .arg(metricTitle(metrics_[index.row()]), column.title, figureText(*interval, column.isDifference));
    case Qt::ForegroundRole: {
        if (!column.isDifference) return {};
        const Accents colours = accents(QGuiApplication::palette());
        return holdsZero(*interval) ? colours.muted : interval->value > 0 ? colours.positive : colours.negative;
    }
    case IntervalRole:
        return column.isDrawn ? QVariant::fromValue(QList<double>{interval->value, interval->low, interval->high})
                              : QVariant();
    default:
        return {};
    }
}

QVariant MetricsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole && section < metrics_.size() ? metricTitle(metrics_[section]) : QVariant();
    if (section >= static_cast<int>(columns_.size())) return {};
    const Column& column = columns_[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::ToolTipRole) return column.tip;
    return {};
}

int MetricsModel::drawnColumn() const {
    for (std::size_t column = 0; column < columns_.size(); ++column)
        if (columns_[column].isDrawn) return static_cast<int>(column);
    return -1;
}

} // namespace ui
