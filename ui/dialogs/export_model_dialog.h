#pragma once
#include "core/engine/jobs.h"
#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace ui {

class PathField;

/// A model's vectors and lists into files for other programs.
class ExportModelDialog : public QDialog {
    Q_OBJECT
public:
    /// `models`: names of those that can be used; `chosen` is shown first.
    ExportModelDialog(std::filesystem::path workspace, const QStringList& models, const QString& chosen,
                      QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    core::ExportModelRequest request() const;
    QString problem() const; ///< why Export is off; empty: it is on

    void showProgress(const core::Progress& progress);
    void showResult(const core::ExportModelResult& result);
    void showError(const QString& message);

Q_SIGNALS:
    void exportRequested(const core::ExportModelRequest& request);
    void cancelRequested();

private:
    void formChanged();
    void setRunning(bool isRunning);

    std::filesystem::path workspace_;
    bool isRunning_ = false;
    QComboBox *model_, *lists_;
    QCheckBox* vectors_;
    QSpinBox* k_;
    PathField* folder_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *export_ = nullptr, *cancel_ = nullptr;
};

} // namespace ui
