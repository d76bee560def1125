#pragma once
#include "ui/views/shoppers/shopper_list_model.h"
#include <QSet>
#include <QStyledItemDelegate>

namespace ui {

class ThumbnailProvider;

/// Paints two lines of a shopper: id with facts, then the newest pictures with the bar of B minus A.
class ShopperDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int pictureSide = 28;

    explicit ShopperDelegate(ThumbnailProvider* thumbnails, QObject* parent = nullptr);

    /// Whether room for bars is kept, the same in every row.
    void setShowsBars(bool shows) { showsBars_ = shows; }
    /// The largest absolute value; it fills half of a bar.
    void setBarScale(float largest) { barScale_ = largest; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintPictures(QPainter& painter, const QRect& line, const ShopperRow& row, const QPalette& palette) const;
    void paintBar(QPainter& painter, const QRect& place, float difference, const QPalette& palette) const;

    ThumbnailProvider* thumbnails_;
    bool showsBars_ = false;
    float barScale_ = 1;
};

} // namespace ui
