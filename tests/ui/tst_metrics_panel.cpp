#include "looks.h"
#include "ui/theme/theme.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/metrics/metrics_model.h"
#include "ui/views/metrics/metrics_panel.h"
#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace ui;

class TestMetricsPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRowAMetricAColumnAModelAndTheirDifference() {
        MetricsModel model;
        QAbstractItemModelTester tester(&model);
        model.setResult(result());
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), 5); // A, B, difference twice, one ceiling
        const auto row = [&](int section) {
            return model.headerData(section, Qt::Vertical, Qt::DisplayRole).toString();
        };
        QCOMPARE(row(0), "Recall@1"); // not in the order of the alphabet
        QCOMPARE(row(1), "NDCG@10");
        QCOMPARE(row(2), "MRR");
        QCOMPARE(model.index(0, 0).data().toString(), "0.1000  [0.0900, 0.1100]");
        QCOMPARE(model.index(0, 2).data().toString(), "+0.2000  [+0.1800, +0.2200]");
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), "both minus text");
        QCOMPARE(model.index(2, 4).data().toString(), "–"); // no ceiling for MRR
    }

    void aDifferenceThatMayBeZeroIsGrey() {
        MetricsModel model;
        model.setResult(result());
        const Accents colours = accents(QGuiApplication::palette());
        QCOMPARE(model.index(0, 2).data(Qt::ForegroundRole).value<QColor>(), colours.positive);
        QCOMPARE(model.index(1, 2).data(Qt::ForegroundRole).value<QColor>(), colours.muted);
        QCOMPARE(model.index(2, 2).data(Qt::ForegroundRole).value<QColor>(), colours.negative);
        QVERIFY(holdsZero({0.1, 0.0, 0.2}));
        QVERIFY(!holdsZero({0.1, 0.05, 0.2}));
    }

    void allDifferencesShareAnAxisThatHoldsZero() {
        MetricsModel model;
        model.setResult(result());
        QCOMPARE(model.index(0, 3).data(MetricsModel::AxisRole).toPointF(), QPointF(-0.06, 0.22));
        QCOMPARE(model.index(0, 3).data(MetricsModel::IntervalRole).value<QList<double>>(),
                 (QList<double>{0.2, 0.18, 0.22}));
        QCOMPARE(model.drawnColumn(), 3);
        core::EvaluateResult one = result();
        one.models.pop_back();
        one.difference.clear();
        model.setResult(one);
        QCOMPARE(model.drawnColumn(), -1);
    }

    void thePanelGoesThroughItsStates_data() { ui::test::addThemes(); }

    void thePanelGoesThroughItsStates() {
        QFETCH(ThemeChoice, theme);
        applyTheme(theme);
        MetricsPanel panel;
        panel.resize(1100, 260);
        panel.show();
        auto* state = panel.findChild<StatePanel*>();
        QCOMPARE(state->state().title, "Not evaluated yet");
        QSignalSpy asked(&panel, &MetricsPanel::evaluateRequested);
        state->findChild<QPushButton*>()->click();
        QCOMPARE(asked.count(), 1);
        panel.setRunning();
        QCOMPARE(state->state().action, QString());
        panel.showFailure("evaluate: the model is damaged");
        QCOMPARE(state->state().text, "evaluate: the model is damaged");
        panel.showResult(result());
        QVERIFY(!state->isVisible());
        ui::test::saveLook(panel.grab().toImage(), QStringLiteral("metrics-") + themeName(theme));
    }

private:
    static core::EvaluateResult result() {
        core::EvaluateResult result;
        result.users = 5000;
        result.candidates = 2000;
        core::ModelEvaluation text, both;
        text.name = "text";
        both.name = "both";
        text.metrics = {{"recall@1", {0.1, 0.09, 0.11}}, {"ndcg@10", {0.2, 0.19, 0.21}}, {"mrr", {0.3, 0.29, 0.31}}};
        both.metrics = {{"recall@1", {0.3, 0.28, 0.32}}, {"ndcg@10", {0.21, 0.2, 0.22}}, {"mrr", {0.26, 0.25, 0.27}}};
        result.models = {text, both};
        result.difference = {
            {"recall@1", {0.2, 0.18, 0.22}}, {"ndcg@10", {0.01, -0.01, 0.03}}, {"mrr", {-0.04, -0.06, -0.02}}};
        result.ceilings = {{"full", {{"recall@1", {0.4, 0.38, 0.42}}, {"ndcg@10", {0.5, 0.49, 0.51}}}}};
        result.protocol = "Test split; all products ranked; ties share their places; 1,000 resamples, seed 1.";
        return result;
    }
};

QTEST_MAIN(TestMetricsPanel)
#include "tst_metrics_panel.moc"
