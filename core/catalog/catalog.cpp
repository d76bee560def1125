#include "core/catalog/catalog.h"
#include "core/catalog/search_text.h"
#include "core/storage/database.h"
#include <fmt/format.h>

namespace core {

namespace {

/// Above this many matches a list by relevance is in catalog order instead: bm25 over a million titles takes half a
/// second.
constexpr std::int64_t rankedMatches = 50'000;

/// The last columns: whether the product is new, and whether another one has the same model text. The index on titles
/// finds the few candidates.
constexpr const char* itemColumns =
    "row, id, title, category, brand, price, description, picture, "
    "events = 0 AND EXISTS (SELECT 1 FROM events), items.title <> '' AND EXISTS ("
    "SELECT 1 FROM items AS twin WHERE twin.title = items.title COLLATE NOCASE AND twin.title = items.title "
    "AND twin.category = items.category AND twin.brand = items.brand "
    "AND printf('%.2f', twin.price) = printf('%.2f', items.price) "
    "AND (twin.price IS NULL) = (items.price IS NULL) AND twin.row <> items.row)";

std::string text(const SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }

CatalogItem readItem(const SQLite::Statement& row, const std::filesystem::path& pictureRoot) {
    CatalogItem item;
    item.index = {static_cast<std::int32_t>(row.getColumn(0).getInt64() - 1)};
    item.text = {.id = text(row, 1),
                 .title = text(row, 2),
                 .category = text(row, 3),
                 .brand = text(row, 4),
                 .description = text(row, 6),
                 .price = row.isColumnNull(5) ? std::nullopt : std::optional(row.getColumn(5).getDouble())};
    if (const std::string picture = text(row, 7); !picture.empty()) item.picture = pictureRoot / picture;
    item.isNew = row.getColumn(8).getInt64() != 0;
    item.isTextTwin = row.getColumn(9).getInt64() != 0;
    return item;
}

std::filesystem::path readPictureRoot(Database& database, const std::filesystem::path& folder) {
    SQLite::Statement statement = database.prepare("SELECT value FROM meta WHERE key = 'picture_root'");
    const std::string root = statement.executeStep() ? statement.getColumn(0).getString() : std::string();
    return std::filesystem::absolute(folder / root);
}

std::vector<ItemIndex> readRows(SQLite::Statement& statement) {
    std::vector<ItemIndex> rows;
    while (statement.executeStep()) rows.push_back({static_cast<std::int32_t>(statement.getColumn(0).getInt64() - 1)});
    return rows;
}

/// Children of "Gear" start with "Gear > "; '!' is the byte after ' '. Both bounds can use the index.
constexpr const char* inCategory =
    "(items.category = :category OR (items.category >= :category || ' > ' AND items.category < :category || ' >!'))";

/// One search, as the parts of a SELECT. The same parts count the matches and read a page.
class SearchStatement {
public:
    SearchStatement(Database& database, const CatalogQuery& query, std::string match, std::optional<ItemIndex> except)
        : database_(database), query_(query), match_(std::move(match)), except_(except) {}

    std::int64_t count(std::int64_t atMost) const {
        SQLite::Statement statement = prepare(
            fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT :limit)", source(), conditions()));
        statement.bind(":limit", atMost);
        statement.executeStep();
        return statement.getColumn(0).getInt64();
    }

    std::vector<ItemIndex> page(bool isRanked, std::int64_t offset, std::int64_t limit) const {
        SQLite::Statement statement =
            prepare(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT :limit OFFSET :offset", row(), source(),
                                conditions(), order(isRanked)));
        statement.bind(":limit", limit);
        statement.bind(":offset", offset);
        return readRows(statement);
    }

    bool hasText() const { return !match_.empty(); }

private:
    bool needsItems() const {
        const bool isSortedByColumn = query_.sort != CatalogSort::catalogOrder && query_.sort != CatalogSort::relevance;
        return !hasText() || query_.category || query_.priceFrom || query_.priceTo || isSortedByColumn;
    }

    std::string row() const { return needsItems() ? "items.row" : "items_fts.rowid"; }

    std::string source() const {
        if (!hasText()) return "items";
        // CROSS JOIN keeps this order: full text first, then the row.
        return needsItems() ? "items_fts CROSS JOIN items ON items.row = items_fts.rowid" : "items_fts";
    }

    std::string conditions() const {
        std::string all = "1";
        if (hasText()) all += " AND items_fts MATCH :match";
        if (except_) all += " AND " + row() + " <> :except";
        if (query_.category) all += fmt::format(" AND {}", inCategory);
        if (query_.priceFrom) all += " AND items.price >= :priceFrom";
        if (query_.priceTo) all += " AND items.price <= :priceTo";
        return all;
    }

    std::string order(bool isRanked) const {
        switch (query_.sort) {
        case CatalogSort::title:
            return "items.title COLLATE NOCASE, items.row";
        case CatalogSort::priceAscending:
            return "items.price IS NULL, items.price, items.row";
        case CatalogSort::priceDescending:
            return "items.price DESC, items.row";
        case CatalogSort::popularity:
            return "items.events DESC, items.row";
        case CatalogSort::relevance:
            return isRanked ? "items_fts.rank, " + row() : row();
        case CatalogSort::catalogOrder:
            break;
        }
        return row();
    }

