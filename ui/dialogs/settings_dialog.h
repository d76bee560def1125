#pragma once
#include "core/engine/engine.h"
#include "ui/dialogs/preferences.h"
#include <QDialog>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace ui {

/// Every change takes effect at once, so there is nothing to confirm: only Close, and Restore defaults.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// `devices` as in EngineInfo::availableDevices.
    SettingsDialog(const Preferences& preferences, const std::vector<std::string>& devices, QWidget* parent = nullptr);

    /// Size on disk of the open workspace's cache.sqlite; below 0: no workspace is open.
    void setCacheBytes(qint64 bytes);
    /// What testDevicesRequested() led to: one line a device and precision.
    void showTimings(const std::vector<core::DeviceTiming>& timings);
    void showTimingFailure(const QString& message);
    const Preferences& preferences() const { return preferences_; }

Q_SIGNALS:
    void preferencesChanged(const Preferences& preferences);
    void clearCacheRequested();
    void testDevicesRequested(); ///< the test is running until showTimings() or showTimingFailure()

private:
    void fill();
    void take();

    Preferences preferences_;
    bool isFilling_ = false;
    QComboBox *theme_, *device_, *precision_;
    QSpinBox *k_, *pictureSide_, *thumbnails_;
    QCheckBox *reducedMotion_, *showScores_;
    QLabel *cache_, *timings_;
    QPushButton *clearCache_, *testDevices_;
};

} // namespace ui
