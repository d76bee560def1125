#pragma once
#include "core/base/hash.h"
#include <filesystem>
#include <stop_token>

namespace core {

/// Adds the bytes of a file, without their count, in blocks. False, with nothing added, where it cannot be opened.
/// Throws Error(cancelled) between blocks.
[[nodiscard]] bool addFile(Hasher& hasher, const std::filesystem::path& file, const std::stop_token& stop = {});

} // namespace core
