#pragma once
#include <QProxyStyle>

namespace ui {

/// Fusion with outlines and a clear button that can be seen on dark grounds, and with no animation where the user wants
/// none.
class StudioStyle : public QProxyStyle {
    Q_OBJECT
public:
    StudioStyle();

    void setReducedMotion(bool isReduced) { isMotionReduced_ = isReduced; }
    bool isMotionReduced() const { return isMotionReduced_; }

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    QIcon standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* answer) const override;

private:
    bool isMotionReduced_ = false;
};

} // namespace ui
