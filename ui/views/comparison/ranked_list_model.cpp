#include "ui/views/comparison/ranked_list_model.h"
#include "ui/views/catalog/item_mime.h"
#include <QMimeData>
#include <algorithm>
#include <cstdlib>

namespace ui {

QString markText(const CardMark& mark) {
    switch (mark.kind) {
    case CardMark::Kind::entered:
        return RankedListModel::tr("new");
    case CardMark::Kind::up:
        return RankedListModel::tr("up %1").arg(mark.steps);
    case CardMark::Kind::down:
        return RankedListModel::tr("down %1").arg(mark.steps);
    case CardMark::Kind::same:
        return RankedListModel::tr("same");
    case CardMark::Kind::left:
        return RankedListModel::tr("not in B");
    case CardMark::Kind::none:
        break;
    }
    return {};
}

QStringList badgesOf(const CardRow& row) {
    QStringList badges;
    if (row.isTrueNext) badges += RankedListModel::tr("true next");
    if (row.picturePath.isEmpty()) badges += RankedListModel::tr("no picture");
    if (row.isNew) badges += RankedListModel::tr("new product");
    if (row.isTextTwin) badges += RankedListModel::tr("text twin");
    return badges;
}

MarkedLists markLists(const std::vector<CardRow>& listA, const std::vector<CardRow>& listB) {
    const auto plain = [](const std::vector<CardRow>& rows) {
        std::vector<core::Recommendation> list;
        list.reserve(rows.size());
        for (const CardRow& row : rows) list.push_back({row.item, row.rank, row.score});
        return list;
    };
    MarkedLists marked;
    marked.difference = core::listDifference(plain(listA), plain(listB));
    for (const core::MovedItem& moved : marked.difference.inB) {
        using Kind = CardMark::Kind;
        const Kind kind = moved.movement == core::Movement::entered ? Kind::entered
                          : moved.movement == core::Movement::up    ? Kind::up
                          : moved.movement == core::Movement::down  ? Kind::down
                                                                    : Kind::same;
        const bool hasMoved = kind == Kind::up || kind == Kind::down;
        marked.b.push_back({kind, hasMoved ? std::abs(moved.rankA - moved.rankB) : 0});
    }
    for (const CardRow& row : listA) {
        const bool hasLeft = std::ranges::find(marked.difference.left, row.item) != marked.difference.left.end();
        marked.a.push_back({hasLeft ? CardMark::Kind::left : CardMark::Kind::none, 0});
    }
    return marked;
}

void RankedListModel::setRows(std::vector<CardRow> rows, std::vector<CardMark> marks) {
    beginResetModel();
    rows_ = std::move(rows);
    marks_ = std::move(marks);
    rowOfItem_.clear();
    for (int row = 0; row < rowCount(); ++row) rowOfItem_.insert(rows_[static_cast<std::size_t>(row)].item.value, row);
    endResetModel();
}

void RankedListModel::setMarks(std::vector<CardMark> marks) {
    if (marks == marks_) return;
    marks_ = std::move(marks);
    if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {MarkRole, Qt::AccessibleTextRole});
}

CardMark RankedListModel::markAt(int row) const {
    const auto at = static_cast<std::size_t>(row);
    return row >= 0 && at < marks_.size() ? marks_[at] : CardMark{};
}

core::ItemIndex RankedListModel::itemAt(const QModelIndex& index) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    return rows_[static_cast<std::size_t>(index.row())].item;
}

int RankedListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QString RankedListModel::accessibleText(int row) const {
    const CardRow& card = rows_[static_cast<std::size_t>(row)];
    QStringList parts{tr("Rank %1: %2").arg(card.rank).arg(card.title)};
    if (!card.category.isEmpty()) parts += card.category;
    if (!card.price.isEmpty()) parts += card.price;
    if (const CardMark mark = markAt(row); mark.kind != CardMark::Kind::none) parts += markText(mark);
    return (parts + badgesOf(card)).join(QStringLiteral(", "));
}

QVariant RankedListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const CardRow& card = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return card.title;
    case Qt::ToolTipRole: {
        QStringList lines{card.title.toHtmlEscaped(), tr("id %1").arg(card.id).toHtmlEscaped()};
        if (!card.category.isEmpty()) lines += card.category.toHtmlEscaped();
        return QStringLiteral("<p>%1</p>").arg(lines.join(QStringLiteral("<br>")));
    }
    case Qt::AccessibleTextRole:
        return accessibleText(index.row());
    case RowRole:
        return QVariant::fromValue(static_cast<const void*>(&card));
    case MarkRole:
        return QVariant::fromValue(markAt(index.row()));
    case ItemRole:
        return card.item.value;
    default:
        return {};
    }
}

Qt::ItemFlags RankedListModel::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList RankedListModel::mimeTypes() const { return {QLatin1String(itemMimeType)}; }

QMimeData* RankedListModel::mimeData(const QModelIndexList& indices) const {
    std::vector<core::ItemIndex> items;
    QStringList ids;
    for (const QModelIndex& index : indices) {
        items.push_back(itemAt(index));
        ids += rows_[static_cast<std::size_t>(index.row())].id;
    }
    return makeItemMime(items, ids);
}

} // namespace ui
