#include "core/importers/input_file.h"
#include "core/base/error.h"
#include "core/importers/zip_archive.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <system_error>

namespace core {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostFiles = 1000; // that are no pictures
constexpr int deepest = 3;

bool isHidden(std::string_view name) { return name.starts_with('.') || name.starts_with("__MACOSX"); }

bool isArchiveName(std::string_view name) { return lowerCase(name).ends_with(".zip"); }

/// The deepest folder that holds all of them, as a path with a trailing slash or "".
std::string commonFolder(const std::set<std::string>& folders) {
    std::string common = *folders.begin();
    for (const auto& folder : folders)
        while (!folder.starts_with(common)) {
            const auto slash = common.find_last_of('/', common.size() - 2);
            common.resize(common.size() < 2 || slash == std::string::npos ? 0 : slash + 1);
        }
    return common;
}

class Listing {
public:
    void add(const fs::path& path) {
        std::error_code error;
        if (!fs::exists(path, error))
            throw Error(ErrorKind::notFound, fmt::format("import {}: there is no such file", path.string()));
        if (fs::is_directory(path, error)) return addFolder(path);
        if (isPictureName(path.filename().string())) return addPicture(path.parent_path());
        if (isZip(path)) return addArchive(path);
        addFile({path, {}});
    }
    ImportInputs take() {
        std::sort(inputs_.files.begin(), inputs_.files.end(),
                  [](const InputFile& left, const InputFile& right) { return left.name() < right.name(); });
        inputs_.files.erase(std::unique(inputs_.files.begin(), inputs_.files.end()), inputs_.files.end());
        return std::move(inputs_);
    }

private:
    void addFile(InputFile file) {
        if (inputs_.files.size() == mostFiles)
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("import: more than {} files that are no pictures; name the files to be read", mostFiles));
        inputs_.files.push_back(std::move(file));
    }
    void addPicture(const fs::path& folder) {
        const PictureSource source{folder.empty() ? fs::path(".") : folder, {}, false};
        if (std::find(inputs_.pictures.begin(), inputs_.pictures.end(), source) == inputs_.pictures.end())
            inputs_.pictures.push_back(source);
    }
    void addFolder(const fs::path& folder) {
        std::error_code error;
        std::set<std::string> withPictures; // relative to the folder
        fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
        if (error) throw Error(ErrorKind::invalidInput, fmt::format("import {}: {}", folder.string(), error.message()));
        for (; entry != end; entry.increment(error)) {
            if (error) break;
            const std::string name = entry->path().filename().string();
            if (isHidden(name) || entry.depth() >= deepest) {
                entry.disable_recursion_pending();
                if (isHidden(name)) continue;
            }
            std::error_code ignored;
            if (!entry->is_regular_file(ignored)) continue;
            if (isPictureName(name)) {
                const fs::path parent = entry->path().parent_path();
                if (parent == lastParent_) continue;
                lastParent_ = parent;
                const std::string relative = parent.lexically_relative(folder).generic_string();
                withPictures.insert(relative == "." ? "" : relative + "/");
            } else if (isArchiveName(name) && isZip(entry->path())) {
                addArchive(entry->path());
            } else {
                addFile({entry->path(), {}});
            }
        }
        if (!withPictures.empty()) addPicture((folder / commonFolder(withPictures)).lexically_normal());
    }
    void addArchive(const fs::path& path) {
        const ZipArchive archive(path);
        // A spreadsheet or a text document is a zip archive of XML.
        if (archive.find("[Content_Types].xml") || archive.find("META-INF/manifest.xml"))
            throw Error(ErrorKind::invalidInput,
                        fmt::format("import {}: this is a document of an office program; save each sheet of it as CSV "
                                    "(UTF-8), and import those",
                                    path.string()));
        std::set<std::string> withPictures;
        for (const auto& member : archive.members()) {
            const auto slash = member.name.find_last_of('/');
            const std::string_view name =
                std::string_view(member.name).substr(slash == std::string::npos ? 0 : slash + 1);
            if (name.empty() || isHidden(name) || isHidden(member.name)) continue;
            if (isPictureName(name))
                withPictures.insert(slash == std::string::npos ? "" : member.name.substr(0, slash + 1));
            else if (!name.ends_with(".zip"))
                addFile({path, member.name});
        }
        if (!withPictures.empty()) inputs_.pictures.push_back({path, commonFolder(withPictures), true});
    }

    ImportInputs inputs_;
    fs::path lastParent_;
};

} // namespace

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool isPictureName(std::string_view name) {
    constexpr std::array<std::string_view, 8> endings{".jpg", ".jpeg", ".png", ".webp",
                                                      ".gif", ".bmp",  ".tif", ".tiff"};
    const std::string lower = lowerCase(name);
    return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return lower.ends_with(ending); });
}

std::string InputFile::name() const { return member.empty() ? path.string() : path.string() + "/" + member; }

std::string InputFile::plainName() const {
    std::string name = lowerCase(fs::path(member.empty() ? path.string() : member).filename().string());
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    return name;
}

ImportInputs listInputs(const std::vector<fs::path>& paths) {
    Listing listing;
    for (const auto& path : paths) listing.add(path);
    return listing.take();
}

} // namespace core
