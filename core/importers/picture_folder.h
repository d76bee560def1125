#pragma once
#include "core/importers/import_plan.h"
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace core {

/// What an `image` of the items file stands for.
struct PictureReference {
    enum class State {
        found,
        odd, ///< found, but no program will be able to show it: why
        missing,
        leavesFolder
    } state = State::missing;
    std::string why;      ///< where it is not simply there
    std::string path;     ///< relative to the folder, without "." and ".."
    std::string identity; ///< hash of the bytes
};

/// The place that pictures are relative to. Nothing outside it is ever read, by "..", absolute paths or links.
class PictureSupply {
public:
    virtual ~PictureSupply() = default;
    virtual PictureReference resolve(std::string_view image) const = 0;
    /// Copies what resolve() found at `path` to the same relative path under `folder`. Throws Error(unavailable).
    virtual void copy(const std::string& path, const std::filesystem::path& folder) const = 0;
    /// Calls `visit` with the relative path of every picture there is.
    virtual void forEach(const std::function<void(const std::string&)>& visit) const = 0;
    /// The folder on the disk, absolute, links resolved; empty: they must be copied out.
    virtual std::filesystem::path path() const = 0;
};

/// Throws Error: notFound (no such folder), invalidInput (a damaged archive).
std::unique_ptr<PictureSupply> openPictures(const PictureSource& source);

/// Finds pictures by the name of the file without its ending, in whatever folder.
class PictureIndex {
public:
    explicit PictureIndex(const PictureSupply& supply);
    /// The path of the picture that is named like `id`; empty: none. A name in several folders: the first by its path.
    const std::string& find(std::string_view id) const;

private:
    std::unordered_map<std::string, std::string> pathOfName_;
};

} // namespace core
