#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace core {

/// A file that an import reads: on the disk, or a member of a zip archive there.
struct InputFile {
    std::filesystem::path path;
    std::string member; ///< of the zip archive `path`; empty: `path` is the file itself

    /// For messages and the report: "shop/ratings.csv", "ml-1m.zip/ml-1m/ratings.dat".
    std::string name() const;
    /// The last part, in lower case and without ".gz": "ratings.csv".
    std::string plainName() const;
    bool operator==(const InputFile&) const = default;
};

/// A folder with pictures in it, on the disk or in a zip archive ("" there: its top).
struct PictureSource {
    std::filesystem::path path;
    std::string member;
    bool isArchive = false;
    bool operator==(const PictureSource&) const = default;
};

/// What the user pointed at, opened up: folders and zip archives are replaced by what is in them, three levels deep.
struct ImportInputs {
    std::vector<InputFile> files;        ///< no pictures among them, nothing hidden; in order of their names
    std::vector<PictureSource> pictures; ///< the topmost folders below which all pictures lie
};

/// Throws Error: notFound (no such file), invalidInput (a damaged archive, too many files).
ImportInputs listInputs(const std::vector<std::filesystem::path>& paths);

/// By its ending: .jpg .jpeg .png .webp .gif .bmp .tif .tiff.
bool isPictureName(std::string_view name);
/// Lower case of the ASCII letters.
std::string lowerCase(std::string_view text);

} // namespace core
