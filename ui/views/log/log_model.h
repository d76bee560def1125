#pragma once
#include <QAbstractTableModel>
#include <QDateTime>
#include <QList>
#include <QString>

namespace ui {

enum class LogSeverity { info, warning, error };

QString severityText(LogSeverity severity);

/// What the program did, oldest first. Keeps the newest lines only and says how many it forgot.
class LogModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TimeColumn, SeverityColumn, TextColumn, ColumnCount };
    static constexpr int SeverityRole = Qt::UserRole + 1; ///< int of LogSeverity

    static constexpr int linesKept = 10'000;

    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void append(LogSeverity severity, const QString& text);
    void clear();
    qint64 forgottenCount() const { return forgotten_; }

    /// "2026-05-01 12:30:05.123  warning  text", as saved and copied.
    QString lineText(int row) const;

private:
    struct Line {
        QDateTime time;
        LogSeverity severity = LogSeverity::info;
        QString text;
    };
    QList<Line> lines_;
    qint64 forgotten_ = 0;
};

} // namespace ui
