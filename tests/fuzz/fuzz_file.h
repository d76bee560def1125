#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fuzz {

/// An input as a file, in memory, for readers that take one; overwritten by the next.
inline std::filesystem::path fileOf(const std::uint8_t* bytes, std::size_t count, const std::string& ending) {
    static const std::string base = "/dev/shm/pixrec-fuzz-" + std::to_string(getpid());
    std::filesystem::path file = base + ending;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    return file;
}

} // namespace fuzz
