#pragma once
#include "core/training/vlm_step.h"
#include "tests/engine/small_vlm_training.h"
#include "tests/support/temporary_folder.h"
#include <map>

/// What tests of vision-language networks start from.
namespace test {

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
