#include "core/text/checked_json.h"
#include <fmt/format.h>
#include <fstream>

namespace core {

namespace {

constexpr int mostLevels = 64;

/// Levels of lists and objects, by brackets outside of texts; counted before anything is built.
int levelsOf(std::string_view text) {
    int level = 0, most = 0;
    bool isInText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isInText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isInText = false;
        } else if (c == '"') {
            isInText = true;
        } else if (c == '{' || c == '[') {
            most = std::max(most, ++level);
        } else if (c == '}' || c == ']') {
            --level;
        }
    }
    return most;
}

} // namespace

JsonPlace::JsonPlace(std::shared_ptr<const Document> document, const nlohmann::json* value, std::string path)
    : document_(std::move(document)), value_(value), path_(std::move(path)) {}

JsonPlace JsonPlace::parse(std::string_view text, const std::string& name) {
    if (levelsOf(text) > mostLevels)
        throw Error(ErrorKind::corrupt,
                    fmt::format("read {}: more than {} levels of lists and objects", name, mostLevels));
    auto document = std::make_shared<Document>();
    document->name = name;
    try {
        document->root = nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("read {}: not JSON at byte {}; is the file cut?", name, error.byte));
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::corrupt, fmt::format("read {}: holds a number that is too large", name));
    }
    const auto* root = &document->root;
    return JsonPlace(std::move(document), root, "");
}

JsonPlace JsonPlace::read(const std::filesystem::path& file, std::uint64_t largestBytes) {
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(file, failure);
    std::ifstream stream(file, std::ios::binary);
    if (failure || !stream) throw Error(ErrorKind::notFound, fmt::format("read {}: no such file", file.string()));
    if (bytes > largestBytes)
        throw Error(ErrorKind::corrupt,
                    fmt::format("read {}: {} bytes; at most {} are read", file.string(), bytes, largestBytes));
    std::string text(bytes, '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(bytes)))
        throw Error(ErrorKind::corrupt, fmt::format("read {}: cannot be read to its end", file.string()));
    return parse(text, file.string());
}

void JsonPlace::fail(const std::string& what) const {
    throw Error(ErrorKind::corrupt,
                fmt::format("read {}: {}: {}", document_->name, path_.empty() ? "the whole file" : path_, what));
}

void JsonPlace::failUnknownType(const std::string& known) const {
    at("type").fail(fmt::format("\"{}\" is not supported; known are {}", type(), known));
}

std::string JsonPlace::found() const {
    if (value_->is_string()) return fmt::format("the text \"{}\"", value_->get_ref<const std::string&>().substr(0, 60));
    if (value_->is_structured()) return value_->is_array() ? "a list" : "an object";
    return value_->dump();
}

JsonPlace JsonPlace::at(const std::string& key) const {
    if (!value_->is_object()) fail(fmt::format("an object was due, found {}", found()));
    const auto entry = value_->find(key);
    if (entry == value_->end()) fail(fmt::format("\"{}\" is missing", key));
    return JsonPlace(document_, &*entry, path_.empty() ? key : path_ + "." + key);
}

std::optional<JsonPlace> JsonPlace::find(const std::string& key) const {
    if (!value_->is_object()) fail(fmt::format("an object was due, found {}", found()));
    const auto entry = value_->find(key);
    if (entry == value_->end() || entry->is_null()) return std::nullopt;
    return JsonPlace(document_, &*entry, path_.empty() ? key : path_ + "." + key);
}

JsonPlace JsonPlace::at(std::size_t index) const {
    if (!value_->is_array()) fail(fmt::format("a list was due, found {}", found()));
    if (index >= value_->size()) fail(fmt::format("{} entries; more were due", value_->size()));
    return JsonPlace(document_, &(*value_)[index], fmt::format("{}[{}]", path_, index));
}

std::size_t JsonPlace::size() const {
    if (!value_->is_structured()) fail(fmt::format("a list or an object was due, found {}", found()));
    return value_->size();
}

std::vector<std::string> JsonPlace::keys() const {
    if (!value_->is_object()) fail(fmt::format("an object was due, found {}", found()));
    std::vector<std::string> keys;
    for (const auto& [key, unused] : value_->items()) keys.push_back(key);
    return keys;
}

const std::string& JsonPlace::asString() const {
    if (!value_->is_string()) fail(fmt::format("a text was due, found {}", found()));
    return value_->get_ref<const std::string&>();
}

bool JsonPlace::asBool() const {
    if (!value_->is_boolean()) fail(fmt::format("true or false was due, found {}", found()));
    return value_->get<bool>();
}

double JsonPlace::asNumber() const {
    if (!value_->is_number()) fail(fmt::format("a number was due, found {}", found()));
    return value_->get<double>();
}

std::int64_t JsonPlace::asInteger(std::int64_t least, std::int64_t most) const {
    const bool isHuge =
        value_->is_number_unsigned() && value_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (!value_->is_number_integer() || isHuge || value_->get<std::int64_t>() < least ||
        value_->get<std::int64_t>() > most)
        fail(fmt::format("a whole number from {} to {} was due, found {}", least, most, found()));
    return value_->get<std::int64_t>();
}

bool JsonPlace::boolOr(const std::string& key, bool otherwise) const {
    const auto place = find(key);
    return place ? place->asBool() : otherwise;
}

std::string JsonPlace::stringOr(const std::string& key, const std::string& otherwise) const {
    const auto place = find(key);
    return place ? place->asString() : otherwise;
}

std::int64_t JsonPlace::integerOr(const std::string& key, std::int64_t otherwise, std::int64_t least,
                                  std::int64_t most) const {
    const auto place = find(key);
    return place ? place->asInteger(least, most) : otherwise;
}

double JsonPlace::numberOr(const std::string& key, double otherwise) const {
    const auto place = find(key);
    return place ? place->asNumber() : otherwise;
}

std::string JsonPlace::type() const { return at("type").asString(); }

} // namespace core