    SQLite::Statement prepare(const std::string& sql) const {
        SQLite::Statement statement = database_.prepare(sql);
        if (hasText()) statement.bind(":match", match_);
        if (except_) statement.bind(":except", std::int64_t{except_->value} + 1);
        if (query_.category) statement.bind(":category", *query_.category);
        if (query_.priceFrom) statement.bind(":priceFrom", *query_.priceFrom);
        if (query_.priceTo) statement.bind(":priceTo", *query_.priceTo);
        return statement;
    }

    Database& database_;
    const CatalogQuery& query_;
    std::string match_;
    std::optional<ItemIndex> except_;
};

} // namespace

Catalog::Catalog(Database& database, std::filesystem::path workspaceFolder)
    : database_(&database), folder_(std::move(workspaceFolder)) {}

std::int64_t Catalog::itemCount() const {
    return translatingErrors("count products",
                             [&] { return database_->number("SELECT coalesce(max(row), 0) FROM items"); });
}

CatalogItem Catalog::item(ItemIndex index) const { return items({&index, 1}).front(); }

std::vector<CatalogItem> Catalog::items(std::span<const ItemIndex> indices) const {
    return translatingErrors("read products", [&] {
        const std::filesystem::path pictureRoot = readPictureRoot(*database_, folder_);
        SQLite::Statement statement =
            database_->prepare(fmt::format("SELECT {} FROM items WHERE row = :row", itemColumns));
        std::vector<CatalogItem> items;
        items.reserve(indices.size());
        for (const ItemIndex index : indices) {
            statement.bind(1, std::int64_t{index.value} + 1);
            if (!statement.executeStep())
                throw Error(ErrorKind::notFound,
                            fmt::format("read a product: the catalog has no position {}", index.value));
            items.push_back(readItem(statement, pictureRoot));
            statement.reset();
        }
        return items;
    });
}

std::optional<ItemIndex> Catalog::find(std::string_view id) const {
    return translatingErrors("find a product", [&]() -> std::optional<ItemIndex> {
        SQLite::Statement statement = database_->prepare("SELECT row FROM items WHERE id = :id");
        statement.bind(":id", std::string(id));
        if (!statement.executeStep()) return std::nullopt;
        return ItemIndex{static_cast<std::int32_t>(statement.getColumn(0).getInt64() - 1)};
    });
}

CatalogPage Catalog::search(const CatalogQuery& query, std::int64_t offset, std::int64_t limit) const {
    offset = std::max<std::int64_t>(offset, 0);
    limit = std::max<std::int64_t>(limit, 0);
    const std::string_view typed = trimmed(query.text);
    std::string match = fullTextQuery(typed);
    CatalogPage page;
    // A product whose id is just what was typed comes first, whatever its words are.
    const std::optional<ItemIndex> exact = typed.empty() ? std::nullopt : find(typed);
    if (exact && passesFilters(*exact, query)) {
        page.total = 1;
        if (offset == 0 && limit > 0) {
            page.items.push_back(*exact);
            --limit;
        } else if (offset > 0) {
            --offset;
        }
    }
    if (!typed.empty() && match.empty()) return page; // nothing but punctuation
    return translatingErrors("search products", [&] {
        const SearchStatement search(*database_, query, std::move(match), exact);
        std::int64_t matches = search.count(rankedMatches + 1);
        const bool isRanked = search.hasText() && matches <= rankedMatches;
        for (const ItemIndex item : search.page(isRanked, offset, limit)) page.items.push_back(item);
        page.isTotalExact = matches <= rankedMatches || query.exactTotal;
        if (matches > rankedMatches && query.exactTotal) matches = search.count(-1);
        page.total += matches;
        return std::move(page);
    });
}

bool Catalog::passesFilters(ItemIndex item, const CatalogQuery& query) const {
    CatalogQuery filters = query;
    filters.text.clear();
    if (!filters.category && !filters.priceFrom && !filters.priceTo) return true;
    return translatingErrors("search products", [&] {
        SQLite::Statement statement = database_->prepare(
            fmt::format("SELECT 1 FROM items WHERE row = :row AND (:category IS NULL OR {}) "
                        "AND (:priceFrom IS NULL OR price >= :priceFrom) AND (:priceTo IS NULL OR price <= :priceTo)",
                        inCategory));
        statement.bind(":row", std::int64_t{item.value} + 1);
        if (query.category) statement.bind(":category", *query.category);
        if (query.priceFrom) statement.bind(":priceFrom", *query.priceFrom);
        if (query.priceTo) statement.bind(":priceTo", *query.priceTo);
        return statement.executeStep();
    });
}

std::vector<CategoryCount> Catalog::categories() const {
    return translatingErrors("list categories", [&] {
        SQLite::Statement statement = database_->prepare(
            "SELECT category, count(*) FROM items WHERE category <> '' GROUP BY category ORDER BY category");
        std::vector<CategoryCount> categories;
        while (statement.executeStep()) categories.push_back({text(statement, 0), statement.getColumn(1).getInt64()});
        return categories;
    });
}

std::vector<ItemIndex> Catalog::itemsOfCategory(std::string_view category) const {
    return translatingErrors("list products of a category", [&] {
        SQLite::Statement statement =
            database_->prepare(fmt::format("SELECT row FROM items WHERE {} ORDER BY row", inCategory));
        statement.bind(":category", std::string(category));
        return readRows(statement);
    });
}

} // namespace core
