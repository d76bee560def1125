#include "app/cli/listing.h"
#include "app/cli/arguments.h"
#include "app/cli/progress_line.h"
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace app {

void ListingOptions::addTo(CLI::App& command, const std::string& searchHelp) {
    addWorkspace(command, workspace);
    command.add_option("--search", search, searchHelp)->option_text("TEXT");
    command.add_option("--limit", limit, fmt::format("at most so many rows [{}; with --json all]", rowsForPeople))
        ->option_text("N")
        ->check(atLeast(0));
    addJson(command);
}

std::int64_t ListingOptions::rowsWanted(bool isForPrograms) const {
    return limit.value_or(isForPrograms ? std::numeric_limits<std::int64_t>::max() : rowsForPeople);
}

void readPages(std::int64_t wanted, const std::function<std::int64_t(std::int64_t, std::int64_t)>& readPage) {
    std::int64_t offset = 0;
    while (true) {
        const auto asked = std::min(wanted - offset, ListingOptions::pageRows);
        const auto got = readPage(offset, asked);
        offset += got;
        if (got < asked || offset >= wanted) return;
    }
}

std::string shownOf(std::int64_t shown, std::int64_t total, const std::string& plural) {
    if (shown == total) return fmt::format("{} {}\n", grouped(total), plural);
    return fmt::format("{} of {} {}; --limit {} shows all\n", grouped(shown), grouped(total), plural, total);
}

} // namespace app
