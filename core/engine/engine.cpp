#include "core/engine/engine.h"
#include "core/base/hash.h"
#include "core/engine/jobs.h"
#include "core/engine/search.h"

namespace core {

Engine::~Engine() = default;
ProductSearch::~ProductSearch() = default;
Jobs::~Jobs() = default;

std::string Eligibility::hash() const {
    Hasher hasher;
    hasher.add(static_cast<std::int64_t>(historyItems));
    for (const auto item : excludedItems) hasher.add(std::int64_t{item.value});
    hasher.add("categories");
    for (const auto& category : excludedCategories) hasher.add(category);
    return hasher.hex();
}

std::string RecommendRequest::historyHash() const {
    Hasher hasher;
    hasher.add(std::int64_t{historyHasTimes});
    for (const auto& event : history) hasher.add(std::int64_t{event.item.value}).add(historyHasTimes ? event.time : 0);
    return hasher.hex();
}

} // namespace core
