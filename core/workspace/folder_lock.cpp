#include "core/workspace/folder_lock.h"
#include "core/workspace/layout.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace core {

namespace {

std::string holderOf(int file) {
    char text[32] = {};
    const ssize_t length = pread(file, text, sizeof text - 1, 0);
    return length > 0 ? fmt::format(" (process {})", std::string_view(text, static_cast<std::size_t>(length)))
                      : std::string();
}

void writeHolder(int file) {
    // For the message of the other program only; the lock does not depend on it.
    const std::string process = std::to_string(getpid());
    if (ftruncate(file, 0) == 0) static_cast<void>(pwrite(file, process.data(), process.size(), 0) < 0);
}

} // namespace

FolderLock::~FolderLock() {
    if (file_ >= 0) close(file_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

FolderLock FolderLock::tryLock(const std::filesystem::path& folder, std::string& reason) {
    return tryLockFile(folder / layout::lock, reason);
}

FolderLock FolderLock::tryLockFile(const std::filesystem::path& file, std::string& reason) {
    FolderLock lock;
    lock.file_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock.file_ < 0) {
        reason = fmt::format("it cannot be written: {}", std::strerror(errno));
        return {};
    }
    if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
        reason = errno == EWOULDBLOCK ? "it is open in another window or program" + holderOf(lock.file_)
                                      : fmt::format("it cannot be locked: {}", std::strerror(errno));
        return {};
    }
    writeHolder(lock.file_);
    return lock;
}

} // namespace core
