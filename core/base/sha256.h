#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core {

/// SHA-256 (FIPS 180-4), for what must not be forged; core/base/hash.h is for everything else.
class Sha256 {
public:
    Sha256& add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits. Call once, last.
    std::string hex();

private:
    void addBlock(const unsigned char* block);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> block_{};
    std::size_t filled_ = 0;
    std::uint64_t bytes_ = 0;
};

/// Throws Error(notFound) where the file cannot be read.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace core
