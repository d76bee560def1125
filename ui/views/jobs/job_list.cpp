#include "ui/views/jobs/job_list.h"
#include <QLocale>
#include <QProgressBar>
#include <algorithm>
#include <cmath>

namespace ui {

bool hasEnded(JobStage state) {
    return state == JobStage::done || state == JobStage::failed || state == JobStage::cancelled;
}

QString jobStageText(JobStage state) {
    switch (state) {
    case JobStage::waiting:
        return JobList::tr("waiting");
    case JobStage::running:
        return JobList::tr("running");
    case JobStage::cancelling:
        return JobList::tr("being cancelled");
    case JobStage::done:
        return JobList::tr("done");
    case JobStage::failed:
        return JobList::tr("failed");
    case JobStage::cancelled:
        return JobList::tr("cancelled");
    }
    return {};
}

QString durationText(double seconds) {
    const auto whole = static_cast<qint64>(std::ceil(std::max(0.0, seconds)));
    if (whole < 60) return JobList::tr("%1 s").arg(whole);
    if (whole < 3600) return JobList::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return JobList::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString progressText(const JobRow& row) {
    const QLocale locale;
    const core::Progress& progress = row.progress;
    const QString unit = QString::fromStdString(progress.unit);
    QStringList parts;
    if (!progress.what.empty()) parts += QString::fromStdString(progress.what);
    if (progress.total > 0)
        parts += JobList::tr("%1 of %2 %3")
                     .arg(locale.toString(qlonglong{progress.done}), locale.toString(qlonglong{progress.total}), unit);
    else if (progress.done > 0)
        parts += JobList::tr("%1 %2").arg(locale.toString(qlonglong{progress.done}), unit);
    if (row.unitsPerSecond > 0)
        parts +=
            JobList::tr("%1 %2/s").arg(locale.toString(row.unitsPerSecond, 'f', row.unitsPerSecond < 10 ? 1 : 0), unit);
    if (row.secondsLeft >= 0) parts += JobList::tr("%1 left").arg(durationText(row.secondsLeft));
    return parts.join(QStringLiteral("  ·  "));
}

QString progressText(const core::Progress& progress) {
    JobRow row;
    row.progress = progress;
    return progressText(row);
}

void showProgress(QProgressBar* bar, const core::Progress& progress) {
    bar->setRange(0, progress.total > 0 ? 1000 : 0);
    if (progress.total > 0) bar->setValue(static_cast<int>(1000 * progress.done / progress.total));
}

void ProgressClock::note(const core::Progress& progress, JobRow& row) {
    if (!phase_.isValid() || what_ != progress.what || progress.done < lastDone_) {
        phase_.start();
        what_ = progress.what;
        firstDone_ = progress.done;
    }
    lastDone_ = progress.done;
    const double seconds = static_cast<double>(phase_.elapsed()) / 1000;
    row.progress = progress;
    row.unitsPerSecond = seconds >= 0.2 ? static_cast<double>(progress.done - firstDone_) / seconds : 0;
    row.secondsLeft = row.unitsPerSecond > 0 && progress.total > 0
                          ? static_cast<double>(progress.total - progress.done) / row.unitsPerSecond
                          : -1;
}

int JobList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }

QVariant JobList::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const JobRow& row = rows_[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return row.title;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
        QStringList parts{row.title, jobStageText(row.state), row.message.isEmpty() ? progressText(row) : row.message};
        parts.removeAll(QString());
        return parts.join(QStringLiteral(", "));
    }
    case IdRole:
        return row.id;
    default:
        return {};
    }
}

qint64 JobList::add(const QString& title) {
    beginInsertRows({}, 0, 0);
    rows_.prepend({.id = ++lastId_, .title = title, .progress = {}, .message = {}});
    endInsertRows();
    Q_EMIT activeCountChanged();
    return lastId_;
}

void JobList::setProgress(qint64 id, const core::Progress& progress) {
    const int number = find(id);
    if (number < 0 || hasEnded(rows_[number].state)) return;
    JobRow& row = rows_[number];
    if (row.state == JobStage::waiting) {
        row.state = JobStage::running;
        clocks_[id].started.start();
    }
    Clock& clock = clocks_[id];
    row.seconds = static_cast<double>(clock.started.elapsed()) / 1000;
    clock.rate.note(progress, row);
    changed(number);
}

void JobList::finish(qint64 id, JobStage state, const QString& message) {
    const int number = find(id);
    if (number < 0 || !hasEnded(state) || hasEnded(rows_[number].state)) return;
    JobRow& row = rows_[number];
    if (clocks_.contains(id)) row.seconds = static_cast<double>(clocks_.take(id).started.elapsed()) / 1000;
    row.state = state;
    row.message = message;
    row.secondsLeft = -1;
    changed(number);
    Q_EMIT activeCountChanged();
}

void JobList::requestCancel(qint64 id) {
    const int number = find(id);
    if (number < 0 || hasEnded(rows_[number].state) || rows_[number].state == JobStage::cancelling) return;
    if (rows_[number].state == JobStage::waiting) clocks_[id].started.start();
    rows_[number].state = JobStage::cancelling;
    changed(number);
    Q_EMIT cancelRequested(id);
}

void JobList::removeEnded() {
    for (int number = static_cast<int>(rows_.size()) - 1; number >= 0; --number) {
        if (!hasEnded(rows_[number].state)) continue;
        beginRemoveRows({}, number, number);
        rows_.removeAt(number);
        endRemoveRows();
    }
}

int JobList::activeCount() const {
    return static_cast<int>(
        std::count_if(rows_.begin(), rows_.end(), [](const JobRow& row) { return !hasEnded(row.state); }));
}

double JobList::overallProgress() const {
    double sum = 0;
    int counted = 0;
    for (const JobRow& row : rows_) {
        if (hasEnded(row.state) || row.progress.total <= 0) continue;
        sum += static_cast<double>(row.progress.done) / static_cast<double>(row.progress.total);
        ++counted;
    }
    return counted == 0 ? -1 : std::clamp(sum / counted, 0.0, 1.0);
}

int JobList::find(qint64 id) const {
    const auto found = std::find_if(rows_.begin(), rows_.end(), [id](const JobRow& row) { return row.id == id; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

void JobList::changed(int number) { Q_EMIT dataChanged(index(number), index(number)); }

} // namespace ui
