#pragma once
#include <QHash>
#include <QWidget>

class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace ui {

class JobCard;
class JobList;

/// All jobs: what each does now, how fast, how long still, Cancel; and how those ended that are over.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    /// `jobs` outlives the panel.
    explicit JobsPanel(JobList* jobs, QWidget* parent = nullptr);

private:
    void insertCards(int first, int last);
    void removeCards(int first, int last);
    void refresh(int first, int last);
    void showState();

    JobList* jobs_;
    QList<JobCard*> cards_; ///< by row
    QVBoxLayout* layout_;
    QStackedWidget* stack_;
    QPushButton* removeEnded_;
};

} // namespace ui
