#include "core/importers/time_column.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const std::string text = fuzz::textOf(bytes, count);
    const auto value = core::parseTime(text);
    // Dates lie between the years 0 and 9999, whatever the offset.
    if (value && value->isDate) fuzz::require(value->value > -70'000'000'000'000 && value->value < 260'000'000'000'000);
    core::TimeColumn column;
    std::int64_t time = 0;
    const bool isTaken = column.add(text, time).empty();
    fuzz::require(!isTaken || value.has_value());
    return 0;
}
