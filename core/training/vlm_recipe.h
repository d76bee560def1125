#pragma once
#include "core/tensors/device.h"

namespace core {

/// Which scores compete in an in-batch loss: an anchor's with all candidates (row), a candidate's with all anchors
/// (column), or the mean of both.
enum class LossDirection { row, column, symmetric };

/// How a vision-language network is trained (methods.md 1). Written to model.json.
struct VlmRecipe {
    int epochs = 20;
    int patience = 4;        ///< epochs without a better validation NDCG@10 before it stops
    int batch = 32;          ///< windows; more than memory holds, by cached projections
    int microBatch = 32;     ///< windows whose gradients are made at once
    int accumulate = 1;      ///< batches before each step
    bool recomputes = false; ///< gradient checkpointing: less memory, a third more time
    /// Of matrix products: fp32 or bf16. Weights, sums, norms and losses are fp32 in both.
    Precision precision = Precision::fp32;
    int visits = 1; ///< windows that an epoch draws of each shopper
    double learningRate = 1e-4;
    double warmUp = 0.05; ///< part of the whole; then half a cosine to a fiftieth
    double weightDecay = 0.01;
    double largestGradient = 1.0;              ///< of the norm over all parameters
    double itemItem = 0.125, userItem = 0.025; ///< a and b: L = (1 - a - b) L_NIG + a L_TT + b L_UT
    LossDirection direction = LossDirection::row;
    /// In-batch losses as an estimate of the cross entropy over the catalog: each distinct product of a batch competes
    /// once, by its chance of being there, and other products of the same window do not (MoRec, Yuan et al. 2023, arXiv
    /// 2303.13835). Row direction.
    bool isDebiased = false;
    int validationUsers = 1000; ///< at most, evenly spread
};

} // namespace core
