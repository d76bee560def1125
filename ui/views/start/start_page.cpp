#include "ui/views/start/start_page.h"
#include "ui/theme/icons.h"
#include "ui/theme/painting.h"
#include <QAction>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui {

namespace {
constexpr int columnWidth = 420, iconSide = 72;

void clear(QVBoxLayout* layout) {
    while (auto* const item = layout->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}
} // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent), steps_(new QVBoxLayout), recent_(new QVBoxLayout), problem_(new QLabel(this)),
      recentTitle_(new QLabel(tr("Open again"), this)) {
    auto* const mark = new QLabel(this);
    mark->setPixmap(applicationIcon().pixmap(iconSide, iconSide));
    auto* const title = new QLabel(tr("PixRec Studio"), this);
    title->setFont(bold(scaled(font(), 1.9)));
    auto* const words = new QLabel(tr("See what product pictures change in what a shopper is shown."), this);
    words->setForegroundRole(QPalette::PlaceholderText);
    for (auto* const label : {mark, title, words, problem_}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(label != mark);
    }
    problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    problem_->hide();
    recentTitle_->setFont(bold(font()));
    recentTitle_->hide();

    auto* const body = new QWidget(this);
    body->setFixedWidth(columnWidth);
    auto* const column = new QVBoxLayout(body);
    column->setSpacing(8);
    for (auto* const label : {mark, title, words}) column->addWidget(label);
    column->addSpacing(10);
    column->addWidget(problem_);
    column->addLayout(steps_);
    column->addSpacing(10);
    column->addWidget(recentTitle_);
    column->addLayout(recent_);
    recent_->setSpacing(2);
    auto* const middle = new QHBoxLayout; // not an alignment: that would ask for the height of a wider column
    middle->addStretch();
    middle->addWidget(body);
    middle->addStretch();
    auto* const layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addLayout(middle);
    layout->addStretch();
    setAccessibleName(tr("Start"));
}

void StartPage::setSteps(const QList<QAction*>& steps) {
    clear(steps_);
    for (auto* const step : steps) {
        auto* const button = new QPushButton(step->icon(), step->text(), this);
        button->setToolTip(step->toolTip());
        button->setAccessibleDescription(step->statusTip());
        button->setMinimumHeight(36);
        button->setIconSize({20, 20});
        button->setAutoDefault(false);
        if (step == steps.front()) button->setFont(bold(font()));
        connect(button, &QPushButton::clicked, step, &QAction::trigger);
        steps_->addWidget(button);
    }
}

void StartPage::setRecent(const QStringList& folders) {
    clear(recent_);
    recentTitle_->setVisible(!folders.isEmpty());
    for (const QString& folder : folders) {
        const QFileInfo info(folder);
        const QString shown = fontMetrics().elidedText(QStringLiteral("%1   %2").arg(info.fileName(), info.path()),
                                                       Qt::ElideMiddle, columnWidth - 40);
        auto* const button = new QPushButton(icon(QStringLiteral("open")), shown, this);
        button->setFlat(true);
        button->setStyleSheet(QStringLiteral("text-align: left; padding: 4px;"));
        button->setToolTip(folder);
        button->setAccessibleName(tr("Open %1").arg(folder));
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, [this, folder] { Q_EMIT recentChosen(folder); });
        recent_->addWidget(button);
    }
}

void StartPage::setProblem(const QString& problem) {
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, accents(palette()).negative);
    problem_->setPalette(colours);
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
}

} // namespace ui
