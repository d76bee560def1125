#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <zlib.h>

namespace test {

/// The content of a .gz file. Throws std::runtime_error where there is none.
inline std::string readGzip(const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    if (!file) throw std::runtime_error("no " + path);
    std::string content;
    char block[1 << 16];
    int count = 0;
    while ((count = gzread(file, block, sizeof block)) > 0) content.append(block, static_cast<std::size_t>(count));
    gzclose(file);
    if (count < 0 || content.empty()) throw std::runtime_error("cannot read " + path);
    return content;
}

} // namespace test
