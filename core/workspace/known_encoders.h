#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace core {

/// An encoder whose vectors of a workspace's products were made: kept in encoders.json, so that the window can offer it
/// and a model can find it again.
struct KnownEncoder {
    std::string folder, hash;
    std::string architecture; ///< "clip"
    bool readsTexts = false, readsPictures = false;
    bool hasJointSpace = false; ///< words find pictures

    std::string name() const { return std::filesystem::path(folder).filename().string(); }
    bool operator==(const KnownEncoder&) const = default;
};

/// In the order in which they were added. A file that cannot be read counts as empty: nothing in it is precious.
std::vector<KnownEncoder> knownEncoders(const std::filesystem::path& workspace);
/// Adds one, or replaces the one of the same folder. Throws Error(unavailable).
void noteEncoder(const std::filesystem::path& workspace, const KnownEncoder& encoder);

} // namespace core
