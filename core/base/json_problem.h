#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace core {

/// What a JSON error says, without the library's own prefix "[json.exception.parse_error.101] ".
inline std::string jsonProblem(const nlohmann::json::exception& error) {
    const std::string text = error.what();
    const auto prefix = text.find("] ");
    return prefix == std::string::npos ? text : text.substr(prefix + 2);
}

} // namespace core
