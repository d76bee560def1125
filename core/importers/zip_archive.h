#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace core {

/// Members of a zip archive, for reading. Nothing is ever unpacked to a path that the archive names.
class ZipArchive {
public:
    struct Member {
        std::string name; ///< with '/' between folders
        std::int64_t bytes = 0, compressedBytes = 0;
    };
    /// The bytes of one member, one after the other. Outlives the archive it came from.
    class Stream {
    public:
        virtual ~Stream() = default;
        /// How many bytes were put into `target`: 0 at the end, -1 where it cannot be read further, see problem().
        virtual std::int64_t read(char* target, std::size_t count) = 0;
        virtual const std::string& problem() const = 0;
        virtual std::int64_t bytes() const = 0; ///< that there will be, as the archive says
    };

    /// Throws Error(invalidInput): it cannot be read or is no zip archive.
    explicit ZipArchive(const std::filesystem::path& path);
    ~ZipArchive();
    ZipArchive(ZipArchive&&) noexcept;

    const std::vector<Member>& members() const { return members_; }
    /// The position among members(); nothing where there is none of that name.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Throws Error: invalidInput (encrypted, an unknown compression), notFound.
    std::unique_ptr<Stream> open(std::string_view name) const;
    /// The whole of it. Throws Error(invalidInput) where it is larger than `most` bytes or damaged.
    std::string readWhole(std::string_view name, std::int64_t most) const;

private:
    struct Handle;
    std::filesystem::path path_;
    std::shared_ptr<Handle> handle_;
    std::vector<Member> members_;
    std::vector<std::size_t> byName_; ///< positions, sorted by name
};

/// It starts like a zip archive.
bool isZip(const std::filesystem::path& file);

/// Text that unpacks to more than 200 times its packed size (and 64 MB) is taken for an attack and not read further.
bool isExpansionSuspicious(std::int64_t packedBytes, std::int64_t unpackedBytes);

} // namespace core
