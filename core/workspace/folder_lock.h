#pragma once
#include <filesystem>
#include <string>

namespace core {

/// The right to write a workspace: an advisory lock on a file in it. Held by one object at a time on the whole machine,
/// within one process too; gone with the object or with the process, however that ends.
class FolderLock {
public:
    FolderLock() = default;
    ~FolderLock();
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;

    /// Nothing is held where it fails; `reason` then says why: "it is open in another window or program (process 123)".
    static FolderLock tryLock(const std::filesystem::path& folder, std::string& reason);
    /// The same for a file that stands for something smaller than a workspace; it is made where it is not there.
    static FolderLock tryLockFile(const std::filesystem::path& file, std::string& reason);
    bool isHeld() const { return file_ >= 0; }

private:
    int file_ = -1;
};

} // namespace core
