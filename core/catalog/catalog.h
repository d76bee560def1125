#pragma once
#include "core/dataset/dataset.h"
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace core {

class Database;

/// One product as the window and the command line show it.
struct CatalogItem {
    ItemIndex index;
    ItemText text;
    /// Absolute path of the picture as referenced; the file may be gone since. Empty: the catalog names none.
    std::filesystem::path picture;
    bool isNew = false;      ///< no event names it, though the workspace has events
    bool isTextTwin = false; ///< another product has the same ItemText::modelText(); false where there is no title
};

enum class CatalogSort { catalogOrder, relevance, title, priceAscending, priceDescending, popularity };

struct CatalogQuery {
    std::string text{}; ///< what the user typed; quoted for FTS5 here, every word a prefix; empty matches all
    std::optional<std::string> category{}; ///< exact, or a parent: "Gear" holds "Gear > Bags"
    std::optional<double> priceFrom{}, priceTo{};
    CatalogSort sort = CatalogSort::relevance;
    /// Counting a common word among a million products takes a tenth of a second; without it the total stops at 50,001.
    bool exactTotal = true;
};

struct CatalogPage {
    std::vector<ItemIndex> items;
    std::int64_t total = 0;   ///< matches in all
    bool isTotalExact = true; ///< false: at least so many
};

struct CategoryCount {
    std::string category;
    std::int64_t items = 0;
};

/// Read access to the products of a workspace. Cheap to make; borrows the database, one thread at a time with it.
class Catalog {
public:
    explicit Catalog(Database& database, std::filesystem::path workspaceFolder);

    std::int64_t itemCount() const;
    /// Throws Error(notFound) for an index outside the catalog.
    CatalogItem item(ItemIndex index) const;
    std::vector<CatalogItem> items(std::span<const ItemIndex> indices) const;
    /// Nothing where the catalog has no such id.
    std::optional<ItemIndex> find(std::string_view id) const;
    /// A product whose id is just the text comes first. By relevance up to 50,000 matches are ranked; more are in
    /// catalog order. No text that a user can type makes it throw.
    CatalogPage search(const CatalogQuery& query, std::int64_t offset, std::int64_t limit) const;
    /// All categories with their counts, in bytewise order.
    std::vector<CategoryCount> categories() const;
    /// Products of a category, children included.
    std::vector<ItemIndex> itemsOfCategory(std::string_view category) const;

private:
    bool passesFilters(ItemIndex item, const CatalogQuery& query) const;

    Database* database_;
    std::filesystem::path folder_;
};

} // namespace core
