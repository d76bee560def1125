#pragma once
#include "ui/session/shopper.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/comparison/column_state.h"
#include "ui/views/comparison/link_gutter.h"
#include <QImage>
#include <QWidget>
#include <array>

class QGridLayout;
class QLabel;
class QStackedWidget;

namespace ui {

class BusyBar;
class CardDelegate;
class CardList;
class ColumnHeader;
class ThumbnailProvider;

/// The lists of two recommenders beside each other: cards, what moved from A to B, links between equal products and one
/// sentence about it. Passive: shows what setColumn() gives, says what the user wants. The difference is made here,
/// from the rows of both columns.
class ComparisonView : public QWidget {
    Q_OBJECT
public:
    /// `thumbnails` is not owned and outlives the view.
    explicit ComparisonView(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);
    ~ComparisonView() override;

    void setColumn(Slot slot, ColumnState state);
    const ColumnState& column(Slot slot) const { return parts(slot).state; }
    void setCompareMode(CompareMode mode);
    CompareMode compareMode() const { return mode_; }
    void setScoresVisible(bool visible);  ///< raw scores, never a percentage; hidden at first
    void setPresenter(bool isPresenting); ///< large cards
    /// Lights a product up in both columns; an invalid index lights none. Emits nothing.
    void setHighlighted(core::ItemIndex item);
    /// Selects a product where it stands; emits nothing.
    void setSelected(core::ItemIndex item);
    core::ItemIndex selected() const { return selected_; }

    /// "4 new, 3 up, 2 down; true next 17 → 3"; empty unless both columns are shown and have answered.
    QString sentence() const;
    /// Whose lists these are and how they were made, in a line or two: stands under a picture of them.
    void setCaption(const QString& caption) { caption_ = caption; }
    /// Both columns in full, all rows, with headers, sentence and caption: what "Copy as picture" takes. Pictures that
    /// are not decoded yet are read here, about 2 ms each.
    QImage renderToImage(qreal devicePixelRatio = 2) const;

    CardList* list(Slot slot) const { return parts(slot).list; }
    RankedListModel* model(Slot slot) const { return parts(slot).model; }

Q_SIGNALS:
    void itemSelected(core::ItemIndex item);
    void itemHovered(core::ItemIndex item);                 ///< invalid: none any more
    void itemActivated(core::ItemIndex item);               ///< Enter, double click: add it to the history
    void excludeItemRequested(core::ItemIndex item);        ///< Del
    void excludeCategoryRequested(const QString& category); ///< Shift+Del; the category in full
    void contextMenuRequested(core::ItemIndex item, const QPoint& globalPosition);
    void stepRequested(Slot slot); ///< the button of an empty, failed or exhausted column
    /// At the end of the paint event that first shows what came with `ticket`; never for a hidden column. Do not change
    /// widgets in it: queue.
    void painted(Slot slot, quint64 ticket);

protected:
    bool eventFilter(QObject* watched, QEvent* happening) override;
    void changeEvent(QEvent* change) override;

private:
    struct Column {
        ColumnState state;
        RankedListModel* model = nullptr;
        CardList* list = nullptr;
        ColumnHeader* header = nullptr;
        QStackedWidget* stack = nullptr;
        StatePanel* panel = nullptr;
        BusyBar* busy = nullptr;
        quint64 paintedTicket = 0;
    };

    Column& parts(Slot slot) { return columns_[static_cast<std::size_t>(slot)]; }
    const Column& parts(Slot slot) const { return columns_[static_cast<std::size_t>(slot)]; }
    void makeColumn(Slot slot);
    void connectColumn(Slot slot);
    void showState(Slot slot);
    void setRows(Slot slot, std::vector<CardRow> rows, std::vector<CardMark> marks);
    bool isSettled(Slot slot) const; ///< has answered, with rows
    void updateDifference();
    void showSentence();
    std::vector<Link> links() const;
    void lightUp();
    void updateModes();
    void followScrolling(Slot from);
    void updateFonts();
    PanelState panelState(const ColumnState& state) const;
    void showPicture(const QString& file);
    void notePainted(Slot slot);
    void stepToOtherColumn(Slot from);

    CardDelegate* delegate_;
    std::array<Column, 2> columns_;
    QLabel* sentence_;
    LinkGutter* gutter_;
    QGridLayout* grid_;
    CompareMode mode_ = CompareMode::both;
    core::ItemIndex selected_;
    QString caption_;
    QString difference_; ///< the sentence; empty unless both columns have answered
    bool isFollowing_ = false;
};

} // namespace ui
