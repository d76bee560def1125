#include "core/recommenders/brought_folder.h"
#include "core/array_files/float_rows.h"
#include "core/base/error.h"
#include "core/base/hash_file.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace core {

namespace {

[[noreturn]] void corrupt(const std::filesystem::path& file, const std::string& what) {
    throw Error(ErrorKind::corrupt, fmt::format("read {}: {}", file.string(), what));
}

template <class Number>
StoredTensor stored(const char* dtype, std::vector<std::int64_t> shape, const std::vector<Number>& values) {
    StoredTensor tensor{dtype, std::move(shape), std::vector<std::byte>(values.size() * sizeof(Number))};
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

const StoredTensor& require(const std::filesystem::path& file, const TensorFile& content, const char* name,
                            const char* dtype, std::size_t sides) {
    const auto found = content.tensors.find(name);
    if (found == content.tensors.end()) corrupt(file, fmt::format("tensor \"{}\" is missing", name));
    if (found->second.dtype != dtype || found->second.shape.size() != sides)
        corrupt(file, fmt::format("tensor \"{}\" is not of {} with {} sides", name, dtype, sides));
    return found->second;
}

VectorTable tableOf(const std::filesystem::path& file, const TensorFile& content, const char* name) {
    const auto& tensor = require(file, content, name, "F32", 2);
    constexpr std::int64_t widest = 1 << 20;
    if (tensor.shape[1] < 1 || tensor.shape[1] > widest)
        corrupt(file, fmt::format("tensor \"{}\": {} numbers a row", name, tensor.shape[1]));
    return {tensor.shape[0], static_cast<int>(tensor.shape[1]), toFloats(file.string(), tensor)};
}

template <class Number>
std::vector<Number> numbersOf(const StoredTensor& tensor) {
    std::vector<Number> numbers(tensor.bytes.size() / sizeof(Number));
    if (!numbers.empty()) std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
    return numbers;
}

void checkCount(const std::filesystem::path& file, std::int64_t rows, std::size_t ids, const char* what) {
    if (rows != static_cast<std::int64_t>(ids)) corrupt(file, fmt::format("{} {}, but {} ids", rows, what, ids));
}

void addPart(Hasher& hasher, const std::filesystem::path& file) {
    hasher.add(addFile(hasher, file) ? "end" : "absent");
}

constexpr std::array<std::pair<ShopperVectors, std::string_view>, 3> shopperWords{
    {{ShopperVectors::mean, "mean"}, {ShopperVectors::recent, "recent"}, {ShopperVectors::given, "given"}}};
constexpr std::array<std::pair<Similarity, std::string_view>, 2> similarityWords{
    {{Similarity::dot, "dot"}, {Similarity::cosine, "cosine"}}};

template <class Words, class Value>
std::string_view wordIn(const Words& words, Value value) {
    return std::find_if(words.begin(), words.end(), [value](const auto& entry) { return entry.first == value; })
        ->second;
}

template <class Words>
auto valueIn(const Words& words, const nlohmann::json& json, const char* key, const std::string& source) {
    const auto found = json.find(key);
    for (const auto& [value, text] : words)
        if (found != json.end() && *found == text) return value;
    throw Error(ErrorKind::corrupt,
                fmt::format("read {}: \"{}\" is missing, or none of the words for it", source, key));
}

} // namespace

std::string_view word(ShopperVectors shopperVectors) { return wordIn(shopperWords, shopperVectors); }
std::string_view word(Similarity similarity) { return wordIn(similarityWords, similarity); }

BroughtSettings parseBroughtSettings(const std::string& modelJson, const std::string& source) {
    const auto json = nlohmann::json::parse(modelJson, nullptr, /*allow_exceptions=*/false);
    const auto recommender = json.is_object() ? json.find("recommender") : json.end();
    if (!json.is_object() || recommender == json.end() || !recommender->is_string())
        throw Error(ErrorKind::corrupt, fmt::format("read {}: it is no model card", source));
    BroughtSettings settings{.recommender = recommender->get<std::string>()};
    if (settings.recommender == brought::vectors) {
        settings.shopperVectors = valueIn(shopperWords, json, "shopper_vectors", source);
        settings.similarity = valueIn(similarityWords, json, "similarity", source);
    }
    return settings;
}

BroughtSettings readBroughtSettings(const std::filesystem::path& folder) {
    const auto file = folder / brought::modelFile;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read {}: no such file", file.string()));
    return parseBroughtSettings({std::istreambuf_iterator<char>(stream), {}}, file.string());
}

bool followsEdits(const BroughtSettings& settings) {
    return settings.recommender == brought::script ||
           (settings.recommender == brought::vectors && settings.shopperVectors != ShopperVectors::given);
}

void writeIds(const std::filesystem::path& file, std::span<const std::string> ids) {
    std::ofstream stream(file, std::ios::binary);
    stream << "[\n";
    for (std::size_t at = 0; at < ids.size(); ++at)
        stream << nlohmann::json(ids[at]).dump() << (at + 1 < ids.size() ? ",\n" : "\n");
    stream << "]\n";
    if (!stream.flush())
        throw Error(ErrorKind::unavailable, fmt::format("write {}: failed; is the disk full?", file.string()));
}

std::vector<std::string> readIds(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read {}: no such file", file.string()));
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!json.is_array()) corrupt(file, "it is not a JSON list of ids in UTF-8");
    std::vector<std::string> ids;
    ids.reserve(json.size());
    for (const auto& id : json) {
        if (id.is_number_integer())
            ids.push_back(id.dump());
        else if (id.is_string())
            ids.push_back(id.get<std::string>());
        else
            corrupt(file, fmt::format("entry {} is neither a text nor a whole number", ids.size() + 1));
    }
    return ids;
}

