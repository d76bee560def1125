#pragma once
#include "core/base/error.h"
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace core {

/// A text file that is there when it is complete, and not before.
class WholeFile {
public:
    explicit WholeFile(const std::filesystem::path& file)
        : file_(file), partial_(file.string() + ".partial"), stream_(partial_, std::ios::binary) {}
    ~WholeFile() {
        std::error_code ignored;
        std::filesystem::remove(partial_, ignored);
    }
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;

    std::ofstream& stream() { return stream_; }
    /// Throws Error(unavailable) where the file cannot be written; an older one then stays.
    void finish() {
        stream_.close();
        std::error_code failed;
        if (stream_) std::filesystem::rename(partial_, file_, failed);
        if (!stream_ || failed)
            throw Error(ErrorKind::unavailable,
                        fmt::format("write {}: failed; is the folder there, or the disk full?", file_.string()));
    }

private:
    std::filesystem::path file_, partial_;
    std::ofstream stream_;
};

} // namespace core
