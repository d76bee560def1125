#include "core/tensors/safetensors.h"
#include "core/base/error.h"
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace core {

namespace {

static_assert(std::endian::native == std::endian::little, "tensor data is copied as it is");

constexpr std::uint64_t lengthBytes = 8;
constexpr std::uint64_t largestHeader = 100'000'000; // as the reference implementation
const char* const metadataKey = "__metadata__";

[[noreturn]] void corrupt(const std::filesystem::path& file, const std::string& what) {
    throw Error(ErrorKind::corrupt, fmt::format("read tensors {}: {}", file.string(), what));
}

struct Entry {
    std::string name;
    std::uint64_t begin = 0, end = 0;
};

/// Elements times bytes an element; nothing where that overflows or a side is negative.
std::optional<std::uint64_t> expectedBytes(const StoredTensor& tensor) {
    std::uint64_t bytes = dtypeBytes(tensor.dtype);
    for (const auto side : tensor.shape)
        if (side < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes)) return std::nullopt;
    return bytes;
}

/// Reads one header entry into `content` and returns where its bytes lie.
Entry readEntry(const std::filesystem::path& file, const std::string& name, const nlohmann::json& json,
                std::uint64_t dataBytes, TensorFile& content) {
    StoredTensor tensor;
    Entry entry{.name = name};
    try {
        tensor.dtype = json.at("dtype").get<std::string>();
        tensor.shape = json.at("shape").get<std::vector<std::int64_t>>();
        const auto offsets = json.at("data_offsets").get<std::array<std::uint64_t, 2>>();
        entry.begin = offsets[0];
        entry.end = offsets[1];
    } catch (const nlohmann::json::exception&) {
        corrupt(file, fmt::format("tensor \"{}\": needs dtype, shape and data_offsets", name));
    }
    if (dtypeBytes(tensor.dtype) == 0)
        corrupt(file, fmt::format("tensor \"{}\": dtype \"{}\" is not known", name, tensor.dtype));
    if (entry.begin > entry.end || entry.end > dataBytes)
        corrupt(file, fmt::format("tensor \"{}\": bytes {} to {} are outside the {} bytes of data; is the file cut?",
                                  name, entry.begin, entry.end, dataBytes));
    if (expectedBytes(tensor) != entry.end - entry.begin)
        corrupt(file,
                fmt::format("tensor \"{}\": {} bytes do not fit its shape and dtype", name, entry.end - entry.begin));
    tensor.bytes.resize(entry.end - entry.begin);
    content.tensors.emplace(name, std::move(tensor));
    return entry;
}

/// All bytes of data belong to exactly one tensor.
void checkCoverage(const std::filesystem::path& file, std::vector<Entry>& entries, std::uint64_t dataBytes) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t covered = 0;
    for (const auto& entry : entries) {
        if (entry.begin != covered)
            corrupt(file, fmt::format("tensor \"{}\": starts at byte {} where {} was due: overlap or hole", entry.name,
                                      entry.begin, covered));
        covered = entry.end;
    }
    if (covered != dataBytes)
        corrupt(file, fmt::format("{} bytes after the last tensor belong to none", dataBytes - covered));
}

void writeAll(int descriptor, const void* bytes, std::size_t count, const std::filesystem::path& file) {
    const auto* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = ::write(descriptor, at, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0)
            throw Error(ErrorKind::unavailable,
                        fmt::format("write tensors {}: {}", file.string(), std::strerror(errno)));
        at += written;
        count -= static_cast<std::size_t>(written);
    }
}

struct OpenFile {
    int descriptor = -1;
    ~OpenFile() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

} // namespace

std::int64_t StoredTensor::elementCount() const {
    std::int64_t count = 1;
    for (const auto side : shape) count *= side;
    return count;
}

std::size_t dtypeBytes(const std::string& dtype) {
    if (dtype == "F64" || dtype == "I64") return 8;
    if (dtype == "F32" || dtype == "I32") return 4;
    if (dtype == "F16" || dtype == "BF16" || dtype == "I16") return 2;
    return dtype == "I8" || dtype == "U8" || dtype == "BOOL" ? 1 : 0;
}

TensorFile readTensorFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read tensors {}: no such file", file.string()));
    std::error_code failure;
    const std::uint64_t fileBytes = std::filesystem::file_size(file, failure);
    if (failure) corrupt(file, failure.message());
    std::uint64_t headerBytes = 0;
    if (fileBytes < lengthBytes || !stream.read(reinterpret_cast<char*>(&headerBytes), lengthBytes))
        corrupt(file, fmt::format("{} bytes are too few for a header", fileBytes));
    if (headerBytes > largestHeader || headerBytes > fileBytes - lengthBytes)
        corrupt(file, fmt::format("a header of {} bytes does not fit a file of {}", headerBytes, fileBytes));

    std::string header(headerBytes, '\0');
    if (!stream.read(header.data(), static_cast<std::streamsize>(headerBytes)))
        corrupt(file, "the header cannot be read");
    const auto json = nlohmann::json::parse(header, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) corrupt(file, "the header is not a JSON object");

    TensorFile content;
    std::vector<Entry> entries;
    const std::uint64_t dataBytes = fileBytes - lengthBytes - headerBytes;
    for (const auto& [name, value] : json.items()) {
        if (name != metadataKey) {
            entries.push_back(readEntry(file, name, value, dataBytes, content));
            continue;
        }
        if (!value.is_object()) corrupt(file, "the metadata are not a JSON object");
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string()) corrupt(file, fmt::format("metadata \"{}\" is not a text", key));
            content.metadata[key] = text.get<std::string>();
        }
    }
    checkCoverage(file, entries, dataBytes);
    for (const auto& entry : entries) { // in file order, so each read goes on where the last one ended
        auto& bytes = content.tensors.at(entry.name).bytes;
        if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
            corrupt(file, fmt::format("tensor \"{}\": cannot be read; is the file cut?", entry.name));
    }
    return content;
}

void writeTensorFile(const std::filesystem::path& file, const TensorFile& content) {
    nlohmann::json header = nlohmann::json::object();
    if (!content.metadata.empty()) header[metadataKey] = content.metadata;
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : content.tensors) {
        if (dtypeBytes(tensor.dtype) == 0 || expectedBytes(tensor) != tensor.bytes.size())
            throw Error(ErrorKind::internal,
                        fmt::format("write tensors {}: tensor \"{}\": bytes and shape differ", file.string(), name));
        header[name] = {
            {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // data start on an 8-byte boundary
    const std::uint64_t headerBytes = text.size();

    const std::filesystem::path partial = file.string() + ".partial";
    {
        const OpenFile out{::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
        if (out.descriptor < 0)
            throw Error(ErrorKind::unavailable,
                        fmt::format("write tensors {}: {}", file.string(), std::strerror(errno)));
        writeAll(out.descriptor, &headerBytes, lengthBytes, file);
        writeAll(out.descriptor, text.data(), text.size(), file);
        for (const auto& [name, tensor] : content.tensors)
            writeAll(out.descriptor, tensor.bytes.data(), tensor.bytes.size(), file);
        if (::fsync(out.descriptor) != 0)
            throw Error(ErrorKind::unavailable,
                        fmt::format("write tensors {}: {}", file.string(), std::strerror(errno)));
    }
    std::error_code failure;
    std::filesystem::rename(partial, file, failure);
    if (failure)
        throw Error(ErrorKind::unavailable, fmt::format("write tensors {}: {}", file.string(), failure.message()));
}

} // namespace core
