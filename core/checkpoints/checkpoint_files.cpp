#include "core/checkpoints/checkpoint_files.h"
#include "core/array_files/safetensors.h"
#include "core/text/checked_json.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <set>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core {

namespace {

constexpr std::uint64_t lengthBytes = 8;
constexpr std::uint64_t largestHeader = 100'000'000; // as the format's reference

[[noreturn]] void corrupt(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::corrupt, fmt::format("read weights {}: {}", file, what));
}

} // namespace

/// A whole file in memory, as the system pages it in.
class CheckpointFiles::Mapping {
public:
    explicit Mapping(const std::filesystem::path& file) {
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            throw Error(ErrorKind::notFound, fmt::format("read weights {}: {}", file.string(), std::strerror(errno)));
        struct ::stat status {};
        if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            memory_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
        }
        ::close(descriptor);
        if (memory_ == MAP_FAILED) corrupt(file.string(), "cannot be mapped; is it empty?");
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (memory_ != MAP_FAILED) ::munmap(memory_, size_);
    }
    const std::byte* bytes() const { return static_cast<const std::byte*>(memory_); }
    std::size_t size() const { return size_; }

private:
    void* memory_ = MAP_FAILED;
    std::size_t size_ = 0;
};

void CheckpointFiles::map(const std::filesystem::path& file) {
    auto mapping = std::make_shared<const Mapping>(file);
    const std::string name = file.string();
    std::uint64_t headerBytes = 0;
    if (mapping->size() < lengthBytes) corrupt(name, fmt::format("{} bytes are too few for a header", mapping->size()));
    std::memcpy(&headerBytes, mapping->bytes(), lengthBytes);
    if (headerBytes > largestHeader || headerBytes > mapping->size() - lengthBytes)
        corrupt(name, fmt::format("a header of {} bytes does not fit a file of {}; is it cut?", headerBytes,
                                  mapping->size()));
    const auto* text = reinterpret_cast<const char*>(mapping->bytes() + lengthBytes);
    const auto header = JsonPlace::parse({text, static_cast<std::size_t>(headerBytes)}, name);
    const std::byte* data = mapping->bytes() + lengthBytes + headerBytes;
    const auto dataBytes = static_cast<std::int64_t>(mapping->size() - lengthBytes - headerBytes);

    for (const auto& key : header.keys()) {
        if (key == "__metadata__") continue;
        const JsonPlace entry = header.at(key);
        MappedTensor tensor{.dtype = entry.at("dtype").asString(), .shape = {}, .file = name};
        const JsonPlace shape = entry.at("shape"), offsets = entry.at("data_offsets");
        if (offsets.size() != 2) offsets.fail("two numbers were due");
        const std::int64_t begin = offsets.at(std::size_t{0}).asInteger(0, INT64_MAX),
                           end = offsets.at(std::size_t{1}).asInteger(0, INT64_MAX);
        if (begin > end || end > dataBytes)
            corrupt(name,
                    fmt::format("tensor \"{}\": bytes {} to {} are outside the {} bytes of data; is the file cut?", key,
                                begin, end, dataBytes));
        std::uint64_t due = dtypeBytes(tensor.dtype);
        if (due == 0) entry.at("dtype").fail(fmt::format("\"{}\" is not known", tensor.dtype));
        for (std::size_t i = 0; i < shape.size(); ++i) {
            tensor.shape.push_back(shape.at(i).asInteger(0, INT64_MAX));
            if (__builtin_mul_overflow(due, static_cast<std::uint64_t>(tensor.shape.back()), &due))
                shape.fail("too large");
        }
        tensor.byteCount = static_cast<std::size_t>(end - begin);
        if (due != tensor.byteCount)
            corrupt(name, fmt::format("tensor \"{}\": {} bytes, {} were due by its shape and dtype", key,
                                      tensor.byteCount, due));
        tensor.data = data + begin;
        if (const auto [there, isNew] = tensors_.emplace(key, std::move(tensor)); !isNew)
            corrupt(name, fmt::format("tensor \"{}\" is in {} too", key, there->second.file));
    }
    mappings_.push_back(std::move(mapping));
}

std::shared_ptr<const CheckpointFiles> CheckpointFiles::open(const std::filesystem::path& folder) {
    std::shared_ptr<CheckpointFiles> files(new CheckpointFiles);
    files->name_ = folder.string();
    const auto index = folder / "model.safetensors.index.json", single = folder / "model.safetensors";
    if (std::filesystem::exists(index)) {
        const JsonPlace map = JsonPlace::read(index, 200'000'000).at("weight_map");
        std::set<std::string> shards;
        for (const auto& tensor : map.keys()) {
            const std::string& shard = map.at(tensor).asString();
            if (shard.empty() || shard.find('/') != std::string::npos || shard.starts_with('.'))
                map.at(tensor).fail(fmt::format("\"{}\" is no file of this folder", shard));
            shards.insert(shard);
        }
        for (const auto& shard : shards) files->map(folder / shard);
        for (const auto& tensor : map.keys()) {
            const auto* found = files->find(tensor);
            if (!found || found->file != (folder / map.at(tensor).asString()).string())
                corrupt((folder / map.at(tensor).asString()).string(),
                        fmt::format("tensor \"{}\" is missing, which {} says is here", tensor, index.string()));
        }
        return files;
    }
    if (std::filesystem::exists(single)) {
        files->map(single);
        return files;
    }
    std::vector<std::filesystem::path> others;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure))
        if (entry.path().extension() == ".safetensors") others.push_back(entry.path());
    if (others.size() != 1)
        throw Error(ErrorKind::notFound,
                    fmt::format("read weights {}: {}", folder.string(),
                                others.empty() ? "no *.safetensors there"
                                               : "several *.safetensors, and no model.safetensors.index.json"));
    files->map(others[0]);
    return files;
}

const MappedTensor* CheckpointFiles::find(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
}

void CheckpointFiles::forget(const MappedTensor& tensor) const {
    // Whole pages inside the tensor alone: its neighbours may be in use. A refusal changes nothing but memory.
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(tensor.data) + page - 1) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(tensor.data) + tensor.byteCount) / page * page;
    if (begin < end) static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED));
}

std::uint64_t CheckpointFiles::byteCount() const {
    std::uint64_t count = 0;
    for (const auto& [name, tensor] : tensors_) count += tensor.byteCount;
    return count;
}

} // namespace core
