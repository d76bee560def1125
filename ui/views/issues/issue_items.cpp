#include "ui/views/issues/issue_items.h"
#include "ui/pictures/picture_cell.h"
#include "ui/theme/theme.h"
#include <QPainter>

namespace ui {

namespace {
constexpr int issuePictureSide = 96, issueMargin = 6;
}

void IssueItemsModel::setItems(std::vector<IssueItem> items) {
    beginResetModel();
    items_ = std::move(items);
    endResetModel();
}

int IssueItemsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(items_.size());
}

QVariant IssueItemsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const IssueItem& item = items_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return item.title.isEmpty() ? tr("no title") : item.title;
    case Qt::ToolTipRole:
        return QString(item.title + QLatin1Char('\n') + item.id + QLatin1Char('\n') + item.picture).trimmed();
    case ItemRole:
        return item.item.value;
    case IdRole:
        return item.id;
    case PictureRole:
        return item.picture;
    default:
        return {};
    }
}

QSize IssueItemDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {issuePictureSide + 2 * issueMargin, issuePictureSide + 2 * option.fontMetrics.height() + 3 * issueMargin};
}

void IssueItemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (isSelected) painter->fillRect(option.rect, option.palette.brush(QPalette::Highlight));
    const QRect box = option.rect.adjusted(issueMargin, issueMargin, -issueMargin, -issueMargin);
    const QRect picture(box.left(), box.top(), issuePictureSide, issuePictureSide);
    const QSize size = devicePixels(picture.size(), painter->device()->devicePixelRatioF());
    paintPictureCell(*painter,
                     {picture, thumbnails_->thumbnail(index.data(IssueItemsModel::PictureRole).toString(), size)},
                     option.palette);
    const int line = option.fontMetrics.height();
    const auto draw = [&](int row, const QString& text, const QColor& colour) {
        painter->setPen(colour);
        painter->drawText(QRect(box.left(), picture.bottom() + issueMargin + row * line, box.width(), line),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(text, Qt::ElideRight, box.width()));
    };
    const QColor plain = option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text);
    draw(0, index.data(Qt::DisplayRole).toString(), plain);
    draw(1, index.data(IssueItemsModel::IdRole).toString(), isSelected ? plain : accents(option.palette).muted);
    painter->restore();
}

} // namespace ui
