#pragma once
#include "core/checkpoints/checkpoint_files.h"
#include "core/tensors/torch.h"
#include <map>
#include <set>
#include <string_view>

namespace core {

/// Hands the tensors of a checkpoint to the network that is being built, and knows at the end what nobody took. A
/// network made of nothing else has no random layer.
class WeightSource {
public:
    /// `prefix` stands before every name that is asked for.
    WeightSource(std::shared_ptr<const CheckpointFiles> files, std::string prefix);

    /// What is taken from here on is copied, never borrowed, and stands in own() too: weights that will be trained.
    void keepOwn() { own_ = std::make_shared<std::map<std::string, torch::Tensor>>(); }
    /// By whole name, the very tensors that the network has; empty without keepOwn().
    std::map<std::string, torch::Tensor> own() const { return own_ ? *own_ : std::map<std::string, torch::Tensor>(); }

    /// What is taken from here on goes to `device`.
    void setDevice(torch::Device device) { device_ = device; }
    /// What is taken from here on and has two dimensions or more is rounded to `dtype`.
    void setMatrixType(torch::Dtype dtype) { matrixType_ = dtype; }

    /// The tensor as float32, or as setMatrixType() says. Borrowed from the mapped file where that holds float32 (the
    /// tensor keeps the file mapped; never write to it), a copy else. Throws Error(corrupt) naming file, tensor, the
    /// shape that was due and the one found.
    torch::Tensor take(const std::string& name, std::vector<std::int64_t> shape);
    /// The tensors whose names go on after `prefix`; what is taken from them counts here too.
    WeightSource under(const std::string& prefix) const;
    bool has(const std::string& name) const { return files_->find(prefix_ + name) != nullptr; }
    /// A tensor that is none of the network's, where it is there.
    void leaveOut(const std::string& name) { taken_->insert(prefix_ + name); }
    /// Throws Error(corrupt) naming a tensor that was not taken, unless its name starts with one of `others`.
    void expectAllTaken(const std::vector<std::string_view>& others) const;

private:
    std::shared_ptr<const CheckpointFiles> files_;
    std::string prefix_;
    torch::Tensor borrowed(const std::string& whole, const std::vector<std::int64_t>& shape) const;

    torch::Device device_ = torch::kCPU;
    torch::Dtype matrixType_ = torch::kFloat32;
    std::shared_ptr<std::map<std::string, torch::Tensor>> own_;
    std::shared_ptr<std::set<std::string>> taken_ = std::make_shared<std::set<std::string>>();
};

} // namespace core
