#pragma once
#include "core/checkpoints/tiny_backbone.h"
#include "core/recommenders/vlm_model.h"
#include "core/training/train_vlm.h"
#include "core/training/vlm_step.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/toy_dataset.h"
#include <map>

/// What tests of vision-language recommenders start from.
namespace test {

using namespace core;

inline Dataset toy(int shoppers = 40) {
    return toyDataset({.types = 5, .colours = 3, .shoppers = shoppers, .events = 6});
}

inline TinyBackbone toySizes() {
    TinyBackbone sizes;
    sizes.width = 32;
    sizes.layers = 2;
    sizes.heads = 2;
    sizes.innerWidth = 48;
    sizes.vocabulary = 400;
    sizes.patch = 16; // 16 patches, 4 tokens a picture
    sizes.pictureWidth = 16;
    sizes.pictureLayers = 1;
    sizes.pictureHeads = 2;
    sizes.pictureInnerWidth = 24;
    return sizes;
}

inline std::vector<std::string> wordsOf(const Dataset& dataset) {
    std::vector<std::string> texts = VlmPrompt::sentences();
    for (const auto& item : dataset.items) texts.push_back(item.modelText());
    for (const auto& sentence : VlmPrompt::sentences()) texts.push_back(sentence);
    return texts;
}

inline VlmSettings settingsFor(const std::string& modality) {
    VlmSettings settings;
    settings.modality = modality;
    settings.projection = 16;
    settings.dropout = 0;
    return settings;
}

inline VlmTraining smallTraining(const std::string& modality, int epochs) {
    VlmTraining chosen;
    chosen.name = "small";
    chosen.device = "cpu";
    chosen.settings = settingsFor(modality);
    chosen.tiny = toySizes();
    chosen.recipe.epochs = epochs;
    chosen.recipe.batch = 16;
    chosen.recipe.microBatch = 16;
    chosen.recipe.learningRate = 2e-3;
    chosen.recipe.validationUsers = 20;
    return chosen;
}

inline JobContext oneThread(std::stop_token stop = {}) {
    JobContext context;
    context.threads = 1;
    context.stop = std::move(stop);
    return context;
}

inline TrainResult train(const Dataset& dataset, const VlmTraining& chosen, const std::filesystem::path& folder) {
    return trainVlm(
        dataset, chosen, folder, [](const TrainPoint&) {}, oneThread());
}

/// A toy catalog, a tiny checkpoint, and what reads the one with the other.
struct Bench {
    TemporaryFolder folder;
    Dataset dataset = toy();
    VlmSettings settings;
    std::filesystem::path checkpoint;
    std::optional<VlmPrompt> prompt;
    VlmCatalog catalog;

    explicit Bench(const VlmSettings& chosen) : settings(chosen), checkpoint(folder / "checkpoint") {
        writeTinyBackbone(checkpoint, toySizes(), wordsOf(dataset), 1);
        prompt.emplace(checkpoint, settings);
        catalog = prompt->catalog(dataset);
    }
    VlmNetwork network(const Computing& computing = {}) const {
        torch::manual_seed(7);
        return VlmNetwork(checkpoint, settings, VlmNetworkImpl::Backbone::trained, computing);
    }
    std::int64_t users() const { return static_cast<std::int64_t>(dataset.histories.userCount()); }
    std::vector<VlmWindow> windows(int count) const {
        std::mt19937_64 random(3);
        std::vector<VlmWindow> drawn;
        for (int user = 0; user < count; ++user) drawn.push_back(drawWindow({user}, 4, 5, random));
        return drawn;
    }
};

inline std::map<std::string, torch::Tensor> gradientsOf(VlmNetwork& network) {
    std::map<std::string, torch::Tensor> gradients;
    for (const auto& entry : network->named_parameters())
        if (entry.value().grad().defined()) gradients[entry.key()] = entry.value().grad().clone();
    network->zero_grad();
    return gradients;
}

inline double largestDifference(const torch::Tensor& first, const torch::Tensor& second) {
    return (first - second).abs().max().item<double>();
}

inline int picturesIn(const VlmText& text) {
    return static_cast<int>(std::count(text.isWritten.begin(), text.isWritten.end(), false));
}

} // namespace test
