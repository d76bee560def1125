#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unistd.h>

namespace core {

namespace {

static_assert(std::endian::native == std::endian::little, "tensor data is copied as it is");

constexpr std::uint64_t lengthBytes = 8;
constexpr std::uint64_t largestSafetensorsHeader = 100'000'000; // as the reference implementation
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

/// A name as it may stand in a message, whatever a hostile file calls its tensors.
std::string shownName(const std::string& name) {
    constexpr std::size_t longest = 80;
    return nlohmann::json(name.size() > longest ? name.substr(0, longest) + "..." : name)
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The header as JSON. Throws where it is none, names something twice, or nests deeper than a header ever does.
nlohmann::json parseHeader(const std::filesystem::path& file, const std::string& text) {
    constexpr int deepest = 3; // header, tensor, shape
    std::vector<std::set<std::string>> namesOfObject;
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
        using Event = nlohmann::json::parse_event_t;
        if (depth > deepest) corrupt(file, "the header nests deeper than a safetensors header does");
        if (event == Event::object_start) namesOfObject.emplace_back();
        if (event == Event::object_end) namesOfObject.pop_back();
        if (event == Event::key && !namesOfObject.back().insert(value.get<std::string>()).second)
            corrupt(file, fmt::format("the header names {} twice", shownName(value.get<std::string>())));
        return true;
    };
    auto json = nlohmann::json::parse(text, watch, /*allow_exceptions=*/false);
    if (!json.is_object()) corrupt(file, "the header is not a JSON object in UTF-8");
    return json;
}

/// Whole numbers that are not negative; nothing where one is anything else.
std::optional<std::vector<std::int64_t>> wholeNumbers(const nlohmann::json& json) {
    if (!json.is_array()) return std::nullopt;
    std::vector<std::int64_t> numbers;
    for (const auto& value : json) {
        if (!value.is_number_unsigned() ||
            value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
        numbers.push_back(value.get<std::int64_t>());
    }
    return numbers;
}

/// Reads one header entry into `content`, without its bytes, and returns where those lie.
Entry readEntry(const std::filesystem::path& file, const std::string& name, const nlohmann::json& json,
                std::uint64_t dataBytes, TensorFile& content) {
    const auto dtype = json.find("dtype"), shape = json.find("shape"), offsets = json.find("data_offsets");
    if (!json.is_object() || dtype == json.end() || shape == json.end() || offsets == json.end() || !dtype->is_string())
        corrupt(file, fmt::format("tensor {}: needs dtype, shape and data_offsets", shownName(name)));
    const auto sides = wholeNumbers(*shape), range = wholeNumbers(*offsets);
    if (!sides) corrupt(file, fmt::format("tensor {}: its shape is not a list of whole numbers", shownName(name)));
    if (!range || range->size() != 2)
        corrupt(file, fmt::format("tensor {}: data_offsets are not two whole numbers", shownName(name)));
    StoredTensor tensor{.dtype = dtype->get<std::string>(), .shape = *sides, .bytes = {}};
    Entry entry{name, static_cast<std::uint64_t>((*range)[0]), static_cast<std::uint64_t>((*range)[1])};
    if (dtypeBytes(tensor.dtype) == 0)
        corrupt(file, fmt::format("tensor {}: dtype {} is not known", shownName(name), shownName(tensor.dtype)));
    if (entry.begin > entry.end || entry.end > dataBytes)
        corrupt(file, fmt::format("tensor {}: bytes {} to {} are outside the {} bytes of data; is the file cut?",
                                  shownName(name), entry.begin, entry.end, dataBytes));
    if (expectedBytes(tensor) != entry.end - entry.begin)
        corrupt(file, fmt::format("tensor {}: {} bytes do not fit its shape and dtype", shownName(name),
                                  entry.end - entry.begin));
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
            corrupt(file, fmt::format("tensor {}: starts at byte {} where {} was due: overlap or hole",
                                      shownName(entry.name), entry.begin, covered));
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
    if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
    if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
    if (dtype == "F16" || dtype == "BF16" || dtype == "I16" || dtype == "U16") return 2;
    return dtype == "I8" || dtype == "U8" || dtype == "BOOL" ? 1 : 0;
}

namespace {

/// A checked header: tensors without bytes, and the entries in the order of the file.
struct SafetensorsHeader {
    TensorFile content;
    std::vector<Entry> entries;
};

/// Leaves `stream` where the data begin.
SafetensorsHeader readHeader(const std::filesystem::path& file, std::ifstream& stream) {
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read tensors {}: no such file", file.string()));
    std::error_code failure;
    const std::uint64_t fileBytes = std::filesystem::file_size(file, failure);
    if (failure) corrupt(file, failure.message());
    std::uint64_t headerBytes = 0;
    if (fileBytes < lengthBytes || !stream.read(reinterpret_cast<char*>(&headerBytes), lengthBytes))
        corrupt(file, fmt::format("{} bytes are too few for a header", fileBytes));
    if (headerBytes > largestSafetensorsHeader || headerBytes > fileBytes - lengthBytes)
        corrupt(file, fmt::format("a header of {} bytes does not fit a file of {}", headerBytes, fileBytes));

    std::string header(headerBytes, '\0');
    if (!stream.read(header.data(), static_cast<std::streamsize>(headerBytes)))
        corrupt(file, "the header cannot be read");
    const auto json = parseHeader(file, header);

    SafetensorsHeader read;
    const std::uint64_t dataBytes = fileBytes - lengthBytes - headerBytes;
    for (const auto& [name, value] : json.items()) {
        if (name != metadataKey) {
            read.entries.push_back(readEntry(file, name, value, dataBytes, read.content));
            continue;
        }
        if (!value.is_object()) corrupt(file, "the metadata are not a JSON object");
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string()) corrupt(file, fmt::format("metadata {} is not a text", shownName(key)));
            read.content.metadata[key] = text.get<std::string>();
        }
    }
    checkCoverage(file, read.entries, dataBytes);
    return read;
}

} // namespace

TensorFile readTensorHeader(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return readHeader(file, stream).content;
}

TensorFile readTensorFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    auto [content, entries] = readHeader(file, stream);
    for (const auto& entry : entries) { // in file order, so each read goes on where the last one ended
        auto& bytes = content.tensors.at(entry.name).bytes;
        bytes.resize(entry.end - entry.begin); // not before: what overlaps could add up to any size
        if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
            corrupt(file, fmt::format("tensor {}: cannot be read; is the file cut?", shownName(entry.name)));
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
    std::error_code failure;
    try {
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
    } catch (...) { // on a full disk its bytes are what others want
        std::filesystem::remove(partial, failure);
        throw;
    }
    std::filesystem::rename(partial, file, failure);
    if (failure)
        throw Error(ErrorKind::unavailable, fmt::format("write tensors {}: {}", file.string(), failure.message()));
}

} // namespace core
