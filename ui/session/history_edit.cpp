#include "ui/session/history_edit.h"
#include <algorithm>

namespace ui {

namespace {
std::int64_t timeAt(const History& history, std::size_t place) {
    if (history.empty()) return 0;
    return place > 0 ? history[place - 1].time : history.front().time;
}
} // namespace

History withItems(History history, const std::vector<core::ItemIndex>& items, int place) {
    auto at = place < 0 ? history.size() : std::min(static_cast<std::size_t>(place), history.size());
    for (const auto item : items) {
        const auto time = timeAt(history, at);
        history.insert(history.begin() + static_cast<std::ptrdiff_t>(at), core::Event{item, time});
        ++at;
    }
    return history;
}

History withoutPlaces(const History& history, const std::vector<int>& places) {
    History left;
    for (int place = 0; place < static_cast<int>(history.size()); ++place)
        if (std::find(places.begin(), places.end(), place) == places.end())
            left.push_back(history[static_cast<std::size_t>(place)]);
    return left;
}

History withMoved(History history, int from, int to) {
    const int size = static_cast<int>(history.size());
    if (from < 0 || from >= size || to < 0 || to >= size || from == to) return history;
    core::Event moved = history[static_cast<std::size_t>(from)];
    history.erase(history.begin() + from);
    moved.time = timeAt(history, static_cast<std::size_t>(to));
    history.insert(history.begin() + to, moved);
    return history;
}

bool isSameHistory(const History& one, const History& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const core::Event& a, const core::Event& b) { return a.item == b.item && a.time == b.time; });
}

} // namespace ui
