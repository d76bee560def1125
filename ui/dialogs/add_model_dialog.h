#pragma once
#include "core/engine/jobs.h"
#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QTableView;
class QTextBrowser;

namespace ui {

class FindingsModel;
class IdMappingView;
class PathField;

/// A model that was made elsewhere: which files, how they fit this workspace, and only then Add. It asks by signal and
/// is told by slot; closing it does not stop what runs, which is in the list of jobs.
class AddModelDialog : public QDialog {
    Q_OBJECT
public:
    explicit AddModelDialog(std::filesystem::path workspace, QWidget* parent = nullptr);

    void setFile(const QString& file); ///< as by a drop on the window
    core::AddModelRequest request() const;
    QString problem() const; ///< why Check is off; empty: it is on
    bool isRunning() const { return isRunning_; }
    /// What is in the form was checked, and it fits.
    bool canAdd() const;

    void showProgress(const core::Progress& progress);
    void showResult(const core::AddModelResult& result);
    void showError(const QString& message); ///< nothing was checked or added; cancelled also comes here

Q_SIGNALS:
    void runRequested(const core::AddModelRequest& request); ///< to check only, or to add
    void cancelRequested();
    void added(const QString& model);

private:
    QFormLayout* makeForm();
    QTabWidget* makePages();
    void formChanged();
    void showWhatIsNeeded();
    void updateButtons();
    void run(bool checkOnly);
    void setVerdict(const QString& text, const QString& iconName);

    std::filesystem::path workspace_;
    bool isRunning_ = false, fits_ = false, isAdded_ = false;
    QString suggestedName_;
    QFormLayout* form_ = nullptr;
    PathField *file_ = nullptr, *itemIds_ = nullptr, *userVectors_ = nullptr, *userIds_ = nullptr;
    QLineEdit* name_ = nullptr;
    QComboBox *history_ = nullptr, *similarity_ = nullptr;
    QCheckBox *inOrder_ = nullptr, *allowMissing_ = nullptr, *trust_ = nullptr;
    QLabel *verdict_ = nullptr, *verdictIcon_ = nullptr, *warning_ = nullptr;
    QProgressBar* bar_ = nullptr;
    QTabWidget* pages_ = nullptr;
    IdMappingView *products_ = nullptr, *shoppers_ = nullptr;
    FindingsModel* findings_ = nullptr;
    QTableView* findingsTable_ = nullptr;
    QTextBrowser* facts_ = nullptr;
    QPushButton *check_ = nullptr, *add_ = nullptr, *cancel_ = nullptr;
};

} // namespace ui
