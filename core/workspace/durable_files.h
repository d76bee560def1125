#pragma once
#include <filesystem>

/// What POSIX needs for "all or nothing, and it stays". All throw core::Error(unavailable).
namespace core {

/// The bytes of a file, or the entries of a folder, are on the disk.
void syncPath(const std::filesystem::path& path);
/// All that was written to the file system of `folder` is on the disk.
void syncFileSystem(const std::filesystem::path& folder);

/// Puts the folder `made` in the place of `target` at once; both have the same parent. Where `target` does not exist or
/// is empty it is a plain rename. Else the two are exchanged, and `made` is what `target` was.
void putInPlace(const std::filesystem::path& made, const std::filesystem::path& target, bool exchange);

/// A copy of a folder that shares the bytes of its files where it can (hard links).
void linkTree(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace core
