#include "core/array_files/npy.h"
#include "core/base/error.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    try {
        core::readNpzFile(fuzz::fileOf(bytes, count, ".npz"));
    } catch (const core::Error&) {
    }
    return 0;
}
