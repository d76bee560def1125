#pragma once
#include "core/checkpoints/tiny_backbone.h"
#include "core/recommenders/vlm_model.h"
#include "core/recommenders/vlm_prompt.h"
#include "core/training/train_vlm.h"
#include "tests/support/toy_dataset.h"

/// What trainings of vision-language recommenders start from in tests. Needs no LibTorch.
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

} // namespace test
