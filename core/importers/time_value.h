#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace core {

/// A timestamp as written: a whole number whose unit only the whole file tells, or a date.
struct TimeValue {
    bool isDate = false;
    std::int64_t value = 0; ///< the number; for a date milliseconds since 1970 UTC
};

/// Whole numbers ("978300760", "978300760.0") and ISO 8601 dates: 2021-03-04 (or 2021/03/04), with a time T or space
/// 05:06[:07[.89]], with Z or an offset +01:00, +0100, +01; UTC where there is none. Nothing where it is neither, or no
/// day of the calendar.
std::optional<TimeValue> parseTime(std::string_view text);

/// What the numbers of one file mean, from the largest of them without its sign.
enum class TimeUnit {
    order,        ///< below 10^6: nothing but an order
    seconds,      ///< below 10^11, that is until the year 5138
    milliseconds, ///< below 10^14; the smallest is a day of 1973
};
inline constexpr std::int64_t timeLimit = 100'000'000'000'000;
TimeUnit unitOfNumbers(std::int64_t largest);

} // namespace core
