#include "ui/views/segment/segment_band.h"
#include "ui/theme/icons.h"
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

namespace ui {

namespace {
QString figure(double value) {
    QString text = QString::number(value, 'f', 3);
    if (text.startsWith(QLatin1String("0."))) text.remove(0, 1);
    if (text.startsWith(QLatin1String("-0."))) text.remove(1, 1);
    return text;
}
} // namespace

QString intervalText(const core::Interval& interval) {
    return QStringLiteral("%1 [%2, %3]").arg(figure(interval.value), figure(interval.low), figure(interval.high));
}

SegmentBand::SegmentBand(QWidget* parent)
    : QWidget(parent), shoppers_(new QLabel(this)), figures_(new QLabel(this)),
      evaluate_(new QPushButton(icon(QStringLiteral("metrics")), tr("Evaluate"), this)) {
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(10, 3, 10, 3);
    row->setSpacing(12);
    row->addWidget(shoppers_);
    row->addWidget(figures_, 1);
    row->addWidget(evaluate_);
    figures_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    figures_->setMinimumWidth(60);
    evaluate_->setToolTip(tr("Rank every shopper's true next product under A and B"));
    setAccessibleName(tr("All shoppers"));
    figures_->setAccessibleName(tr("Hit rate at 10 of both models"));
    connect(evaluate_, &QPushButton::clicked, this, &SegmentBand::evaluateRequested);
    setState({});
}

void SegmentBand::setState(const SegmentState& state) {
    const QLocale locale;
    const QString count = locale.toString(state.shoppers);
    shoppers_->setText(!state.isOpen       ? tr("No workspace is open")
                       : state.isSimulated ? tr("%1 simulated shoppers").arg(count)
                                           : tr("%1 shoppers").arg(count));
    shoppers_->setToolTip(
        state.isSimulated ? tr("These shoppers were drawn by a program: what they show holds for them, not for people.")
                          : QString());
    QString text, tip;
    if (state.evaluation) {
        QStringList parts;
        for (const auto& model : state.evaluation->models) {
            const auto found = model.metrics.find("recall@10");
            if (found != model.metrics.end())
                parts << QStringLiteral("%1 %2").arg(QString::fromStdString(model.name), intervalText(found->second));
        }
        text = tr("hit@10  ") + parts.join(QStringLiteral("   "));
        const auto difference = state.evaluation->difference.find("recall@10");
        if (difference != state.evaluation->difference.end())
            text += tr("   difference %1").arg(intervalText(difference->second));
        tip = QString::fromStdString(state.evaluation->protocol);
    } else if (!state.running.isEmpty()) {
        text = state.running;
    } else if (state.isReading) {
        text = tr("reading the last evaluation");
    } else if (state.isOpen) {
        text = state.shoppers == 0 ? tr("no histories, so nothing to evaluate: make a scratch shopper")
                                   : tr("not evaluated yet");
    }
    figures_->setText(text);
    figures_->setToolTip(tip);
    evaluate_->setVisible(state.isOpen && state.shoppers > 0 && !state.evaluation && !state.isReading);
    evaluate_->setEnabled(state.running.isEmpty() && state.unavailable.isEmpty());
    if (!state.unavailable.isEmpty()) evaluate_->setToolTip(state.unavailable);
    setAccessibleDescription(this->text());
}

QString SegmentBand::text() const {
    const QStringList parts{shoppers_->text(), figures_->text()};
    return parts.join(QStringLiteral(" · "));
}

} // namespace ui
