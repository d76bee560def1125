#pragma once
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/storage/database.h"
#include "core/workspace/id_table.h"
#include "core/workspace/workspace_builder.h"
#include <optional>
#include <vector>

namespace core {

/// The table `items` of a workspace that is being made: rows in the order of insert(), and what they add up to.
class ItemTable {
public:
    explicit ItemTable(Database& database);

    /// Nothing where an item of this id is there already.
    std::optional<ItemIndex> insert(const NewItem& item);
    std::optional<ItemIndex> find(std::string_view id) const;
    std::int32_t size() const { return ids_.size(); }

    /// prices[i] of item i, where there is one and the item has none.
    void fillPrices(const std::vector<std::optional<double>>& prices);
    /// newRows[i] is the new position of item i, in ascending order; -1: it goes.
    void renumber(const std::vector<std::int32_t>& newRows);

    /// The numbers of items, without text, without price, without picture, and of text twins, into `summary`.
    void summarise(WorkspaceSummary& summary) const;
    std::string contentHash() const { return hasher_.hex(); }

private:
    void account(const NewItem& item);
    void accountAll();

    Database& database_;
    SQLite::Statement insert_;
    IdTable ids_;
    Hasher hasher_;
    std::vector<std::uint64_t> textHashes_;
    std::int64_t withoutPicture_ = 0, withoutText_ = 0, withoutPrice_ = 0;
};

} // namespace core
