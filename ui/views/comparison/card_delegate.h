#pragma once
#include "ui/views/comparison/ranked_list_model.h"
#include <QPalette>
#include <QStyledItemDelegate>

namespace ui {

class ThumbnailProvider;

/// How cards are drawn; shared by all columns and by the picture for the clipboard.
struct CardLook {
    int pictureSide = 56;
    bool showsScores = false;
    bool isPresenter = false;
};

/// One card, ready to be painted anywhere.
struct Card {
    const CardRow* row = nullptr;
    CardMark mark{};
    QRect rect{};
    bool isSelected = false, isHighlighted = false, isDimmed = false, hasFocus = false;
    QImage picture{}; ///< null: ask the thumbnails, which may not have it yet
};

/// Paints the cards of a RankedListModel: rank, picture, title, category and price, movement in glyph and words,
/// badges. Of fixed height; asks for pictures at the size shown.
class CardDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CardDelegate(ThumbnailProvider* thumbnails, QObject* parent = nullptr);

    void setLook(const CardLook& look) { look_ = look; }
    const CardLook& look() const { return look_; }
    void setHighlighted(core::ItemIndex item) { highlighted_ = item; }
    core::ItemIndex highlighted() const { return highlighted_; }

    int cardHeight(const QFont& font) const;
    QFont titleFont(const QFont& font) const;
    QRect pictureRect(const QRect& card) const;
    void paintCard(QPainter& painter, const Card& card, const QPalette& palette, const QFont& font) const;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int rankWidth() const;
    void paintGround(QPainter& painter, const Card& card, const QPalette& palette) const;
    void paintPicture(QPainter& painter, const Card& card, const QPalette& palette) const;
    /// At the right edge; returns the width it takes.
    int paintMark(QPainter& painter, const Card& card, const QRect& content, const QPalette& palette,
                  const QFont& font) const;
    void paintBadges(QPainter& painter, const Card& card, const QRect& line, const QPalette& palette,
                     const QFont& font) const;

    ThumbnailProvider* thumbnails_;
    CardLook look_;
    core::ItemIndex highlighted_;
};

} // namespace ui
