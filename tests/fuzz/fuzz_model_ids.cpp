#include "core/base/error.h"
#include "core/model_import/id_mapping.h"
#include "core/workspace/id_rules.h"
#include "tests/fuzz/fuzz_file.h"

/// The first byte chooses the kind of file. Ids that are accepted are UTF-8, whatever the file is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count == 0) return 0;
    static const char* const endings[] = {".txt", ".json", ".npy", ".csv"};
    try {
        for (const auto& id : core::readIdFile(fuzz::fileOf(bytes + 1, count - 1, endings[bytes[0] % 4])))
            if (!core::isValidUtf8(id)) __builtin_trap();
    } catch (const core::Error&) {
    }
    return 0;
}
