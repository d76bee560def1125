#pragma once
#include "ui/views/shoppers/shoppers_state.h"
#include <QAbstractListModel>
#include <QCache>

namespace ui {

/// One row, ready to be painted.
struct ShopperRow {
    core::UserIndex user; ///< invalid: a scratch shopper
    int scratch = 0;      ///< 0: a shopper of the workspace
    QString name;
    qint64 events = 0;
    std::optional<qint64> lastTime;        ///< milliseconds since 1970 UTC
    QStringList pictures;                  ///< of the newest products, newest first
    std::optional<ShopperFigures> figures; ///< where an evaluation is known
};

/// "12 events, last 3 May 2021"; without times "12 events".
QString shopperFacts(const ShopperRow& row);

/// Scratch shoppers, then what the search finds, in the chosen order. Rows are read in pages when they are looked at,
/// so its cost is that of the visible ones. Roles are the contract with ShopperDelegate.
class ShopperListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { RowRole = Qt::UserRole };
    static constexpr int pageSize = 50;

    using QAbstractListModel::QAbstractListModel;

    /// Starts anew: every call swaps everything.
    void setSource(ShopperSource source, qint64 total);
    void setScratchShoppers(std::vector<ScratchShopperRow> rows);
    void setDifferences(std::shared_ptr<const ShopperDifferences> differences);
    void setQuery(const QString& text, ShopperSort sort);

    qint64 total() const { return total_; } ///< shoppers in the workspace
    qint64 found() const { return found_; } ///< of them, what the search finds
    int scratchCount() const { return static_cast<int>(scratch_.size()); }
    bool hasDifferences() const { return differences_ != nullptr && !differences_->empty(); }
    /// An invalid user and 0 outside the list.
    ShopperRow rowAt(int row) const;
    /// -1: not among the scratch shoppers, or not in a page that is known.
    int rowOfScratch(int number) const;
    int knownRowOf(core::UserIndex user) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    using Page = std::vector<core::UserRow>;

    void find();
    bool isSortedHere() const; ///< by figures of the evaluation, not by the source
    void sortByFigures();
    const Page& page(qint64 number) const;
    std::optional<ShopperFigures> figuresOf(core::UserIndex user) const;

    ShopperSource source_;
    qint64 total_ = 0, found_ = 0;
    QString text_;
    ShopperSort sort_ = ShopperSort::fileOrder;
    std::vector<ScratchShopperRow> scratch_;
    std::shared_ptr<const ShopperDifferences> differences_;
    std::vector<core::UserIndex> byFigures_; ///< all that the search finds, where that is the order
    mutable QCache<qint64, Page> pages_{200};
    mutable QCache<int, QStringList> pictures_{2000};
};

} // namespace ui

Q_DECLARE_METATYPE(ui::ShopperRow)
