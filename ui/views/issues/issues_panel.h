#pragma once
#include "core/catalog/data_issues.h"
#include <QWidget>
#include <filesystem>
#include <thread>

class QLabel;
class QListView;
class QSplitter;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui {

class IssueItemsModel;
class StatePanel;
class ThumbnailProvider;

/// What a kind of issue is called in the window.
QString issueTitle(core::DataIssueKind kind);

/// The catalog's own faults, by kind and group with counts, and the products of the chosen group with their pictures.
/// Looks for them on a thread of its own, when it is first shown for a workspace.
class IssuesPanel : public QWidget {
    Q_OBJECT
public:
    explicit IssuesPanel(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);
    /// Stops and waits, which takes as long as a few rows.
    ~IssuesPanel() override;

    /// Empty: none is open.
    void setWorkspace(const std::filesystem::path& folder);
    const core::DataIssues& issues() const { return issues_; }

Q_SIGNALS:
    void found(); ///< issues() is complete
    void itemActivated(core::ItemIndex item);

protected:
    void showEvent(QShowEvent* shown) override;

private:
    void look();
    void take(const core::DataIssues& issues);
    void showGroup(const QTreeWidgetItem* item);

    std::filesystem::path folder_;
    core::DataIssues issues_;
    bool isKnown_ = false;
    quint64 ticket_ = 0; ///< of the latest wish
    QTreeWidget* kinds_;
    QLabel* note_;
    QListView* items_;
    IssueItemsModel* model_;
    StatePanel* state_;
    QSplitter* panes_;
    QStackedWidget* stack_;
    std::jthread thread_;
};

} // namespace ui
