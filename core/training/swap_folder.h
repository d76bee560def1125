#pragma once
#include <filesystem>
#include <functional>
#include <string>

namespace core {

/// Lets `write` fill a hidden folder beside `folder`, then puts it in the place of what was there: complete or not at
/// all. Throws Error(unavailable) where the disk refuses, and what `write` throws.
void swapFolder(const std::filesystem::path& folder, const std::function<void(const std::filesystem::path&)>& write);
/// Throws Error(unavailable).
void writeTextFile(const std::filesystem::path& file, const std::string& text);

} // namespace core
