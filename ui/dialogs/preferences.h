#pragma once
#include "ui/theme/theme.h"
#include <QString>

class QSettings;

namespace ui {

/// What the user chose once for all workspaces.
struct Preferences {
    ThemeChoice theme = ThemeChoice::system;
    int k = 12;                                 ///< products in a list, 1 to 100
    QString device = QStringLiteral("auto");    ///< "auto", "cpu", "cuda:0"
    QString precision = QStringLiteral("fp32"); ///< "fp32", "bf16", "fp16"
    bool reducedMotion = false;
    int pictureSide = 112;        ///< of catalog cards, logical pixels, 64 to 256
    int thumbnailMegabytes = 192; ///< decoded pictures kept in memory, 32 to 4096
    bool showScores = false;      ///< never shown as percentages

    bool operator==(const Preferences&) const = default;
};

/// Anything missing or out of range reads as the default.
Preferences loadPreferences(const QSettings& settings);
void savePreferences(QSettings& settings, const Preferences& preferences);

/// Device and precision as last chosen for the workspace in `folder`; untouched where none were. They belong to this
/// machine, so they are kept beside the preferences and not in the workspace.
void loadDeviceChoice(const QSettings& settings, const QString& folder, Preferences& preferences);
void saveDeviceChoice(QSettings& settings, const QString& folder, const Preferences& preferences);

} // namespace ui
