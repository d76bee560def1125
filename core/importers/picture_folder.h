#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// What an `image` of the items file stands for.
struct PictureReference {
    enum class State { found, missing, leavesFolder } state = State::missing;
    std::string why;      ///< where it was not found
    std::string path;     ///< relative to the folder, without "." and ".."
    std::string identity; ///< hash of the bytes
};

/// The folder that pictures are relative to. Nothing outside it is ever read, by "..", absolute paths or links.
class PictureFolder {
public:
    /// Throws Error(notFound).
    explicit PictureFolder(const std::filesystem::path& folder);

    const std::filesystem::path& path() const { return root_; } ///< absolute, links resolved
    PictureReference resolve(std::string_view image) const;
    /// Copies what resolve() found to the same relative path under `folder`. Throws Error(unavailable).
    void copy(const PictureReference& picture, const std::filesystem::path& folder) const;

private:
    std::filesystem::path root_;
};

} // namespace core
