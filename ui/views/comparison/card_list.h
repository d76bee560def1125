#pragma once
#include "core/base/index.h"
#include <QListView>

namespace ui {

class RankedListModel;

/// The cards of one column: a list view that tells what is hovered, chosen and asked for in terms of products.
class CardList : public QListView {
    Q_OBJECT
public:
    explicit CardList(RankedListModel* model, QWidget* parent = nullptr);

    /// Rows of the last answer while the next one is on its way.
    void setDimmed(bool isDimmed);
    bool isDimmed() const { return isDimmed_; }
    core::ItemIndex currentItem() const;
    void select(core::ItemIndex item); ///< emits nothing; a product that is not here selects none
    /// The first and the last row that can be seen at least in part; last < first: none.
    std::pair<int, int> visibleRows() const;

Q_SIGNALS:
    void selected(core::ItemIndex item);
    void hovered(core::ItemIndex item); ///< invalid: none any more
    void chosen(core::ItemIndex item);  ///< Enter, double click
    void excludeRequested(core::ItemIndex item);
    void excludeCategoryRequested(core::ItemIndex item);
    void menuRequested(core::ItemIndex item, const QPoint& globalPosition);
    void sideStepRequested(bool toRight); ///< Left, Right
    void paintingEnded();                 ///< at the end of every paint event

protected:
    void paintEvent(QPaintEvent* paint) override;
    void keyPressEvent(QKeyEvent* key) override;
    void mouseMoveEvent(QMouseEvent* move) override;
    void mouseDoubleClickEvent(QMouseEvent* press) override;
    void contextMenuEvent(QContextMenuEvent* menu) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void focusInEvent(QFocusEvent* focus) override;
    bool viewportEvent(QEvent* happening) override;

private:
    void setHovered(core::ItemIndex item);

    RankedListModel* model_;
    core::ItemIndex hovered_;
    bool isDimmed_ = false;
    bool isSelecting_ = false; ///< by a call, not by the user
};

} // namespace ui
