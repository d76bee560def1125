#include "core/base/error.h"
#include "core/importers/zip_archive.h"
#include "tests/fuzz/fuzz_input.h"
#include <filesystem>
#include <fstream>
#include <unistd.h>

/// libzip reads files, so each input is written to one, in memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    static const std::string path = "/dev/shm/pixrec-fuzz-" + std::to_string(getpid()) + ".zip";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    try {
        const core::ZipArchive archive(path);
        for (const auto& member : archive.members()) {
            try {
                constexpr std::int64_t most = 1 << 20;
                fuzz::require(static_cast<std::int64_t>(archive.readWhole(member.name, most).size()) <= most);
            } catch (const core::Error&) {
            }
        }
    } catch (const core::Error&) {
    }
    std::filesystem::remove(path);
    return 0;
}
