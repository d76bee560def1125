#pragma once
#include "core/importers/import.h"
#include <QDialog>
#include <QStringList>
#include <optional>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ui {

class ImportChecker;
class ImportFiles;
class ImportFindings;
class ImportOptions;
class ImportPreview;
class ImportResultPage;

/// Products and histories from files of any known form into a new workspace. Files and roles on the left, the first
/// rows with a chip for each column in the middle, findings on the right; Import is off until the files were read once
/// from beginning to end and no error is left, or rows with errors may be left out. It asks by signal and is told by
/// slot; closing it does not stop the import, which is in the list of jobs.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    enum class Step { form, running, result };

    /// New workspaces are suggested inside `workspacesFolder`.
    explicit ImportDialog(const QString& workspacesFolder, QWidget* parent = nullptr);

    void setItemsFile(const QString& file);  ///< this and no other
    void addPaths(const QStringList& paths); ///< files, folders, zip archives, as by a drop on the window
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

protected:
    void dragEnterEvent(QDragEnterEvent* drag) override;
    void dropEvent(QDropEvent* drop) override;

private:
    QWidget* makeForm();
    QWidget* makeRunning();
    void suggestWorkspace();
    void propose();
    void takePlan(const core::ImportPlan& plan, const std::vector<core::FilePreview>& previews);
    void showFile(int file);
    void showFinding(const QString& file, qint64 line);
    void changeColumn(const QString& column, core::ColumnRole role);
    void startCheck();
    void updateImport();
    void showStep(Step step);
    void start();

    QString workspacesFolder_, suggested_;
    Step step_ = Step::form;
    QStringList paths_;
    std::vector<core::ColumnUse> map_; ///< what the user said about columns
    int wantedFile_ = 0;               ///< to be shown when the plan is there
    qint64 wantedLine_ = 0;            ///< to be selected when its rows are there
    std::optional<core::ImportPlan> plan_;
    std::vector<core::FilePreview> previews_; ///< of the plan's files
    std::optional<core::ImportResult> checked_;
    QString reading_, failure_; ///< what is being read now; why it cannot be
    ImportChecker* checker_;
    ImportFiles* files_ = nullptr;
    ImportOptions* options_ = nullptr;
    ImportPreview* preview_ = nullptr;
    ImportFindings* problems_ = nullptr;
    ImportResultPage* result_ = nullptr;
    QLabel *hint_ = nullptr, *remarks_ = nullptr, *progressText_ = nullptr;
    QProgressBar* bar_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QPushButton *import_ = nullptr, *cancel_ = nullptr, *back_ = nullptr, *open_ = nullptr;
};

} // namespace ui
