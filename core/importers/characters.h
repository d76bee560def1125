#pragma once

namespace core {

/// Of ASCII, whatever the locale.
inline bool isDigit(char c) { return c >= '0' && c <= '9'; }

} // namespace core
