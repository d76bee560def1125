#pragma once
#include "core/engine/list_difference.h"
#include "ui/views/comparison/column_state.h"
#include <QAbstractListModel>
#include <QHash>

namespace ui {

/// How one card stands to the other column.
struct CardMark {
    enum class Kind { none, entered, up, down, same, left };
    Kind kind = Kind::none;
    int steps = 0; ///< for up and down
    bool operator==(const CardMark&) const = default;
};

/// "new", "up 3", "down 2", "same", "not in B".
QString markText(const CardMark& mark);

/// One immutable list. Roles are the contract with CardDelegate.
class RankedListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { RowRole = Qt::UserRole, MarkRole, ItemRole };

    using QAbstractListModel::QAbstractListModel;

    /// Swaps everything. `rows` and `marks` (as many, or none) belong together.
    void setRows(std::vector<CardRow> rows, std::vector<CardMark> marks);
    /// As many as there are rows, or none.
    void setMarks(std::vector<CardMark> marks);
    const std::vector<CardRow>& rows() const { return rows_; }
    CardMark markAt(int row) const;
    /// -1: not in the list.
    int rowOf(core::ItemIndex item) const { return rowOfItem_.value(item.value, -1); }
    core::ItemIndex itemAt(const QModelIndex& index) const;
    /// Everything about a card in one sentence, for screen readers.
    QString accessibleText(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indices) const override;

private:
    std::vector<CardRow> rows_;
    std::vector<CardMark> marks_;
    QHash<int, int> rowOfItem_;
};

/// Marks of both columns: movements of B against A, and what of A is not in B.
struct MarkedLists {
    std::vector<CardMark> a, b;
    core::ListDifference difference;
};
MarkedLists markLists(const std::vector<CardRow>& listA, const std::vector<CardRow>& listB);

/// The words of a card's badges: "true next", "no picture", "new product", "text twin".
QStringList badgesOf(const CardRow& row);

} // namespace ui

Q_DECLARE_METATYPE(ui::CardMark)
