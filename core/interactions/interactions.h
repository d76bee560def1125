#pragma once
#include "core/dataset/dataset.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

class Database;

struct UserRow {
    UserIndex index;
    std::string id;
    std::int64_t events = 0;
    std::optional<std::int64_t> lastTime; ///< milliseconds since 1970 UTC; nothing where times mean order only
};

enum class UserSort { fileOrder, mostEvents, fewestEvents, mostRecent };

struct UserPage {
    std::vector<UserRow> users;
    std::int64_t total = 0; ///< matches in all
};

/// A shopper that the user of the program made up: saved in the workspace, never part of training or evaluation.
struct ScratchShopper {
    std::int64_t id = 0; ///< given by the workspace
    std::string name;
    std::vector<ItemIndex> items; ///< oldest first
};

/// Read access to users and their events. Borrows the database, one thread at a time with it.
class Interactions {
public:
    explicit Interactions(Database& database) : database_(&database) {}

    std::int64_t userCount() const;
    std::int64_t eventCount() const;
    UserRow user(UserIndex index) const;
    std::optional<UserIndex> find(std::string_view id) const;
    /// Users whose id contains `text` (bytewise, case-insensitive for ASCII).
    UserPage search(std::string_view text, UserSort sort, std::int64_t offset, std::int64_t limit) const;
    /// Oldest first, stable on equal times.
    std::vector<Event> history(UserIndex index) const;
    Histories allHistories() const;

    std::vector<ScratchShopper> scratchShoppers() const;
    /// Inserts (id 0) or replaces; returns the id. A storage-writer call.
    std::int64_t saveScratchShopper(const ScratchShopper& shopper);
    void removeScratchShopper(std::int64_t id);

private:
    Database* database_;
};

} // namespace core
