#include "ui/views/log/log_model.h"
#include "ui/theme/icons.h"

namespace ui {

QString severityText(LogSeverity severity) {
    switch (severity) {
    case LogSeverity::info:
        return LogModel::tr("info");
    case LogSeverity::warning:
        return LogModel::tr("warning");
    case LogSeverity::error:
        return LogModel::tr("error");
    }
    return {};
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Line& line = lines_[index.row()];
    if (role == SeverityRole) return static_cast<int>(line.severity);
    if (role == Qt::ToolTipRole && index.column() == TextColumn) return line.text;
    if (role == Qt::DecorationRole && index.column() == SeverityColumn) {
        static const QIcon icons[] = {icon("info"), icon("warning"), icon("error")};
        return icons[static_cast<int>(line.severity)];
    }
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case TimeColumn:
        return line.time.toString(QStringLiteral("HH:mm:ss.zzz"));
    case SeverityColumn:
        return severityText(line.severity);
    default:
        return line.text;
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case SeverityColumn:
        return tr("Severity");
    default:
        return tr("What happened");
    }
}

void LogModel::append(LogSeverity severity, const QString& text) {
    if (lines_.size() == linesKept) { // a tenth at once, so that a full log does not move on every line
        const int dropped = linesKept / 10;
        beginRemoveRows({}, 0, dropped - 1);
        lines_.remove(0, dropped);
        endRemoveRows();
        forgotten_ += dropped;
    }
    const int row = static_cast<int>(lines_.size());
    beginInsertRows({}, row, row);
    lines_.append({QDateTime::currentDateTime(), severity, text});
    endInsertRows();
}

void LogModel::clear() {
    beginResetModel();
    lines_.clear();
    forgotten_ = 0;
    endResetModel();
}

QString LogModel::lineText(int row) const {
    const Line& line = lines_[row];
    return QStringLiteral("%1  %2  %3")
        .arg(line.time.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")), severityText(line.severity), line.text);
}

} // namespace ui
