#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The safetensors file format (github.com/huggingface/safetensors, "Format"): 8 bytes little-endian header length, a
/// JSON header, raw tensor data. Plain bytes; no LibTorch.
namespace core {

struct StoredTensor {
    std::string dtype; ///< "F16", "BF16", "F32", "F64", "I8" to "I64", "U8" to "U64", "BOOL"
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes; ///< row-major, little endian

    std::int64_t elementCount() const;
};

struct TensorFile {
    std::map<std::string, StoredTensor> tensors;
    std::map<std::string, std::string> metadata; ///< the header's `__metadata__`
};

/// Bytes of one element; 0 for a dtype that is not known.
std::size_t dtypeBytes(const std::string& dtype);

/// Throws Error(notFound), or Error(corrupt) naming the file, and the tensor where there is one: cut file, header
/// longer than the file, not JSON or naming something twice, unknown dtype, offsets outside the data, overlapping or
/// with holes, sizes that contradict the shape.
TensorFile readTensorFile(const std::filesystem::path& file);
/// The same without any tensor's bytes: names, kinds, shapes and metadata.
TensorFile readTensorHeader(const std::filesystem::path& file);
/// Complete or not at all: written beside the file, flushed to disk, then renamed. Throws Error(unavailable) where the
/// disk refuses, Error(internal) where a tensor's bytes contradict its shape.
void writeTensorFile(const std::filesystem::path& file, const TensorFile& content);

} // namespace core
