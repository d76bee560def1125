#pragma once
#include "core/importers/time_value.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// What is learnt of the times of an import while they are read.
class TimeColumn {
public:
    /// Why a time cannot be used, or empty.
    std::string add(std::string_view text, std::int64_t& value);

    bool isEmpty() const { return !isDate_; }
    bool isDate() const { return isDate_ && *isDate_; }
    TimeUnit unit() const { return unitOfNumbers(largest_); }
    /// Numbers as 20210304, which are seconds of August 1970 by the rule.
    bool looksLikeDays() const { return !isEmpty() && !isDate() && looksLikeDays_; }
    std::int64_t likeSeconds() const { return likeSeconds_; }

private:
    std::optional<bool> isDate_; ///< by the first row
    std::int64_t largest_ = 0, likeSeconds_ = 0;
    bool looksLikeDays_ = true;
};

} // namespace core
