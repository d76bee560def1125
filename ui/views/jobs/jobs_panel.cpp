#include "ui/views/jobs/jobs_panel.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/jobs/job_list.h"
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui {

/// One job.
class JobCard : public QWidget {
public:
    explicit JobCard(QWidget* parent)
        : QWidget(parent), title_(new QLabel(this)), state_(new QLabel(this)), detail_(new QLabel(this)),
          bar_(new QProgressBar(this)), cancel_(new QPushButton(icon("stop"), JobsPanel::tr("Cancel"), this)) {
        QFont strong = font();
        strong.setBold(true);
        title_->setFont(strong);
        detail_->setWordWrap(true);
        detail_->setTextInteractionFlags(Qt::TextSelectableByMouse);
        bar_->setTextVisible(false);
        bar_->setMaximumHeight(10);
        auto* layout = new QGridLayout(this);
        layout->setContentsMargins(8, 6, 8, 6);
        layout->setVerticalSpacing(3);
        layout->addWidget(title_, 0, 0);
        layout->addWidget(state_, 0, 1, Qt::AlignRight);
        layout->addWidget(bar_, 1, 0, 1, 2);
        layout->addWidget(detail_, 2, 0, 1, 2);
        layout->addWidget(cancel_, 0, 2, 3, 1, Qt::AlignVCenter);
        layout->setColumnStretch(0, 1);
    }

    QPushButton* cancelButton() const { return cancel_; }

    void show(const JobRow& row) {
        const bool isOver = hasEnded(row.state);
        title_->setText(row.title);
        state_->setText(isOver && row.seconds >= 1
                            ? JobsPanel::tr("%1 after %2").arg(jobStageText(row.state), durationText(row.seconds))
                            : jobStageText(row.state));
        bar_->setVisible(!isOver);
        bar_->setRange(0, row.progress.total > 0 ? 1000 : row.state == JobStage::waiting ? 1 : 0);
        bar_->setValue(row.progress.total > 0 ? static_cast<int>(1000 * row.progress.done / row.progress.total) : 0);
        bar_->setAccessibleName(row.title);
        detail_->setText(isOver ? row.message : progressText(row));
        detail_->setVisible(!detail_->text().isEmpty());
        cancel_->setVisible(!isOver);
        cancel_->setEnabled(row.state != JobStage::cancelling);
        cancel_->setAccessibleName(JobsPanel::tr("Cancel %1").arg(row.title));
        QPalette own;
        const Accents colours = accents(palette());
        own.setColor(QPalette::WindowText, row.state == JobStage::failed ? colours.negative
                                           : row.state == JobStage::done ? colours.positive
                                                                         : colours.muted);
        state_->setPalette(own);
    }
    using QWidget::show;

private:
    QLabel *title_, *state_, *detail_;
    QProgressBar* bar_;
    QPushButton* cancel_;
};

JobsPanel::JobsPanel(JobList* jobs, QWidget* parent)
    : QWidget(parent), jobs_(jobs), layout_(nullptr), stack_(new QStackedWidget(this)),
      removeEnded_(new QPushButton(icon("clear"), tr("Remove ended jobs"), this)) {
    auto* none = new StatePanel(this);
    none->show({"jobs", tr("No jobs"), tr("Training, evaluation and import run here, and can be cancelled here."), {}});
    auto* contents = new QWidget;
    layout_ = new QVBoxLayout(contents);
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(2);
    layout_->addStretch();
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(contents);
    area->setAccessibleName(tr("Jobs"));
    stack_->addWidget(none);
    stack_->addWidget(area);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(stack_, 1);
    layout->addWidget(removeEnded_, 0, Qt::AlignRight);

    connect(removeEnded_, &QPushButton::clicked, jobs_, &JobList::removeEnded);
    connect(jobs_, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { insertCards(first, last); });
    connect(jobs_, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) { removeCards(first, last); });
    connect(jobs_, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last) { refresh(first.row(), last.row()); });
    if (jobs_->rowCount() > 0) insertCards(0, jobs_->rowCount() - 1);
    showState();
}

void JobsPanel::insertCards(int first, int last) {
    for (int row = first; row <= last; ++row) {
        auto* card = new JobCard(this);
        const qint64 id = jobs_->row(row).id;
        connect(card->cancelButton(), &QPushButton::clicked, jobs_, [this, id] { jobs_->requestCancel(id); });
        cards_.insert(row, card);
        layout_->insertWidget(row, card);
    }
    refresh(first, last);
}

void JobsPanel::removeCards(int first, int last) {
    for (int row = last; row >= first; --row) delete cards_.takeAt(row);
    showState();
}

void JobsPanel::refresh(int first, int last) {
    for (int row = first; row <= last; ++row) cards_[row]->show(jobs_->row(row));
    showState();
}

void JobsPanel::showState() {
    stack_->setCurrentIndex(cards_.isEmpty() ? 0 : 1);
    removeEnded_->setVisible(!cards_.isEmpty());
    removeEnded_->setEnabled(jobs_->activeCount() < jobs_->rowCount());
}

} // namespace ui
