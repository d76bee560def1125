#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace core {

/// A content hash for provenance and cache keys: 64-bit FNV-1a over the bytes fed, with every field's length mixed in,
/// so that ("ab","c") and ("a","bc") differ. Stable across machines and versions; not for security.
class Hasher {
public:
    Hasher& add(std::string_view bytes);
    Hasher& add(std::int64_t number);
    /// Bytes without a length prefix, for streams fed in blocks of any size.
    Hasher& addRaw(const void* bytes, std::size_t count);
    /// 16 lower-case hexadecimal digits.
    std::string hex() const;
    std::uint64_t value() const noexcept { return state_; }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

} // namespace core
