#pragma once
#include "core/recommenders/vlm_network.h"
#include "core/training/vlm_batches.h"
#include "core/training/vlm_recipe.h"

// Shapes: as in vlm_network.h; N tokens that are predicted.
namespace core {

/// Cross entropy of each token given those before it, summed: position t is held against what stands at t + 1
/// (methods.md 1, L_NIG: shifted by one). `hiddenBTD` are last hidden states of `idsBT`; `predicted` are the positions
/// t + 1 to be counted, as indices into the flattened BT.
torch::Tensor nextTokenLossSum(const VlmNetworkImpl& network, const torch::Tensor& hiddenBTD,
                               const std::vector<std::int64_t>& predicted, const std::vector<std::int64_t>& tokenN);
/// In-batch InfoNCE in a direction; `rowB`: equal products, which are no negatives of each other
/// (core/training/losses.h).
torch::Tensor inBatchLoss(const torch::Tensor& anchorsBP, const torch::Tensor& candidatesBP, const torch::Tensor& rowB,
                          const torch::Tensor& temperature, LossDirection direction);

struct VlmLosses {
    double total = 0, nextToken = 0, itemItem = 0, userItem = 0;
};

/// Loss and gradients of one batch. Each window is read twice with the same weights: history and target together (the
/// user's vector from the history's positions, the target's in its history from its own), and the target alone.
class VlmStep {
public:
    /// All references outlive this.
    VlmStep(VlmNetwork network, const VlmPrompt& prompt, const VlmCatalog& catalog, const HeldOut& split,
            const VlmRecipe& recipe)
        : network_(std::move(network)), prompt_(prompt), catalog_(catalog), split_(split), recipe_(recipe) {}

    /// Adds the gradients of `share` times the loss to what is there. Batches above `recipe.microBatch` are read twice,
    /// once for their projections and once, part by part, for gradients (GradCache, Gao et al. 2021, arXiv 2101.06983):
    /// the same gradients in the memory of one part. `seed`: of dropout. Throws Error(cancelled), Error(internal) where
    /// the loss is not finite.
    VlmLosses addGradients(std::span<const VlmWindow> batch, double share, std::uint64_t seed,
                           const std::stop_token& stop);

private:
    /// What a part of a batch comes to.
    struct Vectors {
        torch::Tensor userBP, jointBP, aloneBP, nextTokenSum;
    };
    struct Texts {
        std::vector<VlmText> joint, alone;
        std::vector<std::int64_t> historyTokens; ///< of each joint text
        std::vector<std::int64_t> row;           ///< of the target
        std::int64_t predicted = 0;              ///< tokens of all targets that a writer would write
    };
    Texts textsOf(std::span<const VlmWindow> batch) const;
    Vectors read(const Texts& texts, std::size_t from, std::size_t count, bool wantsTokens);
    torch::Tensor hidden(std::span<const VlmText> texts, std::span<const std::int64_t> openTokens,
                         const ShownPictures& shown, const torch::Tensor& picturesQKD);
    /// a L_TT + b L_UT; fills `losses`.
    torch::Tensor contrast(const Vectors& vectors, const Texts& texts, VlmLosses& losses);

    VlmNetwork network_;
    const VlmPrompt& prompt_;
    const VlmCatalog& catalog_;
    const HeldOut& split_;
    const VlmRecipe& recipe_;
};

} // namespace core
