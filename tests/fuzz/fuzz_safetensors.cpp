#include "core/array_files/float_rows.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "tests/fuzz/fuzz_file.h"

/// What is read is whole: the bytes of each tensor are those of its shape, and all together no more than the file has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const auto file = fuzz::fileOf(bytes, count, ".safetensors");
    try {
        const auto read = core::readTensorFile(file);
        std::size_t sum = 0;
        for (const auto& [name, tensor] : read.tensors) {
            sum += tensor.bytes.size();
            if (tensor.bytes.size() != static_cast<std::size_t>(tensor.elementCount()) * core::dtypeBytes(tensor.dtype))
                __builtin_trap();
            try {
                core::toFloats(name, tensor);
            } catch (const core::Error&) {
            }
        }
        if (sum > count || core::readTensorHeader(file).tensors.size() != read.tensors.size()) __builtin_trap();
    } catch (const core::Error&) {
    }
    return 0;
}
