#pragma once
#include "core/base/hash.h"
#include <filesystem>

namespace core {

/// Adds the bytes of a file, without their count, in blocks. False, with nothing added, where it cannot be opened.
[[nodiscard]] bool addFile(Hasher& hasher, const std::filesystem::path& file);

} // namespace core
