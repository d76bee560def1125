#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace core {

/// Vectors of all products by encoders from elsewhere, kept in the workspace's cache.
struct EncodeRequest {
    std::filesystem::path workspace;
    std::filesystem::path textEncoder, pictureEncoder; ///< Hugging Face folders; empty: that part is left out
};

struct EncodedPart {
    std::string encoder; ///< its hash
    int width = 0;
    std::int64_t distinct = 0;   ///< texts or pictures; products share them
    std::int64_t cached = 0;     ///< of these, were there already
    std::int64_t unreadable = 0; ///< pictures that the catalog names and that could not be read
    double seconds = 0;
};

struct EncodeResult {
    std::int64_t items = 0;
    std::optional<EncodedPart> text, picture;
};

} // namespace core
