#include "core/importers/picture_folder.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/picture_header.h"
#include "core/importers/zip_archive.h"
#include <algorithm>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <span>
#include <system_error>

namespace core {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t largestPicture = std::int64_t{512} << 20, largestPixels = 100'000'000;

/// Why a picture with these first bytes will not be seen, or empty.
std::string oddityOf(std::string_view start, std::uintmax_t size) {
    if (size == 0) return "is an empty file";
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(start.data()), start.size());
    const auto header = readPictureHeader(bytes);
    if (!header) return "is no picture that can be read (JPEG, PNG, WebP, GIF, BMP, TIFF)";
    if (header->format == "GIF") return "is a GIF: the window shows its first frame, models do not see it";
    if (header->pixels() <= largestPixels) return {};
    return fmt::format("has {} x {} pixels; at most 100 megapixels are read", header->width, header->height);
}

/// Fills in what the bytes of a picture tell.
class Inspection {
public:
    void add(const char* bytes, std::size_t count) {
        hasher_.addRaw(bytes, count);
        start_.append(bytes, std::min(count, longestStart - std::min(start_.size(), longestStart)));
        size_ += count;
    }
    void finish(PictureReference& picture, std::string path) const {
        picture.why = oddityOf(start_, size_);
        picture.state = picture.why.empty() ? PictureReference::State::found : PictureReference::State::odd;
        picture.path = std::move(path);
        picture.identity = hasher_.hex();
    }

private:
    static constexpr std::size_t longestStart = std::size_t{1} << 18; // EXIF stands before the size of a JPEG
    Hasher hasher_;
    std::string start_;
    std::uintmax_t size_ = 0;
};

bool inspectFile(const fs::path& file, Inspection& inspection) {
    struct Close {
        void operator()(std::FILE* stream) const { std::fclose(stream); }
    };
    const std::unique_ptr<std::FILE, Close> stream(std::fopen(file.c_str(), "rbe"));
    if (!stream) return false;
    std::array<char, 1 << 16> block;
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), stream.get()))
        inspection.add(block.data(), count);
    return !std::ferror(stream.get());
}

bool isInside(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// `image` without "." and ".."; nothing where it leads out of the folder, which `picture` then says.
std::optional<fs::path> relativePath(std::string_view image, PictureReference& picture) {
    fs::path relative = fs::path(image).lexically_normal();
    const bool isOutside = relative.is_absolute() || *relative.begin() == "..";
    if (!isOutside) return relative;
    picture.state = PictureReference::State::leavesFolder;
    picture.why = relative.is_absolute() ? "is an absolute path" : "leaves the picture folder";
    return std::nullopt;
}

std::string whyMissing(std::string_view image, const fs::path& where) {
    if (image.find("://") != std::string_view::npos) return "is an address; only files are read";
    return fmt::format("does not exist in {}", where.string());
}

[[noreturn]] void failCopy(const std::string& path, const std::string& why) {
    throw Error(ErrorKind::unavailable, fmt::format("copy picture {}: {}", path, why));
}

class PictureFolder : public PictureSupply {
public:
    explicit PictureFolder(const fs::path& folder) {
        std::error_code error;
        root_ = fs::canonical(folder.empty() ? "." : folder, error);
        if (error || !fs::is_directory(root_))
            throw Error(ErrorKind::notFound,
                        fmt::format("read pictures in {}: there is no such folder", folder.string()));
    }
    fs::path path() const override { return root_; }

    PictureReference resolve(std::string_view image) const override {
        PictureReference picture;
        const auto relative = relativePath(image, picture);
        if (!relative) return picture;
        std::error_code error;
        const fs::path real = fs::canonical(root_ / *relative, error);
        Inspection inspection;
        if (error) {
            picture.why = whyMissing(image, root_);
        } else if (!isInside(real, root_)) {
            picture.state = PictureReference::State::leavesFolder;
            picture.why = "leaves the picture folder through a link";
        } else if (!fs::is_regular_file(real, error)) {
            picture.why = "is no file";
        } else if (!inspectFile(real, inspection)) {
            picture.why = "cannot be read";
        } else {
            inspection.finish(picture, relative->string());
        }
        return picture;
    }

    void copy(const std::string& path, const fs::path& folder) const override {
        const fs::path target = folder / path;
        std::error_code error;
        if (fs::exists(target, error)) return; // shared by several products
        fs::create_directories(target.parent_path(), error);
        if (!error) fs::copy_file(root_ / path, target, error);
        if (error) failCopy(path, error.message());
    }

    void forEach(const std::function<void(const std::string&)>& visit) const override {
        std::error_code error;
        fs::recursive_directory_iterator entry(root_, fs::directory_options::skip_permission_denied, error), end;
        for (; !error && entry != end; entry.increment(error))
            if (isPictureName(entry->path().filename().string()))
                visit(entry->path().lexically_relative(root_).generic_string());
    }

private:
    fs::path root_;
};

class PictureArchive : public PictureSupply {
public:
    explicit PictureArchive(const PictureSource& source)
        : archive_(source.path), place_(source.path / source.member), prefix_(source.member) {}
    fs::path path() const override { return {}; }

    PictureReference resolve(std::string_view image) const override {
        PictureReference picture;
        const auto relative = relativePath(image, picture);
        if (!relative) return picture;
        const std::string name = prefix_ + relative->generic_string();
        if (!archive_.find(name)) {
            picture.why = whyMissing(image, place_);
            return picture;
        }
        try {
            Inspection inspection;
            const std::string bytes = archive_.readWhole(name, largestPicture);
            inspection.add(bytes.data(), bytes.size());
            inspection.finish(picture, relative->generic_string());
        } catch (const Error& error) {
            picture.why = fmt::format("cannot be read: {}", error.what());
        }
        return picture;
    }

    void copy(const std::string& path, const fs::path& folder) const override {
        const fs::path target = folder / path;
        std::error_code error;
        if (fs::exists(target, error)) return;
        fs::create_directories(target.parent_path(), error);
        if (error) failCopy(path, error.message());
        const std::string bytes = archive_.readWhole(prefix_ + path, largestPicture);
        std::ofstream file(target, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        file.close();
        if (!file) failCopy(path, "the disk is full or cannot be written");
    }

    void forEach(const std::function<void(const std::string&)>& visit) const override {
        for (const auto& member : archive_.members())
            if (member.name.starts_with(prefix_) && isPictureName(member.name))
                visit(member.name.substr(prefix_.size()));
    }

private:
    ZipArchive archive_;
    fs::path place_; ///< for findings
    std::string prefix_;
};

} // namespace

std::unique_ptr<PictureSupply> openPictures(const PictureSource& source) {
    if (source.isArchive) return std::make_unique<PictureArchive>(source);
    return std::make_unique<PictureFolder>(source.path);
}

PictureIndex::PictureIndex(const PictureSupply& supply) {
    supply.forEach([this](const std::string& path) {
        std::string& known = pathOfName_[fs::path(path).stem().string()];
        if (known.empty() || path < known) known = path;
    });
}

const std::string& PictureIndex::find(std::string_view id) const {
    static const std::string none;
    const auto found = pathOfName_.find(std::string(id));
    return found == pathOfName_.end() ? none : found->second;
}

} // namespace core
