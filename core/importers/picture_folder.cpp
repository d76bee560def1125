#include "core/importers/picture_folder.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include <algorithm>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <system_error>

namespace core {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> contentHash(const fs::path& file) {
    struct Close {
        void operator()(std::FILE* stream) const { std::fclose(stream); }
    };
    const std::unique_ptr<std::FILE, Close> stream(std::fopen(file.c_str(), "rbe"));
    if (!stream) return std::nullopt;
    Hasher hasher;
    std::array<char, 1 << 16> block;
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), stream.get()))
        hasher.addRaw(block.data(), count);
    if (std::ferror(stream.get())) return std::nullopt;
    return hasher.hex();
}

bool isInside(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

} // namespace

PictureFolder::PictureFolder(const fs::path& folder) {
    std::error_code error;
    root_ = fs::canonical(folder.empty() ? "." : folder, error);
    if (error || !fs::is_directory(root_))
        throw Error(ErrorKind::notFound, fmt::format("read pictures in {}: there is no such folder", folder.string()));
}

PictureReference PictureFolder::resolve(std::string_view image) const {
    PictureReference picture;
    const auto leaves = [&](std::string_view why) {
        picture.state = PictureReference::State::leavesFolder;
        picture.why = why;
        return picture;
    };
    const fs::path relative = fs::path(image).lexically_normal();
    if (relative.is_absolute()) return leaves("is an absolute path");
    if (*relative.begin() == "..") return leaves("leaves the picture folder");
    std::error_code error;
    const fs::path real = fs::canonical(root_ / relative, error);
    if (error) {
        picture.why =
            image.find("://") != std::string_view::npos ? "is an address; only files are read" : "does not exist";
        return picture;
    }
    if (!isInside(real, root_)) return leaves("leaves the picture folder through a link");
    if (!fs::is_regular_file(real, error)) {
        picture.why = "is no file";
        return picture;
    }
    auto hash = contentHash(real);
    if (!hash) {
        picture.why = "cannot be read";
        return picture;
    }
    picture.state = PictureReference::State::found;
    picture.path = relative.string();
    picture.identity = std::move(*hash);
    return picture;
}

void PictureFolder::copy(const PictureReference& picture, const fs::path& folder) const {
    const fs::path target = folder / picture.path;
    std::error_code error;
    if (fs::exists(target, error)) return; // shared by several products
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::copy_file(root_ / picture.path, target, error);
    if (error) throw Error(ErrorKind::unavailable, fmt::format("copy picture {}: {}", picture.path, error.message()));
}

} // namespace core
