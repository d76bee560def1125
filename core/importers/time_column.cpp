#include "core/importers/time_column.h"
#include "core/importers/import_report.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

/// 03/04/2021, 3.4.21: the third of April to some, the fourth of March to others.
bool hasTwoReadings(std::string_view text) {
    int digits = 0, separators = 0;
    for (const char c : text.substr(0, 10)) {
        if (c >= '0' && c <= '9')
            ++digits;
        else if (c == '/' || c == '.' || c == '-')
            ++separators;
        else
            break;
    }
    const auto first = text.find_first_of("/.-");
    return separators == 2 && digits >= 4 && (first == 1 || first == 2);
}

} // namespace

std::string TimeColumn::add(std::string_view text, std::int64_t& value) {
    const auto time = parseTime(text);
    if (!time && hasTwoReadings(text))
        return fmt::format("{} is a date that can be read in two ways; write YYYY-MM-DD", inQuotes(text));
    if (!time) return fmt::format("{} is not a date", inQuotes(text));
    if (isDate_ && *isDate_ != time->isDate)
        return fmt::format("{} is a {}, but the rows before hold {}", inQuotes(text), time->isDate ? "date" : "number",
                           *isDate_ ? "dates" : "numbers");
    value = time->value;
    if (time->isDate) {
        isDate_ = true;
        return {};
    }
    const std::int64_t magnitude = value < 0 ? -std::max(value, -timeLimit) : value;
    if (magnitude >= timeLimit) return fmt::format("{} is neither seconds nor milliseconds since 1970", inQuotes(text));
    isDate_ = false;
    largest_ = std::max(largest_, magnitude);
    looksLikeDays_ = looksLikeDays_ && value >= 19'000'101 && value <= 21'001'231 && value % 100 <= 31;
    likeSeconds_ += magnitude >= 100'000'000 && unitOfNumbers(magnitude) == TimeUnit::seconds;
    return {};
}

} // namespace core