void writeBroughtVectors(const std::filesystem::path& folder, const BroughtVectors& vectors) {
    TensorFile content;
    content.tensors["item_vectors"] = stored("F32", {vectors.items.rows, vectors.items.width}, vectors.items.values);
    writeIds(folder / brought::itemsFile, vectors.itemIds);
    if (!vectors.userIds.empty()) {
        content.tensors["user_vectors"] =
            stored("F32", {vectors.users.rows, vectors.users.width}, vectors.users.values);
        writeIds(folder / brought::usersFile, vectors.userIds);
    }
    writeTensorFile(folder / brought::vectorsFile, content);
}

BroughtVectors readBroughtVectors(const std::filesystem::path& folder) {
    const auto file = folder / brought::vectorsFile;
    const auto content = readTensorFile(file);
    BroughtVectors vectors;
    vectors.items = tableOf(file, content, "item_vectors");
    vectors.itemIds = readIds(folder / brought::itemsFile);
    checkCount(file, vectors.items.rows, vectors.itemIds.size(), "item vectors");
    if (!content.tensors.contains("user_vectors")) return vectors;
    vectors.users = tableOf(file, content, "user_vectors");
    vectors.userIds = readIds(folder / brought::usersFile);
    checkCount(file, vectors.users.rows, vectors.userIds.size(), "user vectors");
    if (vectors.users.width != vectors.items.width)
        corrupt(file, fmt::format("item vectors of {} numbers, user vectors of {}", vectors.items.width,
                                  vectors.users.width));
    return vectors;
}

void writeBroughtLists(const std::filesystem::path& folder, const BroughtLists& lists) {
    TensorFile content;
    const auto count = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
    content.tensors["list_begin"] = stored("I64", {count(lists.begin)}, lists.begin);
    content.tensors["list_items"] = stored("I64", {count(lists.items)}, lists.items);
    content.tensors["list_scores"] = stored("F32", {count(lists.scores)}, lists.scores);
    writeIds(folder / brought::itemsFile, lists.itemIds);
    writeIds(folder / brought::usersFile, lists.userIds);
    writeTensorFile(folder / brought::listsFile, content);
}

BroughtLists readBroughtLists(const std::filesystem::path& folder) {
    const auto file = folder / brought::listsFile;
    const auto content = readTensorFile(file);
    BroughtLists lists;
    lists.itemIds = readIds(folder / brought::itemsFile);
    lists.userIds = readIds(folder / brought::usersFile);
    lists.begin = numbersOf<std::int64_t>(require(file, content, "list_begin", "I64", 1));
    lists.items = numbersOf<std::int64_t>(require(file, content, "list_items", "I64", 1));
    lists.scores = numbersOf<float>(require(file, content, "list_scores", "F32", 1));
    checkCount(file, static_cast<std::int64_t>(lists.begin.size()) - 1, lists.userIds.size(), "lists");
    const auto entries = static_cast<std::int64_t>(lists.items.size()),
               ids = static_cast<std::int64_t>(lists.itemIds.size());
    if (lists.scores.size() != lists.items.size() || lists.begin.front() != 0 || lists.begin.back() != entries ||
        !std::is_sorted(lists.begin.begin(), lists.begin.end()))
        corrupt(file, "its lists do not fit together");
    if (std::any_of(lists.items.begin(), lists.items.end(),
                    [ids](std::int64_t item) { return item < 0 || item >= ids; }))
        corrupt(file, "a list names a product that items.json does not have");
    return lists;
}

std::string broughtHash(const std::filesystem::path& folder, const BroughtSettings& settings) {
    Hasher hasher;
    hasher.add(settings.recommender).add(word(settings.shopperVectors)).add(word(settings.similarity));
    for (const char* name :
         {brought::vectorsFile, brought::listsFile, brought::scriptFile, brought::itemsFile, brought::usersFile})
        addPart(hasher, folder / name);
    return hasher.hex();
}

void checkBroughtHash(const std::filesystem::path& folder, const BroughtSettings& settings, const std::string& hash) {
    if (const auto found = broughtHash(folder, settings); found != hash)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: its files are not those that were added (hash {} instead of {}); add "
                                "them again",
                                folder.string(), found, hash));
}

} // namespace core
