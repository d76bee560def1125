#pragma once
#include <QWidget>

class QAction;
class QLabel;
class QVBoxLayout;

namespace ui {

/// What stands in the middle while no workspace is open: the first steps, the workspaces of late, and why the last one
/// could not be opened.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);

    /// The first one stands out. The actions outlive the page.
    void setSteps(const QList<QAction*>& steps);
    void setRecent(const QStringList& folders);
    void setProblem(const QString& problem); ///< empty: none

Q_SIGNALS:
    void recentChosen(const QString& folder);

private:
    QVBoxLayout *steps_, *recent_;
    QLabel *problem_, *recentTitle_;
};

} // namespace ui
