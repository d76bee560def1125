#pragma once
#include "ui/theme/theme.h"
#include <QFont>

/// What the painters of cards, tiles and rows share.
namespace ui {

inline QFont scaled(QFont font, double factor) {
    font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}
inline QFont bold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}
/// Secondary lines.
inline QFont small(const QFont& font) { return scaled(font, 0.92); }

inline QColor faded(QColor colour, double opacity) {
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}
/// Behind what is selected, and behind what the mouse is on or what is lit up from elsewhere.
inline QColor selectedGround(const QPalette& palette) {
    return faded(palette.color(QPalette::Highlight), isDark(palette) ? 0.34 : 0.16);
}
inline QColor litGround(const QPalette& palette) {
    return faded(palette.color(QPalette::Highlight), isDark(palette) ? 0.2 : 0.08);
}

} // namespace ui
