#pragma once
#include "core/engine/jobs.h"
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace ui {

class IntervalDelegate;
class MetricsModel;
class StatePanel;

/// All figures of the last evaluation, each with its interval, and how they were measured.
class MetricsPanel : public QWidget {
    Q_OBJECT
public:
    explicit MetricsPanel(QWidget* parent = nullptr);

    /// Why there is nothing to evaluate ("no histories"); empty: there is, and the button is on.
    void setNothing(const QString& reason);
    void setRunning();
    void showResult(const core::EvaluateResult& result);
    void showFailure(const QString& message);
    MetricsModel* model() { return model_; }

Q_SIGNALS:
    void evaluateRequested();

private:
    MetricsModel* model_;
    QTableView* table_;
    QLabel* protocol_;
    StatePanel* statePanel_;
    QStackedWidget* stack_;
};

} // namespace ui
