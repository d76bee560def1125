#include "core/workspace/build_folder.h"
#include "core/base/error.h"
#include "core/workspace/durable_files.h"
#include "core/workspace/layout.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <random>
#include <system_error>

namespace core {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& target, std::string_view why) {
    throw Error(ErrorKind::unavailable, fmt::format("make workspace {}: {}", target.string(), why));
}

/// What a program may delete with a workspace; anything else in the folder is the user's.
bool isPartOfWorkspace(const std::string& name) {
    constexpr std::array<std::string_view, 5> whole{"cache", layout::lock, layout::models, layout::pictures,
                                                    layout::importReport};
    constexpr std::array<std::string_view, 3> starts{layout::database, "cache.sqlite", "truth"};
    return std::find(whole.begin(), whole.end(), name) != whole.end() ||
           std::any_of(starts.begin(), starts.end(), [&](auto start) { return name.starts_with(start); });
}

FolderLock lockTarget(const fs::path& target, IfExists ifExists) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(target, error))) return {};
    if (!fs::is_directory(target, error)) refuse(target, "there is a file of that name");
    if (fs::is_empty(target, error)) return {};
    if (!isWorkspace(target)) refuse(target, "the folder is not empty and is no workspace");
    if (ifExists == IfExists::refuse)
        refuse(target, "there is a workspace already; replace it (--replace), or choose another folder");
    for (const auto& entry : fs::directory_iterator(target, error))
        if (const std::string name = entry.path().filename().string(); !isPartOfWorkspace(name))
            refuse(target, fmt::format("the workspace there also holds {}, which would be lost; move it away", name));
    std::string reason;
    FolderLock lock = FolderLock::tryLock(target, reason);
    if (!lock.isHeld()) refuse(target, reason);
    for (const auto& entry : fs::directory_iterator(target / layout::models, error))
        if (entry.path().extension() == layout::trainingLockEnd &&
            !FolderLock::tryLockFile(entry.path(), reason).isHeld())
            refuse(target, fmt::format("a model is being trained there ({}); wait for it, or stop it",
                                       entry.path().stem().string().substr(1)));
    return lock;
}

std::string prefixOf(const fs::path& target) { return fmt::format(".{}.building-", target.filename().string()); }

void removeLeftovers(const fs::path& target) {
    std::error_code error;
    std::vector<fs::path> leftovers;
    for (const auto& entry : fs::directory_iterator(target.parent_path(), error))
        if (entry.path().filename().string().starts_with(prefixOf(target))) leftovers.push_back(entry.path());
    for (const auto& leftover : leftovers) {
        std::string reason;
        const bool hasLockFile = fs::exists(leftover / layout::lock, error);
        // Without a lock file it may be one that another program is just making.
        if (hasLockFile && FolderLock::tryLock(leftover, reason).isHeld()) fs::remove_all(leftover, error);
    }
}

fs::path makeBuildFolder(const fs::path& target) {
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    std::random_device random;
    fs::path path = target.parent_path() / fmt::format("{}{:08x}", prefixOf(target), random());
    if (error || !fs::create_directory(path, error))
        refuse(target, fmt::format("its parent folder cannot be written: {}", error.message()));
    return path;
}

} // namespace

BuildFolder::BuildFolder(const fs::path& target, IfExists ifExists) {
    std::error_code error;
    target_ = fs::weakly_canonical(fs::absolute(target), error);
    if (error) refuse(target, error.message());
    if (target_.filename().empty()) target_ = target_.parent_path();
    targetLock_ = lockTarget(target_, ifExists);
    removeLeftovers(target_);
    path_ = makeBuildFolder(target_);
    std::string reason;
    buildLock_ = FolderLock::tryLock(path_, reason);
    if (!buildLock_.isHeld()) refuse(target, reason);
}

BuildFolder::~BuildFolder() {
    std::error_code ignored;
    if (!isInPlace_) fs::remove_all(path_, ignored);
}

void BuildFolder::putInPlace() {
    syncFileSystem(path_);
    core::putInPlace(path_, target_, replaces());
    isInPlace_ = true;
    std::error_code ignored; // what cannot be removed now is a leftover for the next time
    if (replaces()) fs::remove_all(path_, ignored);
}

} // namespace core
