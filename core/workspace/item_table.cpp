#include "core/workspace/item_table.h"
#include <algorithm>
#include <bit>

namespace core {

namespace {

void hashItem(Hasher& hasher, const NewItem& item) {
    const ItemText& text = item.text;
    for (const std::string& field : {text.id, text.title, text.category, text.brand, text.description})
        hasher.add(field);
    hasher.add(std::int64_t{text.price.has_value()});
    hasher.add(std::bit_cast<std::int64_t>(text.price.value_or(0)));
    hasher.add(item.pictureIdentity);
}

/// Items that share their text with at least one other, from one hash an item.
std::int64_t countTwins(std::vector<std::uint64_t> textHashes) {
    std::sort(textHashes.begin(), textHashes.end());
    std::int64_t twins = 0;
    for (auto begin = textHashes.begin(); begin != textHashes.end();) {
        const auto end = std::upper_bound(begin, textHashes.end(), *begin);
        if (end - begin > 1) twins += end - begin;
        begin = end;
    }
    return twins;
}

} // namespace

ItemTable::ItemTable(Database& database)
    : database_(database),
      insert_(database.prepare(
          "INSERT INTO items (row, id, title, category, brand, price, description, picture, picture_identity, extra) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")) {}

std::optional<ItemIndex> ItemTable::insert(const NewItem& item) {
    const ItemText& text = item.text;
    bool isNew = false;
    const ItemIndex index{ids_.insert(text.id, isNew)};
    if (!isNew) return std::nullopt;
    insert_.bind(1, std::int64_t{index.value} + 1);
    insert_.bindNoCopy(2, text.id);
    insert_.bindNoCopy(3, text.title);
    insert_.bindNoCopy(4, text.category);
    insert_.bindNoCopy(5, text.brand);
    if (text.price)
        insert_.bind(6, *text.price);
    else
        insert_.bind(6);
    insert_.bindNoCopy(7, text.description);
    insert_.bindNoCopy(8, item.picture);
    insert_.bindNoCopy(9, item.pictureIdentity);
    insert_.bindNoCopy(10, item.extra);
    insert_.exec();
    insert_.reset();
    account(item);
    return index;
}

std::optional<ItemIndex> ItemTable::find(std::string_view id) const {
    const auto position = ids_.find(id);
    return position ? std::optional(ItemIndex{*position}) : std::nullopt;
}

void ItemTable::account(const NewItem& item) {
    hashItem(hasher_, item);
    textHashes_.push_back(Hasher().add(item.text.modelText()).value());
    withoutPicture_ += item.pictureIdentity.empty();
    withoutText_ += item.text.title.empty() && item.text.description.empty();
    withoutPrice_ += !item.text.price;
}

/// Once more from the rows as they are now.
void ItemTable::accountAll() {
    ids_ = {};
    hasher_ = {};
    textHashes_.clear();
    withoutPicture_ = withoutText_ = withoutPrice_ = 0;
    SQLite::Statement rows = database_.prepare(
        "SELECT id, title, category, brand, description, price, picture_identity FROM items ORDER BY row");
    while (rows.executeStep()) {
        const auto text = [&](int column) { return rows.getColumn(column).getString(); };
        NewItem item;
        item.text = {.id = text(0),
                     .title = text(1),
                     .category = text(2),
                     .brand = text(3),
                     .description = text(4),
                     .price = rows.isColumnNull(5) ? std::nullopt : std::optional(rows.getColumn(5).getDouble())};
        item.pictureIdentity = text(6);
        bool isNew = false;
        ids_.insert(item.text.id, isNew);
        account(item);
    }
}

void ItemTable::fillPrices(const std::vector<std::optional<double>>& prices) {
    SQLite::Statement update = database_.prepare("UPDATE items SET price = ?1 WHERE row = ?2 AND price IS NULL");
    for (std::size_t item = 0; item < prices.size(); ++item) {
        if (!prices[item]) continue;
        update.bind(1, *prices[item]);
        update.bind(2, static_cast<std::int64_t>(item) + 1);
        update.exec();
        update.reset();
    }
    accountAll();
}

void ItemTable::renumber(const std::vector<std::int32_t>& newRows) {
    SQLite::Statement remove = database_.prepare("DELETE FROM items WHERE row = ?1");
    SQLite::Statement move = database_.prepare("UPDATE items SET row = ?2 WHERE row = ?1");
    for (std::size_t item = 0; item < newRows.size(); ++item) {
        const auto row = static_cast<std::int64_t>(item) + 1, newRow = std::int64_t{newRows[item]} + 1;
        if (row == newRow) continue;
        SQLite::Statement& statement = newRow == 0 ? remove : move;
        statement.bind(1, row);
        if (newRow != 0) statement.bind(2, newRow); // lower than `row`, and free since rows come in order
        statement.exec();
        statement.reset();
    }
    accountAll();
}

void ItemTable::summarise(WorkspaceSummary& summary) const {
    summary.items = ids_.size();
    summary.itemsWithoutPicture = withoutPicture_;
    summary.itemsWithoutText = withoutText_;
    summary.itemsWithoutPrice = withoutPrice_;
    summary.textTwins = countTwins(textHashes_);
}

} // namespace core
