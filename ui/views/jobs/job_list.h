#pragma once
#include "core/base/progress.h"
#include <QAbstractListModel>
#include <QDateTime>
#include <QElapsedTimer>
#include <QList>
#include <QString>

class QProgressBar;

namespace ui {

enum class JobStage { waiting, running, cancelling, done, failed, cancelled };

/// What the user may know of one job.
struct JobRow {
    qint64 id = 0;
    QString title; ///< "Train “both” for 20 epochs"
    JobStage state = JobStage::waiting;
    core::Progress progress;
    double unitsPerSecond = 0; ///< 0: not known yet
    double secondsLeft = -1;   ///< below 0: not known
    double seconds = 0;        ///< since it started; of the whole job once it has ended
    QString message;           ///< how it ended, one sentence
};

/// Whether it is over, one way or the other.
bool hasEnded(JobStage state);
/// "running", "failed", ... as shown.
QString jobStageText(JobStage state);
/// "45 s", "3 min 20 s", "2 h 5 min".
QString durationText(double seconds);
/// "1,200 of 4,000 items · 310 items/s · 9 s left": what is known of it.
QString progressText(const JobRow& row);
/// The same where neither rate nor time left are known.
QString progressText(const core::Progress& progress);
/// Fills `bar` to the part that is done; it swings where the whole is not known.
void showProgress(QProgressBar* bar, const core::Progress& progress);

/// Finds rate and time left from reports, as they come in.
class ProgressClock {
public:
    /// Fills `progress`, `unitsPerSecond` and `secondsLeft`. Another phase counts something else: its rate starts anew.
    void note(const core::Progress& progress, JobRow& row);

private:
    QElapsedTimer phase_;
    std::string what_;
    qint64 firstDone_ = 0, lastDone_ = 0; ///< when the phase began, and now
};

/// All jobs since the start, the newest first. Knows no thread: whoever runs a job reports here, on the GUI thread.
class JobList final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Roles { IdRole = Qt::UserRole + 1 };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    /// DisplayRole: the title; AccessibleTextRole and ToolTipRole: everything in words.
    QVariant data(const QModelIndex& index, int role) const override;
    const JobRow& row(int number) const { return rows_[number]; }

    /// Returns the id of the new job, which waits.
    qint64 add(const QString& title);
    /// The first report starts the clock. Unknown ids and ended jobs are left alone: a late report changes nothing.
    void setProgress(qint64 id, const core::Progress& progress);
    void finish(qint64 id, JobStage state, const QString& message);
    /// What the Cancel button does: marks the job and emits cancelRequested().
    void requestCancel(qint64 id);
    void removeEnded();

    int activeCount() const;
    /// Of all running jobs, 0 to 1; below 0 where none can say.
    double overallProgress() const;

Q_SIGNALS:
    void cancelRequested(qint64 id);
    void activeCountChanged();

private:
    struct Clock {
        QElapsedTimer started;
        ProgressClock rate;
    };

    int find(qint64 id) const;
    void changed(int number);

    QList<JobRow> rows_;
    QHash<qint64, Clock> clocks_; ///< of running jobs
    qint64 lastId_ = 0;
};

} // namespace ui
