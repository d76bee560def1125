#pragma once
#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace app {

/// What `users` and `items` share: a search, and a limit that never cuts silently.
struct ListingOptions {
    std::string workspace, search;
    std::optional<std::int64_t> limit; ///< nothing: all rows in JSON, the first `rowsForPeople` in a table

    static constexpr std::int64_t rowsForPeople = 50;
    static constexpr std::int64_t pageRows = 10'000;
    void addTo(CLI::App& command, const std::string& searchHelp);
    std::int64_t rowsWanted(bool isForPrograms) const;
};

/// Asks for page after page: `readPage(offset, limit)` returns how many rows it had. Stops at `wanted` rows or a short
/// page.
void readPages(std::int64_t wanted, const std::function<std::int64_t(std::int64_t, std::int64_t)>& readPage);

/// "50 of 5,000 shoppers; --limit 5000 shows all"
std::string shownOf(std::int64_t shown, std::int64_t total, const std::string& plural);

} // namespace app
