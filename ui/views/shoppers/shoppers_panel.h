#pragma once
#include "ui/views/shoppers/shoppers_state.h"
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QModelIndex;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace ui {

class ShopperDelegate;
class ShopperListModel;
class StatePanel;
class ThumbnailProvider;

/// All shoppers of the workspace, scratch shoppers on top: search, sort, two-line rows with the newest pictures.
/// Passive: reads through the callbacks of ShoppersState, says what the user wants.
class ShoppersPanel : public QWidget {
    Q_OBJECT
public:
    /// `thumbnails` is not owned and outlives the panel.
    explicit ShoppersPanel(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    /// Another workspace: search and selection start anew.
    void setState(ShoppersState state);
    void setScratchShoppers(std::vector<ScratchShopperRow> rows);
    /// Bars and the orders "B minus A" and "rank of the true next"; null takes them away.
    void setDifferences(std::shared_ptr<const ShopperDifferences> differences);
    /// Which row is marked as shown; none: neither. Emits nothing. A user that the search hides is not marked.
    void setCurrentUser(core::UserIndex user);
    void setCurrentScratch(int number);
    void clearCurrent();

    void focusSearch();
    QString searchText() const;
    void setSearchText(const QString& text);
    ShopperSort sort() const;
    void setSort(ShopperSort sort);

    QListView* list() const { return list_; }
    ShopperListModel* model() const { return model_; }

Q_SIGNALS:
    void userSelected(core::UserIndex user);
    void scratchSelected(int number);
    void newScratchRequested();
    void removeScratchRequested(int number); ///< Del on a scratch shopper
    /// On a row; `user` is invalid and `scratch` is 0 where the row is of the other kind.
    void contextMenuRequested(core::UserIndex user, int scratch, const QPoint& globalPosition);
    void stepRequested(); ///< the button where no workspace is open or it failed

protected:
    bool eventFilter(QObject* watched, QEvent* happening) override;

private:
    void search();
    void showCount();
    void showPage();
    void selectRow(const QModelIndex& index);
    void markCurrent();
    void fillSortBox();
    void takeStep();
    void changeRows(const std::function<void()>& change);

    ShoppersState state_;
    ShopperListModel* model_;
    ShopperDelegate* delegate_;
    QLineEdit* search_;
    QComboBox* sortBox_;
    QPushButton* newScratch_;
    QLabel* count_;
    QLabel* hint_; ///< under scratch shoppers, where there are no others
    QListView* list_;
    StatePanel* panel_;
    QStackedWidget* stack_;
    QTimer* typing_;
    core::UserIndex currentUser_;
    int currentScratch_ = 0;
    bool isMarking_ = false;
};

} // namespace ui
