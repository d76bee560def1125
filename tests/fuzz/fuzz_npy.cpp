#include "core/array_files/npy.h"
#include "core/base/error.h"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    std::size_t at = 0;
    try {
        const auto array = core::readNpyArray("input", count, [&](char* into, std::size_t wanted) {
            const auto part = std::min(wanted, count - at);
            std::memcpy(into, bytes + at, part);
            at += part;
            return part;
        });
        const auto elements = static_cast<std::size_t>(array.numbers.elementCount());
        const bool isWhole = array.isText()
                                 ? array.texts.size() == elements
                                 : array.numbers.bytes.size() == elements * core::dtypeBytes(array.numbers.dtype);
        if (!isWhole || at != count) __builtin_trap();
    } catch (const core::Error&) {
    }
    return 0;
}
