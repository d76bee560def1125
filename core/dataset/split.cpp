#include "core/dataset/split.h"
#include <unordered_set>

namespace core {

namespace {
constexpr std::size_t minimumEvents = 3;
}

std::span<const Event> LeaveOneOut::training(UserIndex user) const {
    const auto all = histories_.of(user);
    return all.size() < minimumEvents ? all : all.first(all.size() - 2);
}

std::vector<Example> LeaveOneOut::examples(Split split) const {
    std::vector<Example> examples;
    const std::size_t fromEnd = split == Split::test ? 1 : 2;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(histories_.userCount()); ++user) {
        const auto all = histories_.of({user});
        if (all.size() < minimumEvents) continue;
        examples.push_back({{user}, all.first(all.size() - fromEnd), all[all.size() - fromEnd]});
    }
    return examples;
}

bool repeatsOccur(const LeaveOneOut& split, const Histories& histories) {
    std::unordered_set<ItemIndex> seen;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(histories.userCount()); ++user) {
        seen.clear();
        for (const auto& event : split.training({user}))
            if (!seen.insert(event.item).second) return true;
    }
    return false;
}

} // namespace core
