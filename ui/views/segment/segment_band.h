#pragma once
#include "core/engine/jobs.h"
#include <QWidget>
#include <optional>

class QLabel;
class QPushButton;

namespace ui {

/// What the band says about all shoppers.
struct SegmentState {
    bool isOpen = false; ///< a workspace is open
    qint64 shoppers = 0, products = 0;
    bool isSimulated = false;
    std::optional<core::EvaluateResult> evaluation; ///< of the models in the slots
    bool isReading = false;                         ///< the stored evaluation is being looked up
    QString running;                                ///< progress in words while an evaluation runs
    QString unavailable;                            ///< why none can be started; empty: it can
};

/// One line over the history: how many shoppers, and how often each model has the true next product in its first ten.
class SegmentBand : public QWidget {
    Q_OBJECT
public:
    explicit SegmentBand(QWidget* parent = nullptr);
    void setState(const SegmentState& state);
    QString text() const; ///< all of it in words

Q_SIGNALS:
    void evaluateRequested();

private:
    QLabel *shoppers_, *figures_;
    QPushButton* evaluate_;
};

/// ".183 [.179, .187]"
QString intervalText(const core::Interval& interval);

} // namespace ui
