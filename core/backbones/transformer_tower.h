#pragma once
#include "core/backbones/weight_source.h"
#include "core/checkpoints/tower_settings.h"

// Shapes: N texts or pictures, T tokens or patches, D width, H heads.
namespace core {

/// What is learned beside a layer that stands still: input -> scale * up (down input), after dropout of the input (Hu
/// et al. 2021, arXiv 2106.09685, section 4.1). R: rank.
struct LowRankChange {
    torch::Tensor downRD, upER;
    double scale = 1, dropout = 0;
    bool isTraining = false; ///< dropout happens
};

/// Computes in the type of what it is given.
struct LinearWeights {
    torch::Tensor weight, bias; ///< bias may be undefined
    std::shared_ptr<const LowRankChange> change = nullptr;
    torch::Tensor operator()(const torch::Tensor& input) const;
};

struct NormWeights {
    torch::Tensor weight, bias;
    double epsilon = 0;
    torch::Tensor operator()(const torch::Tensor& input) const;
};

LinearWeights takeLinear(WeightSource& source, const std::string& name, std::int64_t to, std::int64_t from,
                         bool hasBias = true);
NormWeights takeNorm(WeightSource& source, const std::string& name, std::int64_t width, double epsilon);
torch::Tensor activate(const torch::Tensor& input, const std::string& name);
/// Softmax attention over `heads`. `maskNT` (undefined: all count) is added to the scores; shape broadcasts to (N, H,
/// T, T).
torch::Tensor attend(const torch::Tensor& queryNTD, const torch::Tensor& keyNTD, const torch::Tensor& valueNTD,
                     std::int64_t heads, const torch::Tensor& mask);

/// A tensor of a network by its place: layer -1 is what comes before the first layer, `layers` what comes after the
/// last one.
struct PlacedTensor {
    std::string name; ///< "3/inner/weight"
    std::int64_t layer = 0;
    torch::Tensor* tensor = nullptr;
};
struct PlacedLinear {
    std::string name; ///< "3/inner"
    LinearWeights* linear = nullptr;
};

/// The blocks between embeddings and head. BERT normalises after each half of a block (Vaswani et al. 2017), SigLIP and
/// CLIP before (Xiong et al. 2020).
class TransformerTower {
public:
    TransformerTower(WeightSource& source, const TowerSettings& settings);
    torch::Tensor run(torch::Tensor hiddenNTD, const torch::Tensor& mask) const;

    std::int64_t layers() const { return settings_.layers; }
    /// What may be replaced by something trained.
    std::vector<PlacedTensor> tensors();
    std::vector<PlacedLinear> linears();

private:
    struct Block {
        LinearWeights query, key, value, output, inner, outer;
        NormWeights first, second;
    };
    TowerSettings settings_;
    std::vector<Block> blocks_;
};

} // namespace core
