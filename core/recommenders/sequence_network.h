#pragma once
#include "core/recommenders/sequence_settings.h"
#include "core/tensors/torch.h"
#include <span>
#include <vector>

// Shapes: B histories, T positions, N some of all BT positions, D width, H heads, V products, W words, C candidates.
namespace core {

/// The causal low-pass filter of BSARec as a T x T matrix: row t gives what an ideal low-pass of `lowFrequencies`
/// frequencies leaves at the last place of a window of `window` events that ends with event t and is filled up with
/// zeros in front (Shin et al. 2024, arXiv 2312.10325, equations 5 to 7). Over such a window the filter is circular,
///   g(d) = (1 + 2 sum_{k=1}^{c-1} cos(2 pi k d / window)) / window   for the event d places before,
/// so each prefix of a history has its own row and the future stays unseen. The published code filters whole windows
/// and predicts their last place only; here every place is a prediction (a deviation for the second layer on).
torch::Tensor lowPassTT(int window, int lowFrequencies, std::int64_t length);

/// Causal transformer over a history of product vectors: SASRec (Kang and McAuley 2018, arXiv 1808.09781, section III)
/// with the norms after each part and GELU, as later implementations have it, and a learned bias by age in
/// events in place of absolute positions: the end of a history is always the same place, in training and after it, so
/// that a history longer than those of training is nothing new. BSARec mixes a frequency filter into each
/// attention: filterShare (low + beta^2 high) + (1 - filterShare) attention, each with its own residual and norm.
class SequenceTowerImpl final : public torch::nn::Module {
public:
    explicit SequenceTowerImpl(const SequenceSettings& settings);
    /// Position t of the result has read events 0..t alone; what stands after a history's end changes nothing.
    torch::Tensor forward(const torch::Tensor& itemsBTD);
    /// The rows `wantedN` of forward(itemsBTD).flatten(0, 1), ND: the last layer's larger half is done for them alone.
    torch::Tensor forward(const torch::Tensor& itemsBTD, const torch::Tensor& wantedN);

private:
    struct Layer {
        torch::nn::Linear queryKeyValue, out, inner, innerOut;
        torch::nn::LayerNorm attentionNorm, innerNorm, filterNorm{nullptr};
        torch::Tensor filterRoot; ///< square root of beta, D
    };
    /// Before Layer::out.
    torch::Tensor attended(Layer& layer, const torch::Tensor& hiddenBTD, const torch::Tensor& biasHTT);
    torch::Tensor biasHTT(std::int64_t length) const;

    const SequenceSettings settings_;
    torch::Tensor ageBiasTH_; ///< added to attention by how many events ago
    torch::nn::LayerNorm inputNorm_;
    torch::nn::Dropout dropout_;
    std::vector<Layer> layers_;
};
TORCH_MODULE(SequenceTower);

/// The words of some products, as an embedding bag takes them.
struct WordBags {
    torch::Tensor wordsN;   ///< hashed words, product after product
    torch::Tensor offsetsV; ///< where each product begins
    torch::Tensor scaleV1;  ///< 1 / sqrt(number of words)
};
/// Of the products `rows`, from a table of hashedWords() with `words` columns.
WordBags wordBags(std::span<const std::int64_t> table, int words, std::span<const std::int64_t> rows,
                  torch::Device device);
/// Of all products.
WordBags wordBags(std::span<const std::int64_t> table, int words, torch::Device device);

/// Products by id, tied: the same vectors are read as history and scored as candidates. With text, a second tower over
/// the sums of a product's word vectors gives a score of its own that is added (methods.md 7: a sum of separate
/// scores).
class SequenceNetworkImpl final : public torch::nn::Module {
public:
    SequenceNetworkImpl(const SequenceSettings& settings, std::int64_t items);

    /// What the text tower reads and scores: VD.
    torch::Tensor textVectors(const WordBags& bags);

    const SequenceSettings settings;
    torch::Tensor itemVD;
    SequenceTower tower{nullptr};
    torch::Tensor wordRD; ///< text alone
    SequenceTower textTower{nullptr};
    torch::nn::LayerNorm textNorm{nullptr};
};
TORCH_MODULE(SequenceNetwork);

} // namespace core
