#include "ui/theme/theme.h"
#include "ui/theme/studio_style.h"
#include <QApplication>
#include <algorithm>
#include <cmath>

namespace ui {
namespace {

ThemeChoice& chosenTheme() {
    static ThemeChoice choice = ThemeChoice::system;
    return choice;
}

/// The style of the running application, made ours at the first call.
StudioStyle* studioStyle() {
    auto* style = qobject_cast<StudioStyle*>(QApplication::style());
    if (style == nullptr) QApplication::setStyle(style = new StudioStyle);
    return style;
}

struct Ground {
    const char *window, *base, *alternate, *button, *text, *disabled, *muted, *highlight, *link, *tip;
    const char *light, *midlight, *mid, *dark, *shadow;
};

QPalette makePalette(const Ground& ground) {
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const char* colour) {
        palette.setColor(role, QColor(colour));
    };
    set(QPalette::Window, ground.window);
    set(QPalette::Base, ground.base);
    set(QPalette::AlternateBase, ground.alternate);
    set(QPalette::Button, ground.button);
    set(QPalette::ToolTipBase, ground.tip);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        set(role, ground.text);
    set(QPalette::PlaceholderText, ground.muted);
    set(QPalette::Highlight, ground.highlight);
    set(QPalette::HighlightedText, "#ffffff");
    set(QPalette::BrightText, "#ffffff");
    set(QPalette::Link, ground.link);
    set(QPalette::LinkVisited, ground.link);
    set(QPalette::Light, ground.light);
    set(QPalette::Midlight, ground.midlight);
    set(QPalette::Mid, ground.mid);
    set(QPalette::Dark, ground.dark);
    set(QPalette::Shadow, ground.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, QColor(ground.disabled));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(ground.mid));
    return palette;
}

bool& systemIsDark() {
    static bool isDarkNow = isDark(QApplication::palette()); // read once, before the first palette of ours replaces it
    return isDarkNow;
}

double linearChannel(double value) { return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); }

double luminance(const QColor& colour) {
    return 0.2126 * linearChannel(colour.redF()) + 0.7152 * linearChannel(colour.greenF()) +
           0.0722 * linearChannel(colour.blueF());
}

} // namespace

QString themeName(ThemeChoice choice) {
    switch (choice) {
    case ThemeChoice::light:
        return QStringLiteral("light");
    case ThemeChoice::dark:
        return QStringLiteral("dark");
    case ThemeChoice::system:
        break;
    }
    return QStringLiteral("system");
}

ThemeChoice themeFromName(const QString& name) {
    if (name == QLatin1String("light")) return ThemeChoice::light;
    if (name == QLatin1String("dark")) return ThemeChoice::dark;
    return ThemeChoice::system;
}

QPalette lightPalette() {
    return makePalette({.window = "#f3f4f6",
                        .base = "#ffffff",
                        .alternate = "#f7f8fa",
                        .button = "#eceef1",
                        .text = "#1b1f24",
                        .disabled = "#8c949e",
                        .muted = "#59626e",
                        .highlight = "#1f5fbf",
                        .link = "#1f5fbf",
                        .tip = "#ffffff",
                        .light = "#ffffff",
                        .midlight = "#f0f1f4",
                        .mid = "#c9ced6",
                        .dark = "#a3abb6",
                        .shadow = "#6b7380"});
}

QPalette darkPalette() {
    return makePalette({.window = "#22252a",
                        .base = "#191b1f",
                        .alternate = "#1f2226",
                        .button = "#2f333a",
                        .text = "#e8eaed",
                        .disabled = "#737b86",
                        .muted = "#a4adb8",
                        .highlight = "#2f6bcb",
                        .link = "#86b4ff",
                        .tip = "#2f333a",
                        .light = "#4a505a",
                        .midlight = "#3b4048",
                        .mid = "#3a3f47",
                        .dark = "#14161a",
                        .shadow = "#0b0c0e"});
}

bool isDark(const QPalette& palette) {
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

Accents accents(const QPalette& palette) {
    const bool dark = isDark(palette);
    const auto pick = [dark](const char* onLight, const char* onDark) { return QColor(dark ? onDark : onLight); };
    return {.modelA = pick("#1f5fbf", "#7fb2ff"),
            .modelB = pick("#a84b00", "#f5aa5f"),
            .positive = pick("#1a7335", "#62c985"),
            .negative = pick("#b3261e", "#f5948c"),
            .warning = pick("#805300", "#e6b84c"),
            .muted = palette.color(QPalette::PlaceholderText),
            .line = pick("#d9dde3", "#3a3f47"),
            .pictureGround = QColor("#ffffff"),
            .pictureMark = QColor("#5f6772")};
}

void applyTheme(ThemeChoice choice) {
    const bool dark = choice == ThemeChoice::dark || (choice == ThemeChoice::system && systemIsDark());
    (void)systemIsDark(); // also when light or dark is asked for first
    chosenTheme() = choice;
    studioStyle();
    const QPalette palette = dark ? darkPalette() : lightPalette();
    if (QApplication::palette() != palette) QApplication::setPalette(palette); // every widget hears of it
}

void setReducedMotion(bool isReduced) { studioStyle()->setReducedMotion(isReduced); }

ThemeChoice currentTheme() { return chosenTheme(); }

double contrastRatio(const QColor& first, const QColor& second) {
    const auto [low, high] = std::minmax({luminance(first), luminance(second)}); // a list: by value
    return (high + 0.05) / (low + 0.05);
}

} // namespace ui
