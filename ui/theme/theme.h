#pragma once
#include <QColor>
#include <QPalette>
#include <QString>

/// The two looks of the program. The only folder that names colours: everything else takes palette roles or Accents, so
/// both looks stay readable (tests/ui/tst_theme.cpp holds every pair to WCAG AA).
namespace ui {

enum class ThemeChoice { system, light, dark };

/// "system", "light", "dark": what settings and the command line write. Anything else reads as system.
QString themeName(ThemeChoice choice);
ThemeChoice themeFromName(const QString& name);

/// Colours that a palette has no role for.
struct Accents {
    QColor modelA, modelB;     ///< the two slots, told apart without red and green
    QColor positive, negative; ///< better, worse; always beside a glyph or a word
    QColor warning;
    QColor muted;         ///< secondary text
    QColor line;          ///< hairlines and grid
    QColor pictureGround; ///< behind product pictures, white in both looks, as shops photograph them
    QColor pictureMark;   ///< drawn on pictureGround
};

QPalette lightPalette();
QPalette darkPalette();
bool isDark(const QPalette& palette);
Accents accents(const QPalette& palette);

/// Sets style and palette of the running application; open windows repaint by themselves. `system` follows the
/// lightness of the palette that the desktop gave the program at the first call.
void applyTheme(ThemeChoice choice);
ThemeChoice currentTheme();
/// No animation in any widget: QStyle::SH_Widget_Animation_Duration is 0, which painters of our own ask too.
void setReducedMotion(bool isReduced);

/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1, "contrast ratio").
double contrastRatio(const QColor& first, const QColor& second);

} // namespace ui
