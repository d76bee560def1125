#pragma once
#include "core/array_files/safetensors.h"
#include "core/tensors/torch.h"
#include <map>
#include <string>

namespace core {

/// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2). Our own because its state must survive a resume
/// bit for bit, and LibTorch 1 and 2 keep theirs under different keys. Vectors and scalars (biases, norms) are not
/// decayed.
class AdamW {
public:
    AdamW(const torch::nn::Module& module, double weightDecay);
    /// Parameters whose names begin with `prefix` learn at this part of the rate.
    void scaleRate(const std::string& prefix, double part);
    /// Uses the gradients that are there; clears them.
    void step(double learningRate);
    /// After step(): a step for some rows of the parameter `name`, whose gradient was taken of a copy of those rows
    /// alone. Other rows stand still, their moments too (lazy Adam), so that a step costs nothing for a catalog that
    /// it does not touch. `rowsN` distinct, int64.
    void stepRows(const std::string& name, const torch::Tensor& rowsN, const torch::Tensor& gradientND,
                  double learningRate);
    void store(const std::string& prefix, TensorFile& into) const;
    /// Throws Error(corrupt) where moments are missing.
    void load(const std::string& prefix, const TensorFile& from);

private:
    struct Slot {
        torch::Tensor parameter, mean, square;
        double rate = 1; ///< part of the learning rate
    };
    std::map<std::string, Slot> slots_;
    double weightDecay_;
    std::int64_t steps_ = 0;
};

} // namespace core
