#include "core/array_files/npy.h"
#include "core/base/error.h"
#include <fmt/format.h>
#include <memory>
#include <zip.h>

namespace core {

namespace {

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

[[noreturn]] void corrupt(const std::string& name, const std::string& why) {
    throw Error(ErrorKind::corrupt, fmt::format("read {}: {}", name, why));
}

NpyArray readEntry(zip_t* archive, std::uint64_t index, const zip_stat_t& stat, const std::string& name) {
    const std::unique_ptr<zip_file_t, CloseEntry> entry(zip_fopen_index(archive, index, 0));
    if (!entry) corrupt(name, zip_strerror(archive));
    bool isDamaged = false;
    auto array = readNpyArray(name, stat.size, [&entry, &isDamaged](char* into, std::size_t count) {
        std::size_t done = 0;
        while (done < count) {
            const auto part = zip_fread(entry.get(), into + done, count - done);
            isDamaged = isDamaged || part < 0;
            if (part <= 0) break;
            done += static_cast<std::size_t>(part);
        }
        return done;
    });
    char beyond = 0; // libzip compares the checksum when the end is read
    if (isDamaged || zip_fread(entry.get(), &beyond, 1) != 0) corrupt(name, "its checksum or length is wrong");
    return array;
}

/// Names and sizes of all entries; refuses what would fill the memory.
std::vector<zip_stat_t> contents(zip_t* archive, const std::filesystem::path& file) {
    constexpr std::int64_t mostArrays = 1000;
    constexpr std::uint64_t alwaysFine = std::uint64_t{1} << 30, mostExpansion = 100; // numbers hardly shrink
    const auto entries = zip_get_num_entries(archive, 0);
    if (entries > mostArrays) corrupt(file.string(), fmt::format("{} arrays are more than is read", entries));
    std::vector<zip_stat_t> stats(static_cast<std::size_t>(entries));
    std::uint64_t bytes = 0;
    for (std::uint64_t index = 0; index < stats.size(); ++index) {
        constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE;
        auto& stat = stats[index];
        if (zip_stat_index(archive, index, 0, &stat) != 0 || (stat.valid & needed) != needed ||
            __builtin_add_overflow(bytes, stat.size, &bytes))
            corrupt(file.string(), "its table of contents is damaged");
    }
    const auto fileBytes = std::filesystem::file_size(file);
    if (bytes > alwaysFine && bytes / mostExpansion > fileBytes)
        corrupt(file.string(), fmt::format("{} bytes that expand to {} are no arrays of vectors", fileBytes, bytes));
    return stats;
}

} // namespace

std::map<std::string, NpyArray> readNpzFile(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file))
        throw Error(ErrorKind::notFound, fmt::format("read {}: no such file", file.string()));
    int reason = 0;
    const std::unique_ptr<zip_t, CloseArchive> archive(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &reason));
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, reason);
        const std::string why = zip_error_strerror(&error);
        zip_error_fini(&error);
        corrupt(file.string(), fmt::format("it is no npz file, or damaged ({}); is it cut?", why));
    }
    const auto stats = contents(archive.get(), file);
    std::map<std::string, NpyArray> arrays;
    for (std::uint64_t index = 0; index < stats.size(); ++index) {
        std::string name = stats[index].name;
        if (name.ends_with(".npy")) name.resize(name.size() - 4);
        auto array =
            readEntry(archive.get(), index, stats[index], fmt::format("{}, array \"{}\"", file.string(), name));
        if (!arrays.emplace(name, std::move(array)).second)
            corrupt(file.string(), fmt::format("array \"{}\" comes twice", name));
    }
    return arrays;
}

} // namespace core
