#include "ui/views/jobs/job_list.h"
#include "ui/views/jobs/jobs_panel.h"
#include "ui/views/log/log_model.h"
#include "ui/views/log/log_panel.h"
#include <QAbstractItemModelTester>
#include <QFile>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;

class TestJobsAndLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aJobWaitsRunsAndEnds() {
        JobList jobs;
        QAbstractItemModelTester tester(&jobs);
        QSignalSpy active(&jobs, &JobList::activeCountChanged);
        const qint64 id = jobs.add("Train both");
        QCOMPARE(jobs.row(0).state, JobStage::waiting);
        jobs.setProgress(id, {"epoch 1", 10, 40, "steps"});
        QCOMPARE(jobs.row(0).state, JobStage::running);
        QCOMPARE(jobs.overallProgress(), 0.25);
        QVERIFY(progressText(jobs.row(0)).contains("10 of 40 steps"));
        jobs.finish(id, JobStage::failed, "train both: the disk is full");
        QCOMPARE(jobs.activeCount(), 0);
        QCOMPARE(active.count(), 2);
        jobs.setProgress(id, {"epoch 2", 20, 40, "steps"}); // late: changes nothing
        QCOMPARE(jobs.row(0).state, JobStage::failed);
        QVERIFY(jobs.data(jobs.index(0), Qt::AccessibleTextRole).toString().contains("the disk is full"));
    }

    void cancelAsksOnceAndWaitsForTheEnd() {
        JobList jobs;
        JobsPanel panel(&jobs);
        panel.show();
        QSignalSpy asked(&jobs, &JobList::cancelRequested);
        const qint64 id = jobs.add("Import");
        jobs.setProgress(id, {"reading items.jsonl", 1, 0, "rows"});
        auto* cancel = button(panel, "Cancel");
        cancel->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(jobs.row(0).state, JobStage::cancelling);
        QVERIFY(!cancel->isEnabled());
        jobs.requestCancel(id);
        QCOMPARE(asked.count(), 1);
        jobs.finish(id, JobStage::cancelled, "");
        QVERIFY(!cancel->isVisible());
    }

    void theNewestJobIsFirstAndEndedOnesCanGo() {
        JobList jobs;
        QAbstractItemModelTester tester(&jobs);
        JobsPanel panel(&jobs);
        panel.show();
        const qint64 first = jobs.add("first");
        jobs.add("second");
        QCOMPARE(jobs.row(0).title, "second");
        jobs.finish(first, JobStage::done, "made");
        button(panel, "Remove ended jobs")->click();
        QCOMPARE(jobs.rowCount(), 1);
        QCOMPARE(jobs.row(0).title, "second");
        QCOMPARE(panel.findChildren<QProgressBar*>().size(), 1);
    }

    void timesAreReadable() {
        QCOMPARE(durationText(0.2), "1 s");
        QCOMPARE(durationText(59.5), "1 min 0 s");
        QCOMPARE(durationText(200), "3 min 20 s");
        QCOMPARE(durationText(7500), "2 h 5 min");
    }

    void theLogFiltersCopiesAndSaves() {
        LogModel log;
        QAbstractItemModelTester tester(&log);
        LogPanel panel(&log);
        log.append(LogSeverity::info, "opened shop");
        log.append(LogSeverity::warning, "slow BLAS");
        log.append(LogSeverity::error, "train both: the disk is full");
        QCOMPARE(panel.shownText().count('\n'), 3);
        panel.setLeastSeverity(LogSeverity::error);
        QCOMPARE(panel.shownText().count('\n'), 1);
        QVERIFY(panel.shownText().endsWith("  error  train both: the disk is full\n"));
        QTemporaryDir folder;
        QCOMPARE(panel.saveTo(folder.filePath("a.log")), QString());
        QFile saved(folder.filePath("a.log"));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(saved.readAll()), panel.shownText());
        QVERIFY(panel.saveTo(folder.filePath("none/a.log")).contains("none/a.log"));
    }

    void aFullLogForgetsTheOldestAndSaysSo() {
        LogModel log;
        for (int number = 0; number <= LogModel::linesKept; ++number)
            log.append(LogSeverity::info, QString::number(number));
        QCOMPARE(log.forgottenCount(), LogModel::linesKept / 10);
        QCOMPARE(log.rowCount() + log.forgottenCount(), LogModel::linesKept + 1);
        QVERIFY(log.lineText(0).endsWith(QString::number(log.forgottenCount())));
    }

private:
    static QPushButton* button(const QWidget& panel, const QString& text) {
        for (QPushButton* one : panel.findChildren<QPushButton*>())
            if (one->text() == text) return one;
        return nullptr;
    }
};

QTEST_MAIN(TestJobsAndLog)
#include "tst_jobs_and_log.moc"
