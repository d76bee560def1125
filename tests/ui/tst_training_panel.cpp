#include "tests/support/fake_engine.h"
#include "ui/charts/curve_chart.h"
#include "ui/views/training/training_panel.h"
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <memory>

using namespace ui;

Q_DECLARE_METATYPE(core::TrainRequest)
Q_DECLARE_METATYPE(core::ModelInfo)

/// Runs what the panel asks for on the fake jobs, on a thread, as the window does.
class FakeRunner : public QObject {
public:
    FakeRunner(TrainingPanel* panel, std::shared_ptr<test::FakeControl> control) : control_(std::move(control)) {
        connect(panel, &TrainingPanel::cancelRequested, this, [this] { stop_.request_stop(); });
        connect(panel, &TrainingPanel::startRequested, this, [this, panel](const core::TrainRequest& request) {
            panel->jobStarted(request);
            stop_ = std::stop_source();
            thread_.reset(QThread::create([this, panel, request] { train(panel, request); }));
            thread_->start();
        });
    }
    ~FakeRunner() override {
        stop_.request_stop();
        if (thread_) thread_->wait();
    }

private:
    void train(TrainingPanel* panel, const core::TrainRequest& request) {
        const auto tell = [panel](auto call) { QMetaObject::invokeMethod(panel, call); };
        try {
            test::FakeJobs jobs(control_);
            core::JobContext context;
            context.stop = stop_.get_token();
            const core::TrainResult result = jobs.train(
                request, [&](const core::TrainPoint& point) { tell([=] { panel->addPoint(point); }); }, context);
            tell([=] { panel->finished(result); });
        } catch (const core::Error& error) {
            const QString message = QString::fromUtf8(error.what());
            if (error.kind() == core::ErrorKind::cancelled)
                tell([=] { panel->cancelled(); });
            else
                tell([=] { panel->failed(message); });
        }
    }

    std::shared_ptr<test::FakeControl> control_;
    std::stop_source stop_;
    std::unique_ptr<QThread> thread_;
};

class TestTrainingPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTrainingDrawsItsCurvesAndGivesAModel() {
        TrainingPanel panel;
        const auto control = std::make_shared<test::FakeControl>();
        FakeRunner runner(&panel, control);
        QSignalSpy trained(&panel, &TrainingPanel::modelTrained);
        button(panel, "S&tart")->click();
        QVERIFY(panel.isRunning());
        QVERIFY(!button(panel, "S&tart")->isEnabled());
        QTRY_COMPARE(trained.count(), 1);
        QVERIFY(!panel.isRunning());
        for (const CurveChart* chart : panel.findChildren<CurveChart*>())
            QCOMPARE(chart->pointCount(), control->behaviour().steps);
        QCOMPARE(trained.first().first().value<core::ModelInfo>().name, "both-1");
        QVERIFY(shownText(panel).contains("in the list of models"));
    }

    void whatHasNoLossDrawsNone() {
        TrainingPanel panel;
        core::TrainRequest request;
        request.name = "mix-1";
        panel.jobStarted(request);
        const auto charts = panel.findChildren<CurveChart*>();
        const auto drawn = [&charts] {
            return std::count_if(charts.begin(), charts.end(), [](auto* chart) { return !chart->isHidden(); });
        };
        core::TrainPoint point{.epoch = 1, .epochs = 3, .loss = {}, .validationNdcg10 = 0.07};
        panel.addPoint(point);
        QCOMPARE(drawn(), 1);
        QVERIFY(!shownText(panel).contains("loss 0"));
        QVERIFY(!shownText(panel).contains("events/s"));
        QVERIFY(shownText(panel).contains("NDCG@10 0.0700"));
        panel.jobStarted(request);
        point.loss = 2.5;
        panel.addPoint(point);
        QCOMPARE(drawn(), 2);
        QVERIFY(shownText(panel).contains("loss 2.5000"));
    }

    void aCancelledTrainingCanBeResumed() {
        TrainingPanel panel;
        const auto control = std::make_shared<test::FakeControl>();
        FakeRunner runner(&panel, control);
        QVERIFY(!button(panel, "Res&ume")->isEnabled());
        control->hold();
        button(panel, "S&tart")->click();
        button(panel, "&Cancel")->click();
        QTRY_VERIFY(!panel.isRunning());
        QVERIFY(shownText(panel).contains("was cancelled"));
        QVERIFY(button(panel, "Res&ume")->isEnabled());
        control->release();
        QSignalSpy started(&panel, &TrainingPanel::startRequested);
        QSignalSpy trained(&panel, &TrainingPanel::modelTrained);
        button(panel, "Res&ume")->click();
        QVERIFY(started.first().first().value<core::TrainRequest>().resume);
        QTRY_COMPARE(trained.count(), 1);
        QVERIFY(!button(panel, "Res&ume")->isEnabled());
    }

    void aFailureSaysWhyAndTheFormIsFreeAgain() {
        TrainingPanel panel;
        const auto control = std::make_shared<test::FakeControl>();
        control->failNext("train", core::ErrorKind::outOfMemory, "train both-1: 12 GB are needed");
        FakeRunner runner(&panel, control);
        button(panel, "S&tart")->click();
        QTRY_VERIFY(!panel.isRunning());
        QVERIFY(shownText(panel).contains("12 GB are needed"));
        QVERIFY(button(panel, "S&tart")->isEnabled());
    }

    void theNameFollowsTheModalityUntilOneIsTyped() {
        TrainingPanel panel;
        panel.setModels({test::FakeControl::model("both-1", "pixrec", "both")});
        auto* name = panel.findChild<QLineEdit*>();
        auto* modality = panel.findChild<QComboBox*>("modality");
        QCOMPARE(name->text(), "both-2");
        modality->setCurrentIndex(1);
        QCOMPARE(name->text(), "text-1");
        name->setText("mine");
        modality->setCurrentIndex(2);
        QCOMPARE(name->text(), "mine");
        QCOMPARE(panel.request(false).modality, "image");
        QVERIFY(!panel.request(false).epochs.has_value()); // "default"
    }

    void theFormFollowsTheRecommender() {
        TrainingPanel panel;
        panel.setModels(test::FakeControl::defaultModels());
        auto* recommender = panel.findChild<QComboBox*>("recommender");
        auto* modality = panel.findChild<QComboBox*>("modality");
        auto* parts = panel.findChild<QListWidget*>();
        QCOMPARE(panel.request(false).recommender, "pixrec");
        QVERIFY(parts->isHidden());
        recommender->setCurrentIndex(recommender->findData("sasrec"));
        QCOMPARE(panel.request(false).recommender, "sasrec");
        QCOMPARE(panel.request(false).modality, "none");
        QCOMPARE(QString::fromStdString(panel.request(false).name), "sasrec-1");
        modality->setCurrentIndex(1);
        QCOMPARE(panel.request(false).modality, "text");
        QCOMPARE(QString::fromStdString(panel.request(false).name), "sasrec-text-1");

        recommender->setCurrentIndex(recommender->findData("mix"));
        QVERIFY(!parts->isHidden());
        QVERIFY(!button(panel, "S&tart")->isEnabled()); // of nothing yet
        parts->item(1)->setCheckState(Qt::Checked);
        parts->item(2)->setCheckState(Qt::Checked);
        QVERIFY(button(panel, "S&tart")->isEnabled());
        QCOMPARE(panel.request(false).parts,
                 (std::vector{parts->item(1)->text().toStdString(), parts->item(2)->text().toStdString()}));
        recommender->setCurrentIndex(recommender->findData("pixrec"));
        QVERIFY(panel.request(false).parts.empty());
    }

    void aBadNameOrAReadOnlyWorkspaceStopsTheStart() {
        TrainingPanel panel;
        panel.setModels(test::FakeControl::defaultModels());
        auto* name = panel.findChild<QLineEdit*>();
        for (const char* bad : {"", "  ", "a/b", ".hidden", "popularity"}) {
            name->setText(bad);
            QVERIFY2(!button(panel, "S&tart")->isEnabled(), bad);
        }
        name->setText("multimodal"); // replacing one's own model is allowed, and said
        QVERIFY(button(panel, "S&tart")->isEnabled());
        QVERIFY(shownText(panel).contains("Replaces"));
        panel.setUnavailable("The workspace is open read-only.");
        QVERIFY(!button(panel, "S&tart")->isEnabled());
        QVERIFY(shownText(panel).contains("read-only"));
    }

private:
    static QPushButton* button(const QWidget& panel, const QString& text) {
        for (QPushButton* one : panel.findChildren<QPushButton*>())
            if (one->text() == text) return one;
        return nullptr;
    }
    static QString shownText(const QWidget& panel) {
        QString text;
        for (const QLabel* label : panel.findChildren<QLabel*>()) text += label->text() + QLatin1Char('\n');
        return text;
    }
};

QTEST_MAIN(TestTrainingPanel)
#include "tst_training_panel.moc"
