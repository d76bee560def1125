#include "core/evaluation/slices.h"
#include "core/base/error.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <numeric>

namespace core {

namespace {
constexpr std::int64_t coldEvents = 5;
constexpr double headShare = 0.5, middleShare = 0.8; ///< of the training events, most bought products first
constexpr std::size_t categoriesShown = 12;

struct Source {
    const Dataset& dataset;
    std::span<const Example> examples;
    std::span<const std::int64_t> counts;
};

/// Sorts examples into named bins: `binOf` gives the number of an example's name.
std::vector<Slice> binned(const std::string& group, const std::vector<std::string>& names,
                          std::span<const Example> examples, const std::function<std::size_t(const Example&)>& binOf) {
    std::vector<Slice> slices;
    for (const auto& name : names) slices.push_back({group, name, {}});
    for (std::size_t i = 0; i < examples.size(); ++i)
        slices[binOf(examples[i])].examples.push_back(static_cast<std::uint32_t>(i));
    std::erase_if(slices, [](const Slice& slice) { return slice.examples.empty(); });
    return slices;
}

std::vector<Slice> byCold(const Source& source) {
    return binned("cold", {"never bought in training", "bought 1 to 5 times", "bought more often"}, source.examples,
                  [&](const Example& example) -> std::size_t {
                      const auto count = source.counts[example.target.item.slot()];
                      return count == 0 ? 0 : count <= coldEvents ? 1 : 2;
                  });
}

std::vector<Slice> byTextTwin(const Source& source) {
    const auto groups = textTwinGroups(source.dataset.items);
    std::vector<int> sizes(groups.size(), 0);
    for (const auto group : groups) ++sizes[static_cast<std::size_t>(group)];
    return binned("text-twin", {"another product has its text", "its text is its own"}, source.examples,
                  [&](const Example& example) -> std::size_t {
                      return sizes[static_cast<std::size_t>(groups[example.target.item.slot()])] > 1 ? 0 : 1;
                  });
}

std::vector<Slice> byPopularity(const Source& source) {
    std::vector<std::size_t> order(source.counts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return source.counts[a] > source.counts[b]; });
    const double all =
        static_cast<double>(std::accumulate(source.counts.begin(), source.counts.end(), std::int64_t{0}));
    std::vector<std::size_t> binOfItem(order.size(), 2);
    double before = 0;
    for (const auto item : order) {
        binOfItem[item] = before < headShare * all ? 0 : before < middleShare * all ? 1 : 2;
        before += static_cast<double>(source.counts[item]);
    }
    return binned("popularity", {"head (half of all events)", "middle (next 30 %)", "tail"}, source.examples,
                  [&](const Example& example) { return binOfItem[example.target.item.slot()]; });
}

std::vector<Slice> byHistory(const Source& source) {
    return binned("history", {"1 to 4 events", "5 to 9 events", "10 to 19 events", "20 events and more"},
                  source.examples, [](const Example& example) -> std::size_t {
                      const auto events = example.input.size();
                      return events < 5 ? 0 : events < 10 ? 1 : events < 20 ? 2 : 3;
                  });
}

std::vector<Slice> byCategory(const Source& source) {
    const auto firstLevel = [&](const Example& example) {
        const auto& category = source.dataset.items[example.target.item.slot()].category;
        const auto end = std::min(category.find('>'), category.size());
        const auto last = category.find_last_not_of(' ', end == 0 ? 0 : end - 1);
        return last == std::string::npos || end == 0 ? std::string("no category") : category.substr(0, last + 1);
    };
    std::map<std::string, std::size_t> sizes;
    for (const auto& example : source.examples) ++sizes[firstLevel(example)];
    std::vector<std::pair<std::string, std::size_t>> largest(sizes.begin(), sizes.end());
    std::stable_sort(largest.begin(), largest.end(), [](auto& a, auto& b) { return a.second > b.second; });
    largest.resize(std::min(largest.size(), categoriesShown));
    std::vector<std::string> names;
    for (const auto& [name, size] : largest) names.push_back(name);
    names.emplace_back("other categories");
    return binned("category", names, source.examples, [&](const Example& example) {
        const auto found = std::find(names.begin(), names.end() - 1, firstLevel(example));
        return static_cast<std::size_t>(found - names.begin());
    });
}

std::vector<Slice> byPrice(const Source& source) {
    std::vector<double> prices;
    for (const auto& item : source.dataset.items)
        if (item.price) prices.push_back(*item.price);
    if (prices.empty()) return {};
    std::sort(prices.begin(), prices.end());
    const std::array cuts{prices[prices.size() / 4], prices[prices.size() / 2], prices[prices.size() * 3 / 4]};
    return binned("price",
                  {fmt::format("below {:.2f}", cuts[0]), fmt::format("{:.2f} to {:.2f}", cuts[0], cuts[1]),
                   fmt::format("{:.2f} to {:.2f}", cuts[1], cuts[2]), fmt::format("{:.2f} and more", cuts[2]),
                   "no price"},
                  source.examples, [&](const Example& example) -> std::size_t {
                      const auto& price = source.dataset.items[example.target.item.slot()].price;
                      if (!price) return 4;
                      return static_cast<std::size_t>(
                          std::count_if(cuts.begin(), cuts.end(), [&](double cut) { return *price >= cut; }));
                  });
}

constexpr std::array<std::string_view, 6> groupNames{"cold", "text-twin", "popularity", "history", "category", "price"};
constexpr std::array<std::vector<Slice> (*)(const Source&), 6> groupMakers{byCold,    byTextTwin, byPopularity,
                                                                           byHistory, byCategory, byPrice};
} // namespace

std::span<const std::string_view> sliceGroupNames() { return groupNames; }

std::vector<Slice> slicesOf(std::string_view group, const Dataset& dataset, std::span<const Example> examples,
                            std::span<const std::int64_t> trainingCounts) {
    for (std::size_t i = 0; i < groupNames.size(); ++i)
        if (groupNames[i] == group) return groupMakers[i]({dataset, examples, trainingCounts});
    throw Error(ErrorKind::invalidInput, fmt::format("evaluate: there are no slices by \"{}\"; there are {}", group,
                                                     fmt::join(groupNames, ", ")));
}

} // namespace core
