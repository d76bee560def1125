#include "tests/support/fake_engine.h"
#include "ui/engine_client/job_runner.h"
#include <QSignalSpy>
#include <QTest>

class TestJobRunner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        control_ = std::make_shared<test::FakeControl>();
        list_ = std::make_unique<ui::JobList>();
        runner_ = std::make_unique<ui::JobRunner>(
            list_.get(), [control = control_]() -> const core::ModuleEntry& { return test::fakeModule(control); },
            [](const core::ImportRequest& request, const core::ProgressSink&, std::stop_token) {
                core::ImportResult result;
                result.accepted = true;
                result.itemsRead = static_cast<std::int64_t>(request.items.string().size());
                return result;
            });
    }
    void cleanup() {
        control_->release();
        runner_.reset();
        list_.reset();
    }

    void aTrainingReportsItsCurveAndItsModel() {
        QSignalSpy points(runner_.get(), &ui::JobRunner::trainPoint);
        QSignalSpy trained(runner_.get(), &ui::JobRunner::trained);
        core::TrainRequest request;
        request.name = "mine";
        runner_->train(request);
        QTRY_COMPARE(trained.count(), 1);
        QCOMPARE(points.count(), 4);
        QTRY_COMPARE(list_->row(0).state, ui::JobStage::done);
        QVERIFY(list_->row(0).title.contains(QStringLiteral("mine")));
    }
    void jobsRunOneAfterTheOtherAndCanBeCancelledWaitingOrRunning() {
        control_->hold();
        QSignalSpy cancelled(runner_.get(), &ui::JobRunner::cancelled);
        core::EvaluateRequest request;
        request.models = {"text-only"};
        const auto first = runner_->evaluate(request);
        const auto second = runner_->evaluate(request);
        QTRY_COMPARE(control_->callCount("evaluate"), std::size_t(1));
        list_->requestCancel(second); // as its button does
        QCOMPARE(cancelled.count(), 1);
        list_->requestCancel(first);
        QTRY_COMPARE(cancelled.count(), 2);
        QCOMPARE(control_->callCount("evaluate"), std::size_t(1));
        QCOMPARE(list_->activeCount(), 0);
    }
    void aFailureSaysWhy() {
        control_->failNext("train", core::ErrorKind::invalidInput, "train mine: no pictures");
        QSignalSpy failed(runner_.get(), &ui::JobRunner::failed);
        runner_->train({});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().at(1).toString(), QStringLiteral("Train mine: no pictures"));
        QCOMPARE(list_->row(0).state, ui::JobStage::failed);
    }
    void anImportGoesThroughTheImporter() {
        QSignalSpy imported(runner_.get(), &ui::JobRunner::imported);
        core::ImportRequest request;
        request.items = "four";
        runner_->importWorkspace(request);
        QTRY_COMPARE(imported.count(), 1);
        QCOMPARE(imported.first().at(2).value<core::ImportResult>().itemsRead, std::int64_t(4));
    }

private:
    std::shared_ptr<test::FakeControl> control_;
    std::unique_ptr<ui::JobList> list_;
    std::unique_ptr<ui::JobRunner> runner_;
};
QTEST_GUILESS_MAIN(TestJobRunner)
#include "tst_job_runner.moc"
