#include "core/importers/time_value.h"
#include "core/importers/characters.h"
#include <charconv>
#include <chrono>

namespace core {

namespace {

/// Takes text from the front; every take says whether it was there.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool digits(int count, int& number) {
        if (text_.size() < static_cast<std::size_t>(count)) return false;
        number = 0;
        for (int i = 0; i < count; ++i) {
            if (!isDigit(text_[static_cast<std::size_t>(i)])) return false;
            number = number * 10 + (text_[static_cast<std::size_t>(i)] - '0');
        }
        text_.remove_prefix(static_cast<std::size_t>(count));
        return true;
    }
    bool anyOf(std::string_view characters, char* taken = nullptr) {
        if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) return false;
        if (taken) *taken = text_.front();
        text_.remove_prefix(1);
        return true;
    }
    /// Digits behind the point, as milliseconds; finer ones are dropped.
    bool fraction(int& milliseconds) {
        int unit = 100;
        bool isThere = false;
        for (; !text_.empty() && isDigit(text_.front()); text_.remove_prefix(1), unit /= 10, isThere = true)
            milliseconds += (text_.front() - '0') * unit;
        return isThere;
    }
    bool isAtEnd() const { return text_.empty(); }

private:
    std::string_view text_;
};

bool parseClock(Scanner& scan, std::int64_t& milliseconds) {
    int hour = 0, minute = 0, second = 0, fraction = 0;
    if (!scan.digits(2, hour) || !scan.anyOf(":") || !scan.digits(2, minute)) return false;
    if (scan.anyOf(":")) {
        if (!scan.digits(2, second)) return false;
        if (scan.anyOf(".,") && !scan.fraction(fraction)) return false;
    }
    if (hour > 23 || minute > 59 || second > 60) return false; // 60: a leap second
    milliseconds = ((hour * 60 + minute) * 60 + second) * std::int64_t{1000} + fraction;
    return true;
}

bool parseOffset(Scanner& scan, std::int64_t& milliseconds) {
    char sign = '+';
    if (scan.anyOf("Zz") || scan.isAtEnd()) return true;
    int hour = 0, minute = 0;
    if (!scan.anyOf("+-", &sign) || !scan.digits(2, hour)) return false;
    const bool hasColon = scan.anyOf(":");
    if ((hasColon || !scan.isAtEnd()) && !scan.digits(2, minute)) return false;
    if (hour > 23 || minute > 59) return false;
    milliseconds = (sign == '-' ? -1 : 1) * (hour * 60 + minute) * std::int64_t{60'000};
    return true;
}

std::optional<TimeValue> parseDate(std::string_view text) {
    Scanner scan(text);
    int year = 0, month = 0, day = 0;
    char separator = '-';
    if (!scan.digits(4, year) || !scan.anyOf("-/", &separator) || !scan.digits(2, month) ||
        !scan.anyOf({&separator, 1}) || !scan.digits(2, day))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    std::int64_t clock = 0, offset = 0;
    if (scan.anyOf("Tt ") && (!parseClock(scan, clock) || !parseOffset(scan, offset))) return std::nullopt;
    if (!scan.isAtEnd()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return TimeValue{true, days * 86'400'000 + clock - offset};
}

} // namespace

std::optional<TimeValue> parseTime(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{}) {
        std::string_view rest(stop, static_cast<std::size_t>(end - stop));
        if (rest.starts_with('.') && rest.size() > 1 && rest.find_first_not_of('0', 1) == std::string_view::npos)
            rest = {};
        if (rest.empty()) return TimeValue{false, number};
    }
    return parseDate(text);
}

TimeUnit unitOfNumbers(std::int64_t largest) {
    if (largest < 1'000'000) return TimeUnit::order;
    return largest < 100'000'000'000 ? TimeUnit::seconds : TimeUnit::milliseconds;
}

} // namespace core
