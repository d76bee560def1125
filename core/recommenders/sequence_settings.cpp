#include "core/recommenders/sequence_settings.h"
#include "core/base/error.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {
/// Bounds keep a damaged file from asking for terabytes.
template <class Number>
void read(const nlohmann::json& json, const char* name, Number smallest, Number largest, Number& into) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number())
        throw Error(ErrorKind::corrupt, fmt::format("model settings: \"{}\" is missing or not a number", name));
    const auto value = found->get<double>();
    if (!(value >= static_cast<double>(smallest) && value <= static_cast<double>(largest)))
        throw Error(ErrorKind::corrupt,
                    fmt::format("model settings: \"{}\" is {}, outside {} to {}", name, value, smallest, largest));
    into = static_cast<Number>(value);
}
} // namespace

void to_json(nlohmann::json& json, const SequenceSettings& settings) {
    json = {{"recommender", settings.recommender},
            {"reads_text", settings.readsText},
            {"width", settings.width},
            {"window", settings.window},
            {"layers", settings.layers},
            {"heads", settings.heads},
            {"inner_width", settings.innerWidth},
            {"dropout", settings.dropout},
            {"filter_share", settings.filterShare},
            {"low_frequencies", settings.lowFrequencies},
            {"word_rows", settings.wordRows},
            {"words", settings.words},
            {"text_weight", settings.textWeight}};
}

void from_json(const nlohmann::json& json, SequenceSettings& settings) {
    if (!json.is_object() || !json.contains("recommender") || !json["recommender"].is_string() ||
        !json.contains("reads_text") || !json["reads_text"].is_boolean())
        throw Error(ErrorKind::corrupt, "model settings: \"recommender\" or \"reads_text\" is missing");
    settings.recommender = json["recommender"].get<std::string>();
    settings.readsText = json["reads_text"].get<bool>();
    read(json, "width", 2, 4096, settings.width);
    read(json, "window", 1, 4096, settings.window);
    read(json, "layers", 1, 64, settings.layers);
    read(json, "heads", 1, 64, settings.heads);
    read(json, "inner_width", 2, 16384, settings.innerWidth);
    read(json, "dropout", 0.0, 0.99, settings.dropout);
    read(json, "filter_share", 0.0, 1.0, settings.filterShare);
    read(json, "low_frequencies", 1, 4096, settings.lowFrequencies);
    read(json, "word_rows", 16, 1 << 22, settings.wordRows);
    read(json, "words", 1, 4096, settings.words);
    read(json, "text_weight", 0.0, 1000.0, settings.textWeight);
    if (settings.width % settings.heads != 0)
        throw Error(ErrorKind::corrupt, "model settings: the width is not a multiple of the heads");
}

} // namespace core
