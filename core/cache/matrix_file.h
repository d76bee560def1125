#pragma once
#include "core/cache/cache_store.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace core {

/// A matrix in a file: 8 bytes "PxMatrix", rows and width as 64-bit numbers, then the floats, all in the order of this
/// machine; never seen half-written, whoever else writes it. Returns its checksum. Throws Error(unavailable).
std::uint32_t writeMatrix(const std::filesystem::path& file, std::int64_t rows, int width,
                          std::span<const float> values);

struct CachedMatrix::Mapping {
    ~Mapping();
    /// Nothing where the file is missing, or is not what was written.
    static std::shared_ptr<const Mapping> open(const std::filesystem::path& file, std::uint32_t checksum);

    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
};

} // namespace core
