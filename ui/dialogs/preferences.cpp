#include "ui/dialogs/preferences.h"
#include <QSettings>

namespace ui {
namespace {

int boundedInt(const QSettings& settings, const char* key, int otherwise, int low, int high) {
    bool isNumber = false;
    const int value = settings.value(QLatin1String(key), otherwise).toInt(&isNumber);
    return isNumber && value >= low && value <= high ? value : otherwise;
}

} // namespace

Preferences loadPreferences(const QSettings& settings) {
    const Preferences normal;
    Preferences read;
    read.theme = themeFromName(settings.value(QStringLiteral("window/theme")).toString());
    read.k = boundedInt(settings, "lists/k", normal.k, 1, 100);
    read.device = settings.value(QStringLiteral("engine/device"), normal.device).toString();
    read.reducedMotion = settings.value(QStringLiteral("window/reducedMotion"), normal.reducedMotion).toBool();
    read.pictureSide = boundedInt(settings, "catalog/pictureSide", normal.pictureSide, 64, 256);
    read.thumbnailMegabytes = boundedInt(settings, "pictures/megabytes", normal.thumbnailMegabytes, 32, 4096);
    read.showScores = settings.value(QStringLiteral("lists/showScores"), normal.showScores).toBool();
    return read;
}

void savePreferences(QSettings& settings, const Preferences& preferences) {
    settings.setValue(QStringLiteral("window/theme"), themeName(preferences.theme));
    settings.setValue(QStringLiteral("lists/k"), preferences.k);
    settings.setValue(QStringLiteral("engine/device"), preferences.device);
    settings.setValue(QStringLiteral("window/reducedMotion"), preferences.reducedMotion);
    settings.setValue(QStringLiteral("catalog/pictureSide"), preferences.pictureSide);
    settings.setValue(QStringLiteral("pictures/megabytes"), preferences.thumbnailMegabytes);
    settings.setValue(QStringLiteral("lists/showScores"), preferences.showScores);
}

} // namespace ui
