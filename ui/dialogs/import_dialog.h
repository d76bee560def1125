#pragma once
#include "core/importers/import.h"
#include <QDialog>

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace ui {

class FindingsModel;
class PathField;

/// Products and histories from files into a new workspace. Asks, shows the running import, then what it found. It asks
/// by signal and is told by slot; closing it does not stop the import, which is in the list of jobs.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    enum class Step { form, running, result };

    /// New workspaces are suggested inside `workspacesFolder`.
    explicit ImportDialog(const QString& workspacesFolder, QWidget* parent = nullptr);

    void setItemsFile(const QString& file); ///< as by a drop on the window
    core::ImportRequest request() const;
    QString problem() const; ///< why Import is off; empty: it is on
    Step step() const { return step_; }

    void showProgress(const core::Progress& progress);
    void showResult(const core::ImportResult& result);
    void showError(const QString& message); ///< nothing was read at all; cancelled also comes here

Q_SIGNALS:
    void importRequested(const core::ImportRequest& request);
    void cancelRequested();
    void openRequested(const QString& workspace); ///< the accepted one

private:
    QWidget* makeForm();
    QWidget* makeRunning();
    QWidget* makeResult();
    void suggestWorkspace();
    void check();
    void showStep(Step step);
    void start();

    QString workspacesFolder_, suggested_;
    Step step_ = Step::form;
    PathField *items_ = nullptr, *interactions_ = nullptr, *pictures_ = nullptr, *workspace_ = nullptr;
    QCheckBox *skipBadRows_ = nullptr, *replace_ = nullptr, *copyPictures_ = nullptr;
    QLabel *hint_ = nullptr, *progressText_ = nullptr, *verdict_ = nullptr, *counts_ = nullptr, *report_ = nullptr;
    QProgressBar* bar_ = nullptr;
    QTableView* table_ = nullptr;
    FindingsModel* findings_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QPushButton *import_ = nullptr, *cancel_ = nullptr, *back_ = nullptr, *open_ = nullptr;
};

} // namespace ui
