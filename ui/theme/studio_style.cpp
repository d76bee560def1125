#include "ui/theme/studio_style.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace ui {
namespace {

void outline(QPainter* painter, const QStyleOption* option, qreal radius, bool isRound = false) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    const bool hasFocus = option->state.testFlag(QStyle::State_HasFocus);
    const bool isEnabled = option->state.testFlag(QStyle::State_Enabled);
    QColor colour = option->palette.color(hasFocus ? QPalette::Highlight : QPalette::PlaceholderText);
    if (!hasFocus) colour.setAlphaF(isEnabled ? 0.65F : 0.3F);
    painter->setPen(QPen(colour, 1));
    const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isRound)
        painter->drawEllipse(box);
    else
        painter->drawRoundedRect(box, radius, radius);
    painter->restore();
}

} // namespace

StudioStyle::StudioStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void StudioStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                const QWidget* widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    // Fusion derives its outlines by darkening the window, which leaves none on a dark one.
    if (!isDark(option->palette)) return;
    if (element == PE_IndicatorCheckBox)
        outline(painter, option, 2);
    else if (element == PE_IndicatorRadioButton)
        outline(painter, option, 0, true);
    else if (element == PE_PanelLineEdit) {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame != nullptr && frame->lineWidth > 0) outline(painter, option, 2.5); // not inside a spin box
    }
}

void StudioStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                     const QWidget* widget) const {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_SpinBox && isDark(option->palette)) outline(painter, option, 2.5);
}

QIcon StudioStyle::standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const {
    // Fusion's are dark bitmaps, and the first of them loads every image plugin before the first paint.
    if (which == SP_LineEditClearButton) return icon(QStringLiteral("clear"));
    if (which == SP_ToolBarHorizontalExtensionButton) return icon(QStringLiteral("forward")); // of the menu bar, too
    return QProxyStyle::standardIcon(which, option, widget);
}

int StudioStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                           QStyleHintReturn* answer) const {
    if (hint == SH_Widget_Animation_Duration && isMotionReduced_) return 0;
    return QProxyStyle::styleHint(hint, option, widget, answer);
}

} // namespace ui
