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
/// user's vector from the history's positions, the target's in its history from its own), and the target alone, each
/// distinct target once. In the "even" prompt every event of a window but the first is a target, with those before it
/// as its history: a network that sees earlier tokens alone reads them all at once.
class VlmStep {
public:
    /// All references outlive this. `users` of `split`.
    VlmStep(VlmNetwork network, const VlmPrompt& prompt, const VlmCatalog& catalog, const HeldOut& split,
            const VlmRecipe& recipe, std::int64_t users);

    /// Adds the gradients of `share` times the loss to what is there. Batches above `recipe.microBatch` are read twice,
    /// once for their projections and once, part by part, for gradients (GradCache, Gao et al. 2021, arXiv 2101.06983):
    /// the same gradients in the memory of one part. `seed`: of dropout. Throws Error(cancelled), Error(internal) where
    /// the loss is not finite.
    VlmLosses addGradients(std::span<const VlmWindow> batch, double share, std::uint64_t seed,
                           const std::stop_token& stop);

private:
    /// A product that is predicted, after all tokens before it.
    struct Target {
        BatchSpan joint;      ///< where it stands
        std::size_t alone;    ///< among Texts::alone
        std::size_t window;   ///< among Texts::windowRows
        std::int64_t row = 0; ///< VlmCatalog's
    };
    struct Texts {
        std::vector<VlmText> joint, alone;                 ///< longest first
        std::vector<std::size_t> firstTarget;              ///< of each joint text, and the end
        std::vector<Target> targets;                       ///< by joint text
        std::vector<std::int64_t> aloneRow;                ///< of each text of `alone`
        std::vector<std::vector<std::int64_t>> windowRows; ///< of all events of each joint text
        std::int64_t predicted = 0;                        ///< tokens of all targets that a writer would write
    };
    struct Range {
        std::size_t from = 0, to = 0;
        std::size_t size() const { return to - from; }
    };
    /// What a part of a batch comes to: N targets of its joint texts, C texts of targets alone.
    struct Vectors {
        torch::Tensor userNP, jointNP, aloneCP, nextTokenSum;
    };
    Texts textsOf(std::span<const VlmWindow> batch) const;
    /// Tokens that are predicted of a target: indices into its joint text.
    void addPredicted(const Texts& texts, const Target& target, std::vector<std::int64_t>& into) const;
    Vectors read(const Texts& texts, Range joint, Range alone, bool wantsTokens);
    /// Calls visit(range, hiddenBTD) for blocks of texts of like length.
    template <class Visit>
    void eachBlock(std::span<const VlmText> texts, Range range, std::span<const std::int64_t> openTokens,
                   const ShownPictures& shown, const torch::Tensor& picturesQKD, Visit visit);
    /// a L_TT + b L_UT; fills `losses`.
    torch::Tensor contrast(const Vectors& vectors, const Texts& texts, VlmLosses& losses);
    torch::Tensor overCatalog(const torch::Tensor& anchorsNP, const torch::Tensor& aloneCP, const Texts& texts);

    VlmNetwork network_;
    const VlmPrompt& prompt_;
    const VlmCatalog& catalog_;
    const HeldOut& split_;
    const VlmRecipe& recipe_;
    bool isEven_;
    std::vector<double> shareOfRow_; ///< of the training events
};

} // namespace core
