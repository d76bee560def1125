#include "core/base/hash_file.h"
#include "core/base/progress.h"
#include <array>
#include <fstream>

namespace core {

bool addFile(Hasher& hasher, const std::filesystem::path& file, const std::stop_token& stop) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return false;
    std::array<char, 1 << 16> block;
    while (stream.read(block.data(), block.size()), stream.gcount() > 0) {
        throwIfStopped(stop, "read a file");
        hasher.addRaw(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return true;
}

} // namespace core
