#pragma once

namespace core {

/// How PixRec is trained. One recipe for all modalities and catalogs, chosen on the validation split of the sample
/// shop; frozen here and written to model.json.
struct TrainRecipe {
    int epochs = 20;
    int patience = 4;           ///< epochs without a better validation NDCG@10 before it stops
    int batch = 128;            ///< segments; at least 128, so that the in-batch losses have negatives
    double learningRate = 2e-3; ///< AdamW; warm-up, then half a cosine to a fiftieth
    double warmUp = 0.05;       ///< part of the whole
    double weightDecay = 0.01;
    double largestGradient = 1.0;              ///< of the norm over all parameters
    double itemItem = 0.125, userItem = 0.025; ///< a and b of methods.md 1
    int picturesPerStep = 96; ///< encoded anew in each step; the others stand as they were last encoded
    int fullSoftmax = 8192;   ///< catalogs up to so many distinct inputs are scored whole in each step
    int negatives = 2048;     ///< larger ones: uniform, beside the batch's own
    double timeDropout = 0.1; ///< part of the batches that are read without times, as scratch histories are
    double pictureDropout =
        0.05; ///< part of the items that lack their picture in a step, where the model has words as well
    int validationUsers = 5000; ///< at most, evenly spread
};

} // namespace core
