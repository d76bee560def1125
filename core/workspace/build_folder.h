#pragma once
#include "core/workspace/folder_lock.h"
#include "core/workspace/workspace_builder.h"
#include <filesystem>

namespace core {

/// The hidden folder in which a workspace is made, and its way to the place of the target. Removes itself unless it was
/// put in place. What a killed program left beside the same target is removed first.
class BuildFolder {
public:
    /// Throws Error(unavailable) where the target may not be made; see WorkspaceBuilder.
    BuildFolder(const std::filesystem::path& target, IfExists ifExists);
    ~BuildFolder();
    BuildFolder(const BuildFolder&) = delete;
    BuildFolder& operator=(const BuildFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// Where the workspace will be: absolute, links resolved.
    const std::filesystem::path& target() const { return target_; }
    bool replaces() const { return targetLock_.isHeld(); }
    /// Everything in the folder is on the disk and at the target when this returns. What was there before is removed.
    void putInPlace();

private:
    std::filesystem::path target_, path_;
    FolderLock targetLock_; ///< of the workspace that is replaced
    FolderLock buildLock_;  ///< tells a build that is running from one that was killed
    bool isInPlace_ = false;
};

} // namespace core
