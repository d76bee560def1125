#pragma once

namespace core {

/// How PixRec is trained. One recipe for all modalities and catalogs, chosen on the validation split of the sample
/// shop; frozen here and written to model.json.
struct TrainRecipe {
    int epochs = 16;
    int patience = 8;           ///< epochs without a better validation NDCG@10 before it stops
    int batch = 128;            ///< segments; at least 128, so that the in-batch losses have negatives
    double learningRate = 2e-3; ///< AdamW; warm-up, then half a cosine to a fiftieth
    double warmUp = 0.05;       ///< part of the whole
    double weightDecay = 0.05;
    double largestGradient = 1.0;              ///< of the norm over all parameters
    double itemItem = 0.125, userItem = 0.025; ///< a and b of methods.md 1
    int picturesPerStep = 96;     ///< encoded anew in each step; the others stand as they were last encoded
    int textsPerStep = 32;        ///< likewise by an encoder from elsewhere; the small one reads all of a step
    double encoderRate = 0.02;    ///< part of the learning rate for encoders from elsewhere that are tuned
    double changeRate = 0.2;      ///< likewise for their LoRA's changes, which begin as nothing
    double pictureLearning = 0.2; ///< part of the epochs in which the picture encoder learns; then it stands still, so
                                  ///< that what was encoded before stays true while the rest adapts to it
    int fullSoftmax = 8192;       ///< catalogs up to so many distinct inputs are scored whole in each step
    int negatives = 2048;         ///< larger ones: uniform, beside the batch's own
    double dropout = 0.2;         ///< in the user tower's layers
    double featureDropout =
        0.1;                  ///< part of an item's features that a step hides, so that no product is learnt by heart
    double timeDropout = 0.5; ///< part of the batches that are read without times, as scratch histories are
    double pictureDropout =
        0.05; ///< part of the items that lack their picture in a step, where the model has words as well
    int validationUsers = 5000; ///< at most, evenly spread
};

} // namespace core
