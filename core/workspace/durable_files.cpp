#include "core/workspace/durable_files.h"
#include "core/base/error.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <system_error>
#include <unistd.h>

namespace core {

namespace {

[[noreturn]] void failWith(std::string_view what, const std::filesystem::path& path, int error) {
    throw Error(ErrorKind::unavailable, fmt::format("{} {}: {}", what, path.string(), std::strerror(error)));
}

template <class Sync>
void withOpen(const std::filesystem::path& path, Sync sync) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) failWith("write", path, errno);
    const int error = sync(file) == 0 ? 0 : errno;
    close(file);
    // Some file systems cannot sync a folder; then there is nothing more to be done.
    if (error != 0 && error != EINVAL) failWith("write", path, error);
}

} // namespace

void syncPath(const std::filesystem::path& path) { withOpen(path, fsync); }

void syncFileSystem(const std::filesystem::path& folder) { withOpen(folder, syncfs); }

void putInPlace(const std::filesystem::path& made, const std::filesystem::path& target, bool exchange) {
    if (!exchange) {
        if (rename(made.c_str(), target.c_str()) != 0) failWith("put in place", target, errno);
    } else if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0) {
        if (errno != EINVAL && errno != ENOSYS) failWith("put in place", target, errno);
        // A file system without exchange: two renames. Killed in between, the old folder is beside its place, whole.
        const std::filesystem::path old = made.string() + ".old";
        if (rename(target.c_str(), old.c_str()) != 0) failWith("put in place", target, errno);
        if (rename(made.c_str(), target.c_str()) != 0) {
            const int error = errno;
            static_cast<void>(rename(old.c_str(), target.c_str()));
            failWith("put in place", target, error);
        }
        if (rename(old.c_str(), made.c_str()) != 0) failWith("put aside", old, errno);
    }
    syncPath(target.parent_path());
}

void linkTree(const std::filesystem::path& from, const std::filesystem::path& to) {
    namespace fs = std::filesystem;
    try {
        fs::create_directories(to);
        for (const auto& entry : fs::recursive_directory_iterator(from)) {
            const fs::path target = to / fs::relative(entry.path(), from);
            std::error_code cannotLink;
            if (entry.is_symlink()) {
                fs::copy_symlink(entry.path(), target);
            } else if (entry.is_directory()) {
                fs::create_directories(target);
            } else if (fs::create_hard_link(entry.path(), target, cannotLink); cannotLink) {
                fs::copy_file(entry.path(), target);
            }
        }
    } catch (const fs::filesystem_error& failure) {
        throw Error(ErrorKind::unavailable, fmt::format("copy {}: {}", from.string(), failure.code().message()));
    }
}

} // namespace core
