#include "core/recommenders/pretrained_towers.h"
#include "core/backbones/encoder_networks.h"
#include "core/backbones/item_tokenizer.h"
#include "core/base/error.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace core {

namespace {

/// Makes parameters of `module` of what is trained of a network, in the network's own places.
class Tuning {
public:
    template <class Network>
    Tuning(torch::nn::Module& module, Network& network, std::int64_t layers, const PretrainedTower& tower)
        : tensors_(network.tensors()) {
        if (tower.tuning == TowerTuning::lora) {
            const auto linears = network.linears();
            if (linears.empty())
                throw Error(ErrorKind::invalidInput,
                            fmt::format("tune {}: a network of convolutions has no linear layers for LoRA; tune its "
                                        "top layers, the whole, or none",
                                        tower.folder));
            for (const auto& place : linears) addChange(module, place, tower);
            return;
        }
        const auto first = tower.tuning == TowerTuning::whole ? -1 : std::max<std::int64_t>(0, layers - tower.layers);
        for (auto& place : tensors_)
            if (place.layer >= first) *place.tensor = module.register_parameter(place.name, place.tensor->clone());
    }

    /// Dropout of the changes.
    void setTraining(bool on) {
        for (auto& change : changes_) change->isTraining = on && change->dropout > 0;
    }
    /// What is not trained follows the parameters to their device.
    void follow(torch::Device device) {
        for (auto& place : tensors_)
            if (place.tensor->device() != device) *place.tensor = place.tensor->to(device);
    }

private:
    void addChange(torch::nn::Module& module, const PlacedLinear& place, const PretrainedTower& tower) {
        auto change = std::make_shared<LowRankChange>();
        const auto to = place.linear->weight.size(0), from = place.linear->weight.size(1);
        const double bound = 1 / std::sqrt(static_cast<double>(from));
        change->downRD =
            module.register_parameter(place.name + "/down", torch::empty({tower.rank, from}).uniform_(-bound, bound));
        change->upER = module.register_parameter(place.name + "/up", torch::zeros({to, tower.rank})); // no change yet
        change->scale = tower.alpha / tower.rank;
        change->dropout = tower.dropout;
        place.linear->change = change;
        changes_.push_back(std::move(change));
    }

    std::vector<PlacedTensor> tensors_;
    std::vector<std::shared_ptr<LowRankChange>> changes_;
};

class ShiftedTokenizer final : public TextTokenizer {
public:
    explicit ShiftedTokenizer(const std::filesystem::path& folder) : tokenizer_(ItemTokenizer::load(folder)) {}
    std::vector<std::int32_t> encode(std::string_view text) const override {
        auto ids = tokenizer_.ids(std::string(text));
        for (auto& id : ids) ++id;
        return ids;
    }
    std::int32_t size() const override { return tokenizer_.size() + 1; }

private:
    ItemTokenizer tokenizer_;
};

class TunedTextEncoder final : public TextEncoder {
public:
    explicit TunedTextEncoder(const PretrainedTower& tower)
        : network_(tower.folder), tokenizer_(std::make_shared<ShiftedTokenizer>(tower.folder)),
          tuning_(*this, network_, network_.settings().layers, tower) {}

    torch::Tensor encode(const torch::Tensor& tokensNL) override {
        tuning_.follow(tokensNL.device());
        // Rows of one length together: nothing is padded, and nothing masked.
        const auto lengths = (tokensNL != 0).sum(1).to(torch::kCPU);
        const std::span<const std::int64_t> lengthN(lengths.data_ptr<std::int64_t>(),
                                                    static_cast<std::size_t>(lengths.size(0)));
        std::vector<std::int64_t> order(lengthN.size()), placeOf(lengthN.size());
        std::iota(order.begin(), order.end(), std::int64_t{0});
        const auto lengthOf = [&](std::int64_t row) { return lengthN[static_cast<std::size_t>(row)]; };
        std::stable_sort(order.begin(), order.end(),
                         [&](std::int64_t a, std::int64_t b) { return lengthOf(a) < lengthOf(b); });
        std::vector<torch::Tensor> parts;
        for (std::size_t begin = 0; begin < order.size();) {
            std::size_t end = begin;
            while (end < order.size() && lengthOf(order[end]) == lengthOf(order[begin])) ++end;
            const auto rows =
                torch::tensor(std::vector<std::int64_t>(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                                        order.begin() + static_cast<std::ptrdiff_t>(end)))
                    .to(tokensNL.device());
            for (std::size_t i = begin; i < end; ++i)
                placeOf[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
            parts.push_back(network_.vectors(tokensNL.index_select(0, rows).narrow(1, 0, lengthOf(order[begin])) - 1));
            begin = end;
        }
        return torch::cat(parts).index_select(0, torch::tensor(placeOf).to(tokensNL.device()));
    }

    int width() const override { return static_cast<int>(network_.vectorWidth()); }
    std::shared_ptr<const TextTokenizer> tokenizer() const override { return tokenizer_; }
    void train(bool on) override {
        torch::nn::Module::train(on);
        tuning_.setTraining(on);
    }

private:
    TextNetwork network_;
    std::shared_ptr<const ShiftedTokenizer> tokenizer_;
    Tuning tuning_;
};

class TunedPictureEncoder final : public PictureEncoder {
public:
    explicit TunedPictureEncoder(const PretrainedTower& tower)
        : network_(tower.folder), preprocessor_(PicturePreprocessor::load(tower.folder)),
          tuning_(*this, network_, network_.layers(), tower) {}

    torch::Tensor encode(const torch::Tensor& pixelsNSSC) override {
        tuning_.follow(pixelsNSSC.device());
        const auto plain = pixelsNSSC.to(torch::kCPU).contiguous();
        const auto side = static_cast<int>(plain.size(1));
        const auto bytes = plain.size(1) * plain.size(2) * plain.size(3);
        std::vector<NetworkPixels> pixels;
        for (std::int64_t n = 0; n < plain.size(0); ++n) {
            PixelArray picture(side, side);
            std::copy_n(plain.data_ptr<std::uint8_t>() + n * bytes, bytes, picture.values.begin());
            pixels.push_back(preprocessor_.apply(picture));
        }
        return network_.pooled(network_.hidden(stacked(pixels, network_.side()).to(pixelsNSSC.device())));
    }

    int width() const override { return static_cast<int>(network_.vectorWidth()); }
    void train(bool on) override {
        torch::nn::Module::train(on);
        tuning_.setTraining(on);
    }

private:
    PictureNetwork network_;
    PicturePreprocessor preprocessor_;
    Tuning tuning_;
};

} // namespace

std::shared_ptr<TextEncoder> makeTunedTextEncoder(const PretrainedTower& tower) {
    return std::make_shared<TunedTextEncoder>(tower);
}

std::shared_ptr<PictureEncoder> makeTunedPictureEncoder(const PretrainedTower& tower) {
    return std::make_shared<TunedPictureEncoder>(tower);
}

} // namespace core
