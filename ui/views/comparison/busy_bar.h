#pragma once
#include <QTimer>
#include <QWidget>

namespace ui {

/// A thin bar that says that something is on its way, from 100 ms after start() on, so that quick answers do not
/// flicker. Its height is always taken. Stands still where the desktop wants no animations.
class BusyBar : public QWidget {
    Q_OBJECT
public:
    static constexpr int delayMs = 100;

    explicit BusyBar(QWidget* parent = nullptr);
    void start();
    void stop();
    bool isShown() const { return isShown_; } ///< after the delay

    QSize sizeHint() const override { return {40, 3}; }

Q_SIGNALS:
    void shownChanged(bool isShown);

protected:
    void paintEvent(QPaintEvent* paint) override;

private:
    void advance();
    void setShown(bool isShown);

    QTimer delay_, tick_;
    bool isShown_ = false;
    int phase_ = 0;
};

} // namespace ui
