#include "core/dataset/split.h"
#include "core/base/error.h"
#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <unordered_set>

namespace core {

namespace {
constexpr std::size_t minimumEvents = 3;
constexpr double defaultValidationShare = 0.8, defaultTestShare = 0.9;

/// How many of `events` are left without their last basket.
std::size_t withoutLastBasket(std::span<const Event> events) {
    std::size_t count = events.size();
    while (count > 0 && events[count - 1].time == events.back().time) --count;
    return count;
}

/// Ends of the training part and of the validation part; nothing where there are fewer than three baskets.
struct Baskets {
    std::size_t trainingEnd = 0, validationEnd = 0;
};
std::optional<Baskets> basketsOf(std::span<const Event> events) {
    if (events.empty()) return {};
    const auto validationEnd = withoutLastBasket(events);
    if (validationEnd == 0) return {};
    const auto trainingEnd = withoutLastBasket(events.first(validationEnd));
    if (trainingEnd == 0) return {};
    return Baskets{trainingEnd, validationEnd};
}

std::size_t eventsBefore(std::span<const Event> events, std::int64_t time) {
    const auto end =
        std::partition_point(events.begin(), events.end(), [time](const Event& event) { return event.time < time; });
    return static_cast<std::size_t>(end - events.begin());
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(ErrorKind::invalidInput, fmt::format("hold out \"{}\": {}", text, why));
}

template <class Number>
std::optional<Number> numberIn(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

std::optional<std::int64_t> dateIn(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
    const auto year = numberIn<int>(text.substr(0, 4));
    const auto month = numberIn<unsigned>(text.substr(5, 2)), day = numberIn<unsigned>(text.substr(8, 2));
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                           std::chrono::day(*day)};
    if (!date.ok()) return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::sys_days(date).time_since_epoch())
        .count();
}

/// The time of the event that `share` of all events come before.
std::int64_t timeAtShare(const Histories& histories, double share) {
    std::vector<std::int64_t> times;
    times.reserve(histories.events.size());
    for (const auto& event : histories.events) times.push_back(event.time);
    if (times.empty()) return 0;
    const auto place = std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())));
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(place), times.end());
    return times[place];
}

/// A share, a date, or milliseconds.
std::int64_t cutIn(std::string_view word, std::string_view text, const Histories& histories) {
    if (const auto date = dateIn(word)) return *date;
    if (const auto whole = numberIn<std::int64_t>(word); whole && *whole > 1) return *whole;
    if (const auto share = numberIn<double>(word); share && *share > 0 && *share < 1)
        return timeAtShare(histories, *share);
    refuse(text, fmt::format("\"{}\" is neither a share between 0 and 1 nor a date like 2014-03-01", word));
}
} // namespace

std::span<const Event> HeldOut::training(UserIndex user) const {
    const auto all = histories_.of(user);
    const auto& holdOut = histories_.holdOut;
    if (holdOut.rule == HoldOut::Rule::globalTime) return all.first(eventsBefore(all, holdOut.validationFrom));
    if (holdOut.rule == HoldOut::Rule::lastBasket) {
        const auto baskets = basketsOf(all);
        return baskets ? all.first(baskets->trainingEnd) : all;
    }
    return all.size() < minimumEvents ? all : all.first(all.size() - 2);
}

void HeldOut::addBasket(std::vector<Example>& examples, UserIndex user, Split split) const {
    const auto all = histories_.of(user);
    const auto baskets = basketsOf(all);
    if (!baskets) return;
    const bool isTest = split == Split::test;
    const auto from = isTest ? baskets->validationEnd : baskets->trainingEnd;
    const auto to = isTest ? all.size() : baskets->validationEnd;
    for (auto place = from; place < to; ++place) examples.push_back({user, all.first(from), all[place]});
}

std::vector<Example> HeldOut::examples(Split split) const {
    std::vector<Example> examples;
    const auto& holdOut = histories_.holdOut;
    const std::size_t fromEnd = split == Split::test ? 1 : 2;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(histories_.userCount()); ++user) {
        const auto all = histories_.of({user});
        if (holdOut.rule == HoldOut::Rule::lastBasket) {
            addBasket(examples, {user}, split);
        } else if (holdOut.rule == HoldOut::Rule::globalTime) {
            const auto from = eventsBefore(all, split == Split::test ? holdOut.testFrom : holdOut.validationFrom);
            const auto to = split == Split::test ? all.size() : eventsBefore(all, holdOut.testFrom);
            if (from > 0 && from < to) examples.push_back({{user}, all.first(from), all[from]});
        } else if (all.size() >= minimumEvents) {
            examples.push_back({{user}, all.first(all.size() - fromEnd), all[all.size() - fromEnd]});
        }
    }
    return examples;
}

bool repeatsOccur(const HeldOut& split, const Histories& histories) {
    std::unordered_set<ItemIndex> seen;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(histories.userCount()); ++user) {
        seen.clear();
        for (const auto& event : split.training({user}))
            if (!seen.insert(event.item).second) return true;
    }
    return false;
}

HoldOut parseHoldOut(std::string_view text, const Histories& histories, bool hasTimes) {
    if (text == "leave-one-out") return {};
    const std::string_view word = text.substr(0, text.find(':'));
    if (text != "last-basket" && word != "global-time")
        refuse(text, "it is none of leave-one-out, last-basket, global-time and global-time:FROM,FROM");
    if (!hasTimes) refuse(text, "the events of this workspace have no times, only an order");
    if (text == "last-basket") return {HoldOut::Rule::lastBasket, 0, 0};
    HoldOut rule{HoldOut::Rule::globalTime, 0, 0};
    if (text == word) {
        rule.validationFrom = timeAtShare(histories, defaultValidationShare);
        rule.testFrom = timeAtShare(histories, defaultTestShare);
    } else {
        const auto cuts = text.substr(word.size() + 1);
        const auto comma = cuts.find(',');
        if (comma == std::string_view::npos) refuse(text, "two times are needed: of validation and of test");
        rule.validationFrom = cutIn(cuts.substr(0, comma), text, histories);
        rule.testFrom = cutIn(cuts.substr(comma + 1), text, histories);
    }
    if (rule.validationFrom >= rule.testFrom) refuse(text, "validation must begin before test");
    return rule;
}

std::string holdOutText(const HoldOut& rule) {
    if (rule.rule == HoldOut::Rule::lastBasket) return "last-basket";
    if (rule.rule == HoldOut::Rule::globalTime)
        return fmt::format("global-time:{},{}", rule.validationFrom, rule.testFrom);
    return "leave-one-out";
}

} // namespace core
