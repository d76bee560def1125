#include "core/base/picture_header.h"
#include "tests/fuzz/fuzz_input.h"
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const auto pixels = core::announcedPixels(std::span(bytes, count));
    fuzz::require(!pixels || *pixels > 0);
    return 0;
}
