#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace core {

/// Which events of a source are taken, as papers do it, in this order: by time, repeats, then the k-core.
struct EventFilter {
    std::optional<std::int64_t> since, until; ///< milliseconds since 1970; both ends are taken
    bool firstOfRepeats = false;              ///< of several events of a shopper with one product only the earliest
    /// Shoppers and products with fewer events are taken out until every shopper and every product that is left has as
    /// many; products without events go too. 0: off.
    std::int64_t kCore = 0;

    bool isOn() const { return since || until || firstOfRepeats || kCore > 0; }
};

struct FilterOutcome {
    std::int64_t eventsBefore = 0, eventsAfter = 0, usersBefore = 0, usersAfter = 0, itemsBefore = 0, itemsAfter = 0;
    /// New positions by old ones; -1: taken out. Empty: nobody was.
    std::vector<std::int32_t> newUsers, newItems;
};

} // namespace core
