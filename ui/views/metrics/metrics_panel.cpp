#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/metrics/interval_delegate.h"
#include "ui/views/metrics/metrics_model.h"
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace ui {

MetricsPanel::MetricsPanel(QWidget* parent)
    : QWidget(parent), model_(new MetricsModel(this)), table_(new QTableView(this)), protocol_(new QLabel(this)),
      statePanel_(new StatePanel(this)), stack_(new QStackedWidget(this)) {
    table_->setModel(model_);
    table_->setTabKeyNavigation(false); // Tab leads on, arrows lead within
    table_->setAccessibleName(tr("Figures of the evaluation"));
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setItemDelegate(new IntervalDelegate(table_)); // draws only where there is an interval to draw
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    protocol_->setWordWrap(true);
    protocol_->setForegroundRole(QPalette::PlaceholderText);
    protocol_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* figures = new QWidget(this);
    auto* figuresLayout = new QVBoxLayout(figures);
    figuresLayout->setContentsMargins(0, 0, 0, 0);
    figuresLayout->addWidget(table_, 1);
    figuresLayout->addWidget(protocol_);
    stack_->addWidget(statePanel_);
    stack_->addWidget(figures);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(stack_);
    connect(statePanel_, &StatePanel::actionTriggered, this, &MetricsPanel::evaluateRequested);
    setNothing({});
}

void MetricsPanel::setNothing(const QString& reason) {
    statePanel_->show(
        {"metrics", reason.isEmpty() ? tr("Not evaluated yet") : tr("Nothing to evaluate"),
         reason.isEmpty() ? tr("Ranks the true next product of every shopper under A and under B.") : reason,
         reason.isEmpty() ? tr("Evaluate A and B") : QString()});
    stack_->setCurrentIndex(0);
}

void MetricsPanel::setRunning() {
    statePanel_->show({"metrics", tr("Evaluating…"), tr("The list of jobs shows how far it is."), {}});
    stack_->setCurrentIndex(0);
}

void MetricsPanel::showFailure(const QString& message) {
    statePanel_->show({"error", tr("The evaluation failed"), message, tr("Evaluate A and B")});
    stack_->setCurrentIndex(0);
}

void MetricsPanel::showResult(const core::EvaluateResult& result) {
    model_->setResult(result);
    table_->resizeColumnsToContents();
    for (int column = 0; column < model_->columnCount(); ++column)
        table_->setColumnWidth(column, table_->columnWidth(column) + 16);
    table_->horizontalHeader()->setStretchLastSection(false);
    if (const int drawn = model_->drawnColumn(); drawn >= 0) {
        table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
        table_->horizontalHeader()->setMinimumSectionSize(80);
        table_->horizontalHeader()->setSectionResizeMode(drawn, QHeaderView::Stretch);
    }
    const QLocale locale;
    protocol_->setText(tr("%1 shoppers, %2 products. %3")
                           .arg(locale.toString(static_cast<qlonglong>(result.users)),
                                locale.toString(static_cast<qlonglong>(result.candidates)),
                                QString::fromStdString(result.protocol)));
    stack_->setCurrentIndex(1);
}

} // namespace ui
