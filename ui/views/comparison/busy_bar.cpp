#include "ui/views/comparison/busy_bar.h"
#include <QPainter>
#include <QStyle>

namespace ui {
namespace {
constexpr int tickMs = 33;
constexpr int phases = 45;
} // namespace

BusyBar::BusyBar(QWidget* parent) : QWidget(parent) {
    setFixedHeight(3);
    setAccessibleName(tr("Waiting for an answer"));
    delay_.setSingleShot(true);
    delay_.setInterval(delayMs);
    tick_.setInterval(tickMs);
    connect(&delay_, &QTimer::timeout, this, [this] { setShown(true); });
    connect(&tick_, &QTimer::timeout, this, &BusyBar::advance);
}

void BusyBar::start() {
    if (!isShown_ && !delay_.isActive()) delay_.start();
}

void BusyBar::stop() {
    delay_.stop();
    setShown(false);
}

void BusyBar::setShown(bool isShown) {
    if (isShown_ == isShown) return;
    isShown_ = isShown;
    const bool isAnimated = style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
    if (isShown && isAnimated)
        tick_.start();
    else
        tick_.stop();
    update();
    Q_EMIT shownChanged(isShown);
}

void BusyBar::advance() {
    phase_ = (phase_ + 1) % phases;
    update();
}

void BusyBar::paintEvent(QPaintEvent*) {
    if (!isShown_) return;
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Mid));
    const int length = width() / 3;
    const int left = (width() + length) * phase_ / phases - length;
    painter.fillRect(QRect(tick_.isActive() ? left : length, 0, length, height()),
                     palette().color(QPalette::Highlight));
}

} // namespace ui
