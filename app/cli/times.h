#pragma once
#include <cstdint>
#include <string>

namespace app {

/// Milliseconds since 1970 as "2024-05-01T09:30:00Z", with ".250" before the Z where they are not whole seconds.
std::string isoUtc(std::int64_t milliseconds);

} // namespace app
