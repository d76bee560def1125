#include "core/training/checkpoint.h"
#include "core/base/error.h"
#include "core/tensors/weights.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

const char* const fileName = "checkpoint.safetensors";
const std::string bestPrefix = "best.", weightsPrefix = "weights.", optimizerPrefix = "optimizer.";

nlohmann::json toJson(const TrainPoint& point) {
    nlohmann::json json{{"epoch", point.epoch},
                        {"epochs", point.epochs},
                        {"loss", point.loss.value()},
                        {"events_per_second", point.eventsPerSecond},
                        {"seconds_left", point.secondsLeft}};
    if (point.validationNdcg10) json["validation_ndcg@10"] = *point.validationNdcg10;
    return json;
}

TrainPoint pointFrom(const nlohmann::json& json) {
    TrainPoint point{.epoch = json.at("epoch"),
                     .epochs = json.at("epochs"),
                     .loss = json.at("loss").get<double>(),
                     .validationNdcg10 = {},
                     .eventsPerSecond = json.at("events_per_second"),
                     .secondsLeft = json.at("seconds_left")};
    if (json.contains("validation_ndcg@10")) point.validationNdcg10 = json["validation_ndcg@10"].get<double>();
    return point;
}

} // namespace

void saveCheckpoint(const std::filesystem::path& folder, const TrainState& state, const torch::nn::Module& network,
                    const AdamW& optimizer) {
    TensorFile file;
    nlohmann::json curve = nlohmann::json::array();
    for (const auto& point : state.curve) curve.push_back(toJson(point));
    file.metadata["state"] = nlohmann::json{
        {"data_hash", state.dataHash},
        {"settings", state.settingsText},
        {"epoch", state.epoch},
        {"best_epoch", state.bestEpoch},
        {"best_metrics", state.bestMetrics},
        {"seconds", state.seconds},
        {"curve", curve}}.dump();
    storeWeights(network, weightsPrefix, file);
    for (const auto& [name, tensor] : state.bestWeights.tensors) file.tensors[bestPrefix + name] = tensor;
    optimizer.store(optimizerPrefix, file);
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        throw Error(ErrorKind::unavailable, fmt::format("save training {}: {}", folder.string(), failure.message()));
    writeTensorFile(folder / fileName, file);
}

TrainState loadCheckpoint(const std::filesystem::path& folder, const std::string& dataHash,
                          const std::string& settingsText, torch::nn::Module& network, AdamW& optimizer) {
    const auto path = folder / fileName;
    if (!std::filesystem::exists(path))
        throw Error(ErrorKind::notFound, fmt::format("resume a training: there is none in {}", folder.string()));
    const TensorFile file = readTensorFile(path);
    TrainState state;
    try {
        const auto json = nlohmann::json::parse(file.metadata.at("state"));
        state.dataHash = json.at("data_hash");
        state.settingsText = json.at("settings");
        state.epoch = json.at("epoch");
        state.bestEpoch = json.at("best_epoch");
        state.bestMetrics = json.at("best_metrics").get<std::map<std::string, double>>();
        state.seconds = json.at("seconds");
        for (const auto& point : json.at("curve")) state.curve.push_back(pointFrom(point));
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("resume a training: {}: {}", path.string(), error.what()));
    }
    if (state.dataHash != dataHash)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("resume a training: {} was trained on another catalog or other "
                                "histories; train anew without --resume",
                                folder.string()));
    if (state.settingsText != settingsText)
        throw Error(ErrorKind::invalidInput, fmt::format("resume a training: {} had other settings ({}); these are {}",
                                                         folder.string(), state.settingsText, settingsText));
    loadWeights(network, weightsPrefix, file, path.string());
    optimizer.load(optimizerPrefix, file);
    for (const auto& [name, tensor] : file.tensors)
        if (name.starts_with(bestPrefix)) state.bestWeights.tensors[name.substr(bestPrefix.size())] = tensor;
    return state;
}

} // namespace core
