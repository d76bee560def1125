#include "ui/dialogs/preferences.h"
#include <QCryptographicHash>
#include <QFileInfo>
#include <QSettings>

namespace ui {
namespace {

int boundedInt(const QSettings& settings, const char* key, int otherwise, int low, int high) {
    bool isNumber = false;
    const int value = settings.value(QLatin1String(key), otherwise).toInt(&isNumber);
    return isNumber && value >= low && value <= high ? value : otherwise;
}

/// A path has separators, which keys of settings give a meaning of their own.
QString keyOf(const QString& folder, const char* name) {
    const QString canonical = QFileInfo(folder).canonicalFilePath();
    const QByteArray path = (canonical.isEmpty() ? folder : canonical).toUtf8();
    return QStringLiteral("workspaces/%1/%2")
        .arg(QString::fromLatin1(QCryptographicHash::hash(path, QCryptographicHash::Sha1).toHex()),
             QString::fromLatin1(name));
}

QString knownPrecision(const QString& precision) {
    const QStringList known{QStringLiteral("fp32"), QStringLiteral("bf16"), QStringLiteral("fp16")};
    return known.contains(precision) ? precision : known.first();
}

} // namespace

Preferences loadPreferences(const QSettings& settings) {
    const Preferences normal;
    Preferences read;
    read.theme = themeFromName(settings.value(QStringLiteral("window/theme")).toString());
    read.k = boundedInt(settings, "lists/k", normal.k, 1, 100);
    read.device = settings.value(QStringLiteral("engine/device"), normal.device).toString();
    read.precision = knownPrecision(settings.value(QStringLiteral("engine/precision")).toString());
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
    settings.setValue(QStringLiteral("engine/precision"), preferences.precision);
    settings.setValue(QStringLiteral("window/reducedMotion"), preferences.reducedMotion);
    settings.setValue(QStringLiteral("catalog/pictureSide"), preferences.pictureSide);
    settings.setValue(QStringLiteral("pictures/megabytes"), preferences.thumbnailMegabytes);
    settings.setValue(QStringLiteral("lists/showScores"), preferences.showScores);
}

void loadDeviceChoice(const QSettings& settings, const QString& folder, Preferences& preferences) {
    preferences.device = settings.value(keyOf(folder, "device"), preferences.device).toString();
    preferences.precision =
        knownPrecision(settings.value(keyOf(folder, "precision"), preferences.precision).toString());
}

void saveDeviceChoice(QSettings& settings, const QString& folder, const Preferences& preferences) {
    settings.setValue(keyOf(folder, "device"), preferences.device);
    settings.setValue(keyOf(folder, "precision"), preferences.precision);
}

} // namespace ui
