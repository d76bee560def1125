#pragma once
#include "core/engine/engine.h"
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace core {

struct CacheStatistics {
    std::int64_t entries = 0, bytes = 0; ///< all that is stored, files included
    std::int64_t capBytes = 0;           ///< least recently used entries go when `bytes` passes it
    std::int64_t hits = 0, misses = 0;   ///< of this object
    std::string problem;                 ///< not empty: nothing more is kept, and why
};

/// Row-major floats in a memory-mapped file; unmapped with the last owner. Read-only.
class CachedMatrix {
public:
    std::int64_t rows() const;
    int width() const;
    std::span<const float> values() const; ///< rows * width

private:
    friend class CacheStore;
    struct Mapping;
    std::shared_ptr<const Mapping> mapping_;
};

/// Results that can be computed again: cache.sqlite and cache/ of a workspace, or of any folder. Disposable: another
/// version or a damaged file is deleted and made anew; where nothing can be written every get misses, every put does
/// nothing and statistics().problem says why. No call throws. One thread at a time with an object; several objects,
/// threads and programs may use one folder.
class CacheStore {
public:
    static constexpr std::int64_t defaultCapBytes = std::int64_t{2} << 30;

    explicit CacheStore(const std::filesystem::path& folder, std::int64_t capBytes = defaultCapBytes);
    ~CacheStore();
    CacheStore(CacheStore&&) noexcept;
    CacheStore& operator=(CacheStore&&) noexcept;

    /// Recommendation lists. The key is all of the provenance and a hash of the probes asked for; the value is the
    /// caller's encoding of the answer.
    std::optional<std::string> list(const Provenance& key, std::string_view probesHash);
    void putList(const Provenance& key, std::string_view probesHash, std::string_view value);

    /// Item vectors and other matrices. `key` names all that they depend on (model hash, catalog hash, which vectors,
    /// precision), in any form. Checked by size and checksum before it is handed out.
    std::optional<CachedMatrix> matrix(std::string_view key);
    void putMatrix(std::string_view key, std::int64_t rows, int width, std::span<const float> values);

    /// Evaluations, as JSON text.
    std::optional<std::string> evaluation(std::string_view key);
    void putEvaluation(std::string_view key, std::string_view json);

    /// Encoded thumbnails.
    std::optional<std::string> thumbnail(std::string_view key);
    void putThumbnail(std::string_view key, std::string_view bytes);

    CacheStatistics statistics() const;
    /// Deletes everything.
    void clear();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace core
