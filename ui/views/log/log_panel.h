#pragma once
#include "ui/views/log/log_model.h"
#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;

namespace ui {

class SeverityFilter;

/// The log, filtered by severity; copied or saved as text.
class LogPanel : public QWidget {
    Q_OBJECT
public:
    /// `log` outlives the panel.
    explicit LogPanel(LogModel* log, QWidget* parent = nullptr);

    void setLeastSeverity(LogSeverity severity);
    /// The lines shown: the selected ones, or all where none is selected.
    QString shownText() const;
    /// Writes the lines shown; returns why it failed, or nothing.
    QString saveTo(const QString& file) const;

private:
    void copy() const;
    void chooseFileAndSave();
    void showCount();

    LogModel* log_;
    SeverityFilter* filter_;
    QTableView* table_;
    QComboBox* severity_;
    QLabel* count_;
};

} // namespace ui
