#include "core/cache/matrix_file.h"
#include "core/base/error.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace core {

namespace {

struct Header {
    std::array<char, 8> magic{'P', 'x', 'M', 'a', 't', 'r', 'i', 'x'};
    std::int64_t rows = 0, width = 0;
};

std::uint32_t checksumOf(std::uint32_t checksum, const void* bytes, std::size_t size) {
    if (size == 0) return checksum; // zlib takes a null pointer for a question
    return static_cast<std::uint32_t>(crc32_z(checksum, static_cast<const Bytef*>(bytes), size));
}

bool writeAll(int file, const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = ::write(file, at, std::min<std::size_t>(size, std::size_t{1} << 30));
        if (written <= 0) return false;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

} // namespace

std::uint32_t writeMatrix(const std::filesystem::path& path, std::int64_t rows, int width,
                          std::span<const float> values) {
    std::string partial = path.string() + ".XXXXXX";
    const auto fail = [&] {
        const int error = errno;
        unlink(partial.c_str());
        throw Error(ErrorKind::unavailable, fmt::format("write {}: {}", path.string(), std::strerror(error)));
    };
    const int file = mkostemp(partial.data(), O_CLOEXEC);
    if (file < 0) fail();
    Header header;
    header.rows = rows;
    header.width = width;
    const bool isWritten = writeAll(file, &header, sizeof header) && writeAll(file, values.data(), values.size_bytes());
    if (close(file) != 0 || !isWritten || rename(partial.c_str(), path.c_str()) != 0) fail();
    return checksumOf(checksumOf(0, &header, sizeof header), values.data(), values.size_bytes());
}

CachedMatrix::Mapping::~Mapping() {
    if (bytes) munmap(const_cast<unsigned char*>(bytes), size);
}

std::shared_ptr<const CachedMatrix::Mapping> CachedMatrix::Mapping::open(const std::filesystem::path& path,
                                                                         std::uint32_t checksum) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    auto mapping = std::make_shared<Mapping>();
    struct stat status {};
    const bool hasHeader = fstat(file, &status) == 0 && status.st_size >= static_cast<off_t>(sizeof(Header));
    if (hasHeader) {
        mapping->size = static_cast<std::size_t>(status.st_size);
        void* mapped = mmap(nullptr, mapping->size, PROT_READ, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED) mapping->bytes = static_cast<const unsigned char*>(mapped);
    }
    close(file);
    if (!mapping->bytes || checksumOf(0, mapping->bytes, mapping->size) != checksum) return nullptr;
    return mapping;
}

namespace {

Header headerOf(const unsigned char* bytes) {
    Header header;
    std::memcpy(&header, bytes, sizeof header);
    return header;
}

} // namespace

std::int64_t CachedMatrix::rows() const { return headerOf(mapping_->bytes).rows; }

int CachedMatrix::width() const { return static_cast<int>(headerOf(mapping_->bytes).width); }

std::span<const float> CachedMatrix::values() const {
    const unsigned char* begin = mapping_->bytes + sizeof(Header);
    return {static_cast<const float*>(static_cast<const void*>(begin)),
            (mapping_->size - sizeof(Header)) / sizeof(float)};
}

} // namespace core
