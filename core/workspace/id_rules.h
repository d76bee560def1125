#pragma once
#include <string_view>

namespace core {

bool isValidUtf8(std::string_view text);

/// Why `id` cannot be an id ("is empty", "is not valid UTF-8", "holds a NUL character"), or nullptr.
const char* problemOfId(std::string_view id);

/// Throws Error(invalidInput), `what` in front, where there is a problem.
void requireId(std::string_view id, std::string_view what);

} // namespace core
