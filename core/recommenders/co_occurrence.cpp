#include "core/recommenders/co_occurrence.h"
#include "core/base/progress.h"
#include "core/dataset/split.h"
#include "core/evaluation/rank_examples.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace core {

namespace {
constexpr double reversedShare = 0.5;
constexpr double popularityPower = 0.3;
/// Some tenths of a second's worth: the choice between two windows is made whenever the table is counted.
constexpr std::size_t usersToCompare = 20'000;

/// Where a product occurs: a user's training events and the place in them.
struct Occurrence {
    std::span<const Event> events;
    std::ptrdiff_t place;
};

std::vector<std::vector<Occurrence>> occurrencesByItem(const Dataset& dataset) {
    std::vector<std::vector<Occurrence>> byItem(dataset.itemCount());
    const LeaveOneOut split(dataset.histories);
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user) {
        const auto events = split.training({user});
        for (std::size_t place = 0; place < events.size(); ++place)
            byItem[events[place].item.slot()].push_back({events, static_cast<std::ptrdiff_t>(place)});
    }
    return byItem;
}

std::array<double, CoOccurrenceTable::pairDistance + 1> weightsByDistance() {
    std::array<double, CoOccurrenceTable::pairDistance + 1> weights{};
    for (std::size_t distance = 1; distance < weights.size(); ++distance)
        weights[distance] = 1.0 / std::sqrt(static_cast<double>(distance));
    return weights;
}
} // namespace

std::vector<std::int64_t> trainingCounts(const Dataset& dataset) {
    std::vector<std::int64_t> counts(dataset.itemCount(), 0);
    const LeaveOneOut split(dataset.histories);
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        for (const auto& event : split.training({user})) ++counts[event.item.slot()];
    return counts;
}

CoOccurrenceTable::CoOccurrenceTable(const Dataset& dataset, std::stop_token stop) {
    const auto counts = trainingCounts(dataset);
    const auto byItem = occurrencesByItem(dataset);
    const auto weights = weightsByDistance();
    std::vector<double> rowV(dataset.itemCount(), 0.0); // one dense row at a time; only what was touched is read back
    std::vector<std::int32_t> touched;
    for (std::size_t item = 0; item < byItem.size(); ++item) {
        if (item % 64 == 0) throwIfStopped(stop, "count products bought together");
        touched.clear();
        for (const auto& [events, place] : byItem[item]) {
            const auto last = std::min<std::ptrdiff_t>(place + pairDistance, std::ssize(events) - 1);
            for (auto other = std::max<std::ptrdiff_t>(place - pairDistance, 0); other <= last; ++other) {
                if (other == place) continue;
                const auto distance = static_cast<std::size_t>(std::abs(other - place));
                double& sum = rowV[events[static_cast<std::size_t>(other)].item.slot()];
                if (sum == 0.0) touched.push_back(events[static_cast<std::size_t>(other)].item.value);
                sum += other > place ? weights[distance] : reversedShare * weights[distance];
            }
        }
        std::sort(touched.begin(), touched.end());
        for (const auto other : touched) {
            double& sum = rowV[static_cast<std::size_t>(other)];
            const double counted = static_cast<double>(counts[item] * counts[static_cast<std::size_t>(other)]);
            entries_.push_back({other, static_cast<float>(sum / std::pow(counted, popularityPower))});
            sum = 0.0;
        }
        begin_.push_back(entries_.size());
    }
    window_ = betterWindow(dataset, stop);
}

int CoOccurrenceTable::betterWindow(const Dataset& dataset, const std::stop_token& stop) const {
    const HeldOut split(dataset.histories);
    const auto examples = evenlySpread(split.examples(Split::validation), usersToCompare);
    const bool excludesHistory = !repeatsOccur(split, dataset.histories);
    std::array<double, windows.size()> gains{};
    std::vector<float> scoresV(dataset.itemCount(), 0.0F);
    std::vector<std::int32_t> touched; // all others score nothing, and no target that does is among the first ten
    for (std::size_t place = 0; place < windows.size(); ++place)
        for (const auto& example : examples) {
            throwIfStopped(stop, "count products bought together");
            const auto wanted = static_cast<std::size_t>(windows[place]);
            const auto newest = example.input.last(std::min(example.input.size(), wanted));
            float recency = 1.0F;
            for (auto event = newest.rbegin(); event != newest.rend(); ++event, recency += 1.0F)
                for (const auto& entry : row(event->item)) {
                    float& score = scoresV[static_cast<std::size_t>(entry.item)];
                    if (score == 0.0F) touched.push_back(entry.item);
                    score += entry.weight / recency;
                }
            const auto target = scoresV[example.target.item.slot()];
            if (excludesHistory)
                for (const auto& event : example.input) scoresV[event.item.slot()] = 0.0F;
            const auto better = std::count_if(touched.begin(), touched.end(), [&](std::int32_t item) {
                return scoresV[static_cast<std::size_t>(item)] > target;
            });
            if (target > 0.0F && better < 10) gains[place] += 1.0 / std::log2(static_cast<double>(better) + 2.0);
            for (const auto item : touched) scoresV[static_cast<std::size_t>(item)] = 0.0F;
            touched.clear();
        }
    return gains.front() > gains.back() ? windows.front() : windows.back(); // where they are alike, the longer one
}

std::span<const CoOccurrenceTable::Entry> CoOccurrenceTable::row(ItemIndex a) const {
    return {entries_.data() + begin_[a.slot()], begin_[a.slot() + 1] - begin_[a.slot()]};
}

float CoOccurrenceTable::weight(ItemIndex a, ItemIndex b) const {
    for (const auto& entry : row(a))
        if (entry.item == b.value) return entry.weight;
    return 0.0F;
}

void CoOccurrenceTable::score(std::span<const Event> history, int window, std::span<float> scoresV) const {
    std::fill(scoresV.begin(), scoresV.end(), 0.0F);
    const auto newest = history.last(std::min(history.size(), static_cast<std::size_t>(window)));
    float recency = 1.0F;
    for (auto event = newest.rbegin(); event != newest.rend(); ++event, recency += 1.0F)
        for (const auto& entry : row(event->item))
            scoresV[static_cast<std::size_t>(entry.item)] += entry.weight / recency;
}

} // namespace core
