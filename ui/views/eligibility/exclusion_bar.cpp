#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/theme/icons.h"
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>

namespace ui {

ExclusionBar::ExclusionBar(QWidget* parent) : QWidget(parent) {
    auto* const outer = new QHBoxLayout(this);
    outer->setContentsMargins(10, 0, 10, 0);
    auto* const scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Exclusions"));
    auto* const body = new QWidget(scroll);
    row_ = new QHBoxLayout(body);
    row_->setContentsMargins(0, 2, 0, 2);
    scroll->setWidget(body);
    outer->addWidget(scroll);
    setFixedHeight(fontMetrics().height() + 22);
    setAccessibleName(tr("Exclusions"));
    hide();
}

void ExclusionBar::setChips(const QList<ExclusionChip>& chips) {
    while (auto* const item = row_->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide(); // it goes with the next turn of the event loop only
            item->widget()->deleteLater();
        }
        delete item;
    }
    hasChips_ = !chips.isEmpty();
    setVisible(hasChips_);
    if (chips.isEmpty()) return;
    row_->addWidget(new QLabel(tr("Excluded:"), this));
    for (const auto& chip : chips) {
        auto* const button = new QToolButton(this);
        const auto words = [&chip](const QString& name) {
            return chip.isCategory ? tr("category %1").arg(name) : tr("%1 (%2)").arg(name, chip.id);
        };
        const QString text = words(chip.text);
        button->setText(words(fontMetrics().elidedText(chip.text, Qt::ElideMiddle, 180)));
        button->setIcon(icon(QStringLiteral("remove")));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setToolTip(tr("Allow %1 again").arg(text));
        button->setAccessibleName(button->toolTip());
        connect(button, &QToolButton::clicked, this, [this, chip] { Q_EMIT removed(chip); });
        row_->addWidget(button);
    }
    if (chips.size() > 1) {
        auto* const all = new QToolButton(this);
        all->setText(tr("Allow all"));
        all->setFocusPolicy(Qt::StrongFocus);
        connect(all, &QToolButton::clicked, this, &ExclusionBar::clearRequested);
        row_->addWidget(all);
    }
    row_->addStretch();
}

} // namespace ui
