#pragma once
#include "core/base/error.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// A place in a JSON file that somebody else wrote. Every getter throws Error(corrupt), naming the file, the path
/// ("model.merges[12]"), what was due and what is there.
class JsonPlace {
public:
    /// Throws Error(notFound) or Error(corrupt); also for files above `largestBytes` and for more than 64 levels.
    static JsonPlace read(const std::filesystem::path& file, std::uint64_t largestBytes = 512'000'000);
    /// The same for a text in memory; `name` stands for the file.
    static JsonPlace parse(std::string_view text, const std::string& name);

    JsonPlace at(const std::string& key) const;
    /// Nothing where the key is missing or null.
    std::optional<JsonPlace> find(const std::string& key) const;
    JsonPlace at(std::size_t index) const;
    std::size_t size() const; ///< of a list or an object
    bool isObject() const { return value_->is_object(); }
    bool isArray() const { return value_->is_array(); }
    bool isString() const { return value_->is_string(); }
    bool isNumber() const { return value_->is_number(); }
    std::vector<std::string> keys() const;

    const std::string& asString() const;
    bool asBool() const;
    double asNumber() const;
    std::int64_t asInteger(std::int64_t least, std::int64_t most) const;

    bool boolOr(const std::string& key, bool otherwise) const;
    std::string stringOr(const std::string& key, const std::string& otherwise) const;
    std::int64_t integerOr(const std::string& key, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;
    double numberOr(const std::string& key, double otherwise) const;
    /// The object's "type".
    std::string type() const;

    const std::string& path() const { return path_; }
    /// Throws Error(corrupt): `read FILE: PATH: what`.
    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void failUnknownType(const std::string& known) const;
    const nlohmann::json& value() const { return *value_; }

private:
    struct Document {
        std::string name;
        nlohmann::json root;
    };
    JsonPlace(std::shared_ptr<const Document> document, const nlohmann::json* value, std::string path);
    std::string found() const;

    std::shared_ptr<const Document> document_;
    const nlohmann::json* value_;
    std::string path_;
};

} // namespace core
