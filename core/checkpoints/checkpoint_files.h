#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace core {

/// In bytes: config.json and its like are small, and what claims more is not read.
inline constexpr std::uint64_t largestConfig = 10'000'000;

/// A tensor as it lies in a mapped file: row-major, little endian.
struct MappedTensor {
    std::string dtype; ///< "F32", "F16", "BF16" or another of the format's
    std::vector<std::int64_t> shape;
    const std::byte* data = nullptr;
    std::size_t byteCount = 0;
    std::string file;
};

/// The weights of a checkpoint folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names, or
/// the folder's only `*.safetensors`. Files are mapped, not read: what nobody asks for costs no memory. Plain bytes.
class CheckpointFiles {
public:
    /// Throws Error(notFound), or Error(corrupt) naming file and tensor: cut file, header that is none, unknown dtype,
    /// offsets outside the data or that contradict the shape, a tensor in two files or in none.
    static std::shared_ptr<const CheckpointFiles> open(const std::filesystem::path& folder);

    /// Null where there is none.
    const MappedTensor* find(const std::string& name) const;
    /// The system may take back the memory that reading this tensor took; reading it again works as before.
    void forget(const MappedTensor& tensor) const;
    const std::map<std::string, MappedTensor>& tensors() const { return tensors_; }
    /// What stands for the files in errors.
    const std::string& name() const { return name_; }
    std::uint64_t byteCount() const;

private:
    class Mapping;
    CheckpointFiles() = default;
    void map(const std::filesystem::path& file);

    std::string name_;
    std::vector<std::shared_ptr<const Mapping>> mappings_;
    std::map<std::string, MappedTensor> tensors_;
};

} // namespace core
