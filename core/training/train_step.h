#pragma once
#include "core/recommenders/item_inputs.h"
#include "core/recommenders/pixrec_network.h"
#include "core/training/batches.h"
#include "core/training/losses.h"
#include "core/training/train_recipe.h"
#include <optional>

namespace core {

/// The loss of one batch of segments:
///   L = (1 - a - b) next item + a item-item (target in its history against target alone) + b user-item   (methods.md
///   1)
/// Candidates of the next item are products with a training event: what was never bought is neither right nor wrong.
/// The pictures of a catalog are too many to encode in each step: a table holds what the encoder last made of each, a
/// share of the batch's pictures is encoded anew with gradients and then put into the table. Between two refreshes of a
/// picture the encoder moves a little; the share and the falling learning rate keep that small.
class TrainStep {
public:
    /// All references outlive this. `excludesHistory`: items of the history are no candidates (catalogs without
    /// repeats).
    TrainStep(PixRecNetwork network, const Dataset& dataset, const LeaveOneOut& split, const ItemInputs& inputs,
              const TrainRecipe& recipe, bool excludesHistory);

    /// What the picture encoder makes of all pictures now (EncodedItems::pictureQW); undefined where there are none.
    void setPictures(const torch::Tensor& pictureQW) { pictureQW_ = pictureQW; }
    /// Likewise of all texts (EncodedItems::textTW), where an encoder from elsewhere reads them; the small one reads
    /// the texts of each step anew.
    void setTexts(const torch::Tensor& textTW) { textTW_ = textTW; }
    /// Whether steps encode pictures anew, so that the picture encoder learns.
    void setPictureLearning(bool on) { picturesLearn_ = on; }
    /// With gradients; the network must be in training mode. Throws Error(cancelled).
    torch::Tensor loss(std::span<const Segment> batch, std::mt19937_64& random, const std::stop_token& stop);

private:
    /// One batch as plain numbers: rows of ItemInputs by segment and position, and one entry for each target.
    struct Plain {
        std::int64_t length = 0;
        std::vector<std::int64_t> rows, times; ///< segments x length; padding is row 0
        std::vector<std::int64_t> position,
            targetRow; ///< N: index into (length + 1) positions of all segments; what follows it
        std::vector<std::int64_t> pickedUser, pickedJoint,
            pickedRow; ///< B: one target of each segment, for the in-batch losses
        std::vector<std::int64_t> excludedRow, excludedColumn; ///< K; columns are rows of ItemInputs
        std::vector<float> excludedBy;
    };
    /// The rows that are scored, ascending, and where each row stands among them (-1: it does not).
    struct Candidates {
        std::vector<std::int64_t> rows;
        std::vector<std::int64_t> placeOfRow;
        std::vector<float> logWeight;
    };
    Plain plain(std::span<const Segment> batch, std::mt19937_64& random) const;
    Candidates candidates(const Plain& batch, std::mt19937_64& random) const;
    /// Some of what `rows` show, drawn: places in `numberOfRow` (distinct texts or pictures).
    std::vector<std::int64_t> some(std::span<const std::int64_t> rows, const std::vector<std::int32_t>& numberOfRow,
                                   int most, std::mt19937_64& random) const;
    void refreshPictures(std::span<const std::int64_t> rows, std::mt19937_64& random);
    void refreshTexts(std::span<const std::int64_t> rows, std::mt19937_64& random);

    PixRecNetwork network_;
    const Dataset& dataset_;
    const LeaveOneOut& split_;
    const ItemInputs& inputs_;
    const TrainRecipe& recipe_;
    bool excludesHistory_, picturesLearn_ = true;
    torch::Device device_;
    torch::Tensor tokensTL_, textTW_, pictureQW_;
    std::vector<double> shareOfRow_; ///< of the training events
};

} // namespace core
