#pragma once
#include "core/engine/jobs.h"
#include <QDialog>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace ui {

class PathField;

/// A new generated shop: how large, from which seed, where. Shown like the import: form, progress, end.
class SampleShopDialog : public QDialog {
    Q_OBJECT
public:
    explicit SampleShopDialog(const QString& workspacesFolder, QWidget* parent = nullptr);

    core::SampleShopRequest request() const; ///< `shippedModels` is left to whoever runs it
    QString problem() const;                 ///< why Create is off; empty: it is on
    bool isRunning() const { return isRunning_; }

    void showProgress(const core::Progress& progress);
    void showDone(); ///< closes, and asks to open the shop
    void showError(const QString& message);

Q_SIGNALS:
    void createRequested(const core::SampleShopRequest& request);
    void cancelRequested();
    void openRequested(const QString& workspace);

private:
    void check();
    void setRunning(bool isRunning);

    bool isRunning_ = false;
    QSpinBox *items_, *users_, *seed_;
    PathField* folder_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *create_ = nullptr, *cancel_ = nullptr;
};

} // namespace ui
