#include "core/importers/zip_archive.h"
#include "core/base/error.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <numeric>
#include <system_error>
#include <zip.h>

namespace core {

struct ZipArchive::Handle {
    zip_t* zip = nullptr;
    std::int64_t fileBytes = 0;
    ~Handle() {
        if (zip) zip_discard(zip);
    }
};

namespace {

class MemberStream : public ZipArchive::Stream {
public:
    MemberStream(std::shared_ptr<void> archive, zip_file_t* file, std::int64_t bytes, std::int64_t packed)
        : archive_(std::move(archive)), file_(file), bytes_(bytes), packed_(packed) {}
    ~MemberStream() override { zip_fclose(file_); }
    MemberStream(const MemberStream&) = delete;
    MemberStream& operator=(const MemberStream&) = delete;

    std::int64_t read(char* target, std::size_t count) override {
        const auto done = zip_fread(file_, target, count);
        if (done < 0) problem_ = fmt::format("the zip archive is damaged: {}", zip_file_strerror(file_));
        if (done > 0) unpacked_ += done;
        if (!isExpansionSuspicious(packed_, unpacked_)) return done;
        problem_ = "it unpacks to more than 200 times its size; if that is meant, unpack it first";
        return -1;
    }
    const std::string& problem() const override { return problem_; }
    std::int64_t bytes() const override { return bytes_; }

private:
    std::shared_ptr<void> archive_;
    zip_file_t* file_;
    std::int64_t bytes_, packed_, unpacked_ = 0;
    std::string problem_;
};

} // namespace

bool isExpansionSuspicious(std::int64_t packedBytes, std::int64_t unpackedBytes) {
    constexpr std::int64_t harmless = std::int64_t{64} << 20, mostTimes = 200;
    return unpackedBytes > harmless && unpackedBytes / mostTimes > packedBytes;
}

bool isZip(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    char start[4] = {};
    stream.read(start, sizeof start);
    const std::string_view magic(start, static_cast<std::size_t>(stream.gcount()));
    return magic == "PK\x03\x04" || magic == "PK\x05\x06";
}

ZipArchive::ZipArchive(const std::filesystem::path& path) : path_(path), handle_(std::make_shared<Handle>()) {
    int code = 0;
    handle_->zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (!handle_->zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string why = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw Error(ErrorKind::invalidInput,
                    fmt::format("read {}: the zip archive cannot be read: {}", path.string(), why));
    }
    std::error_code ignored;
    handle_->fileBytes = static_cast<std::int64_t>(std::filesystem::file_size(path, ignored));
    const auto count = zip_get_num_entries(handle_->zip, 0);
    for (zip_int64_t index = 0; index < count; ++index) {
        zip_stat_t stat;
        zip_stat_init(&stat);
        const bool isKnown =
            zip_stat_index(handle_->zip, static_cast<zip_uint64_t>(index), ZIP_FL_ENC_GUESS, &stat) == 0 &&
            (stat.valid & ZIP_STAT_NAME) != 0;
        members_.emplace_back(); // one for every entry: positions are those of libzip
        if (isKnown)
            members_.back() = {stat.name, static_cast<std::int64_t>(stat.size),
                               static_cast<std::int64_t>(stat.comp_size)};
    }
    byName_.resize(members_.size());
    std::iota(byName_.begin(), byName_.end(), std::size_t{0});
    std::stable_sort(byName_.begin(), byName_.end(),
                     [&](std::size_t left, std::size_t right) { return members_[left].name < members_[right].name; });
}

ZipArchive::~ZipArchive() = default;
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;

std::optional<std::size_t> ZipArchive::find(std::string_view name) const {
    const auto found =
        std::lower_bound(byName_.begin(), byName_.end(), name,
                         [&](std::size_t index, std::string_view key) { return members_[index].name < key; });
    if (found == byName_.end() || members_[*found].name != name) return std::nullopt;
    return *found;
}

std::unique_ptr<ZipArchive::Stream> ZipArchive::open(std::string_view name) const {
    const auto index = find(name);
    if (!index) throw Error(ErrorKind::notFound, fmt::format("read {}: it holds no file {}", path_.string(), name));
    zip_file_t* const file = zip_fopen_index(handle_->zip, static_cast<zip_uint64_t>(*index), 0);
    if (!file)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("read {}/{}: {}", path_.string(), name, zip_strerror(handle_->zip)));
    const Member& member = members_[*index];
    // The archive may lie about the packed size; it is never more than the archive itself.
    return std::make_unique<MemberStream>(handle_, file, member.bytes,
                                          std::min(member.compressedBytes, handle_->fileBytes));
}

std::string ZipArchive::readWhole(std::string_view name, std::int64_t most) const {
    const auto stream = open(name);
    std::string bytes;
    std::string block(std::size_t{1} << 16, '\0');
    while (true) {
        const auto count = stream->read(block.data(), block.size());
        if (count == 0) return bytes;
        const bool isTooLarge = count > 0 && static_cast<std::int64_t>(bytes.size()) + count > most;
        if (count < 0 || isTooLarge)
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("read {}/{}: {}", path_.string(), name,
                            isTooLarge ? fmt::format("it is larger than {} MB", most >> 20) : stream->problem()));
        bytes.append(block, 0, static_cast<std::size_t>(count));
    }
}

} // namespace core
