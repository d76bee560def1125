#include "core/recommenders/vlm_settings.h"
#include "core/base/error.h"
#include "core/base/json_problem.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace core {

void requireSensible(const VlmSettings& settings) {
    const auto require = [](bool isSensible, const std::string& what) {
        if (!isSensible) throw Error(ErrorKind::invalidInput, "model settings: " + what);
    };
    const auto within = [&](const char* name, double value, double smallest, double largest) {
        require(value >= smallest && value <= largest,
                fmt::format("{} is {}, outside {} to {}", name, value, smallest, largest));
    };
    require(settings.modality == "text" || settings.modality == "image" || settings.modality == "both",
            fmt::format("modality \"{}\" is not text, image or both", settings.modality));
    require(settings.prompt == "plain" || settings.prompt == "chat" || settings.prompt == "even",
            fmt::format("prompt \"{}\" is not plain, chat or even", settings.prompt));
    require(settings.pictureTower == "checkpoint" || settings.pictureTower == "item-level",
            fmt::format("picture tower \"{}\" is not checkpoint or item-level", settings.pictureTower));
    within("window", settings.window, 1, 1000);
    within("text_tokens", settings.textTokens, 1, 4096);
    within("projection", settings.projection, 1, 65'536);
    within("temperature", settings.temperature, 1e-3, 1e3);
    within("rank", settings.rank, 0, 4096);
    within("alpha", settings.alpha, 1e-6, 1e6);
    within("dropout", settings.dropout, 0, 0.99);
    for (const auto& target : settings.targets)
        require(
            std::count(std::begin(vlmTargets), std::end(vlmTargets), target) > 0,
            fmt::format("\"{}\" is no layer that LoRA can change; those are {}", target, fmt::join(vlmTargets, ", ")));
}

void to_json(nlohmann::json& json, const VlmSettings& settings) {
    json = {{"modality", settings.modality},
            {"prompt", settings.prompt},
            {"picture_tower", settings.pictureTower},
            {"backbone", settings.backbone},
            {"keeps_backbone", settings.keepsBackbone},
            {"window", settings.window},
            {"text_tokens", settings.textTokens},
            {"projection", settings.projection},
            {"temperature", settings.temperature},
            {"learns_temperature", settings.learnsTemperature},
            {"rank", settings.rank},
            {"alpha", settings.alpha},
            {"dropout", settings.dropout},
            {"targets", settings.targets}};
}

void from_json(const nlohmann::json& json, VlmSettings& settings) {
    try {
        json.at("modality").get_to(settings.modality);
        json.at("prompt").get_to(settings.prompt);
        settings.pictureTower = json.value("picture_tower", settings.pictureTower);
        json.at("backbone").get_to(settings.backbone);
        json.at("keeps_backbone").get_to(settings.keepsBackbone);
        json.at("window").get_to(settings.window);
        json.at("text_tokens").get_to(settings.textTokens);
        json.at("projection").get_to(settings.projection);
        json.at("temperature").get_to(settings.temperature);
        json.at("learns_temperature").get_to(settings.learnsTemperature);
        json.at("rank").get_to(settings.rank);
        json.at("alpha").get_to(settings.alpha);
        json.at("dropout").get_to(settings.dropout);
        json.at("targets").get_to(settings.targets);
        requireSensible(settings);
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("model settings: {}", jsonProblem(error)));
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, error.what());
    }
}

} // namespace core
