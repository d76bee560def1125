#include "core/training/swap_folder.h"
#include "core/base/error.h"
#include <fmt/format.h>
#include <fstream>

namespace core {

void swapFolder(const std::filesystem::path& folder, const std::function<void(const std::filesystem::path&)>& write) {
    const auto parent = folder.parent_path(), name = folder.filename();
    const auto fresh = parent / fmt::format(".{}.new", name.string()),
               old = parent / fmt::format(".{}.old", name.string());
    try {
        std::filesystem::remove_all(fresh);
        std::filesystem::remove_all(old);
        std::filesystem::create_directories(fresh);
        write(fresh);
        if (std::filesystem::exists(folder)) std::filesystem::rename(folder, old);
        std::filesystem::rename(fresh, folder);
        std::filesystem::remove_all(old);
    } catch (const std::filesystem::filesystem_error& error) {
        throw Error(ErrorKind::unavailable, fmt::format("write model {}: {}", folder.string(), error.code().message()));
    }
}

void writeTextFile(const std::filesystem::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    if (!stream.flush())
        throw Error(ErrorKind::unavailable, fmt::format("write {}: failed; is the disk full?", file.string()));
}

} // namespace core
