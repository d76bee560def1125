#include "core/recommenders/script_model.h"
#include "core/base/error.h"
#include "core/recommenders/unscored.h"
#include "core/tensors/torch_script.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

/// Runs `call`; LibTorch's errors become ours, first line only, since the rest is a stack of its own functions.
template <class Call>
auto translating(const std::string& doing, Call call) {
    try {
        return call();
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw Error(ErrorKind::corrupt, fmt::format("{}: {}", doing, text.substr(0, text.find('\n'))));
    }
}

} // namespace

struct ScriptModel::Impl {
    ModelInfo info;
    torch::jit::Module module;
    torch::Device device;
    std::vector<ItemIndex> itemOfNumber;
    std::vector<std::int64_t> numberOfItem; ///< -1: the script does not know it
    std::vector<bool> isKnown;

    std::vector<float> run(const HistoryView& history) {
        std::vector<std::int64_t> items, times;
        for (const auto& event : history.events) {
            const auto number = numberOfItem[event.item.slot()];
            if (number < 0) continue;
            items.push_back(number);
            if (history.hasTimes) times.push_back(event.time);
        }
        return translating(fmt::format("run the TorchScript of {}", info.name), [&] {
            const torch::NoGradGuard noGradients;
            const auto tensor = [this](std::vector<std::int64_t>& values) {
                return torch::tensor(values, torch::kInt64).to(device);
            };
            const auto answer = module.forward({tensor(items), tensor(times)});
            if (!answer.isTensor()) throw std::runtime_error("it gives no tensor");
            const auto scoresN = answer.toTensor().to(torch::kCPU, torch::kFloat32).contiguous();
            if (scoresN.dim() != 1 || scoresN.size(0) != static_cast<std::int64_t>(itemOfNumber.size()))
                throw std::runtime_error(
                    fmt::format("it gives {} scores with {} sides, not one for each of {} products", scoresN.numel(),
                                scoresN.dim(), itemOfNumber.size()));
            return std::vector<float>(scoresN.data_ptr<float>(), scoresN.data_ptr<float>() + scoresN.numel());
        });
    }
};

ScriptModel::ScriptModel(ModelInfo info, const std::filesystem::path& script, std::vector<ItemIndex> itemOfNumber,
                         std::int64_t itemCount, const std::string& device) {
    auto module = translating(fmt::format("read the TorchScript {}", script.string()),
                              [&] { return torch::jit::load(script.string(), torch::Device(device)); });
    module.eval();
    const auto slots = static_cast<std::size_t>(itemCount);
    impl_ = std::make_unique<Impl>(Impl{std::move(info), module, torch::Device(device), std::move(itemOfNumber),
                                        std::vector<std::int64_t>(slots, -1), std::vector<bool>(slots)});
    for (std::size_t number = 0; number < impl_->itemOfNumber.size(); ++number) {
        const auto item = impl_->itemOfNumber[number];
        if (!item.isValid()) continue;
        impl_->numberOfItem[item.slot()] = static_cast<std::int64_t>(number);
        impl_->isKnown[item.slot()] = true;
    }
}

ScriptModel::~ScriptModel() = default;

ModelInfo ScriptModel::info() const { return impl_->info; }

std::int64_t ScriptModel::itemCount() const { return static_cast<std::int64_t>(impl_->isKnown.size()); }

std::string ScriptModel::missing(const HistoryView& history) const {
    const bool knowsOne = std::any_of(history.events.begin(), history.events.end(),
                                      [this](const Event& event) { return impl_->isKnown[event.item.slot()]; });
    return knowsOne ? "" : "this model needs a history with at least one product that it knows";
}

void ScriptModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto width = impl_->isKnown.size();
    for (std::size_t row = 0; row < histories.size(); ++row) {
        throwIfStopped(stop, "score products");
        const auto scoresV = scoresBV.subspan(row * width, width);
        std::fill(scoresV.begin(), scoresV.end(), 0.0F);
        if (!missing(histories[row]).empty()) continue;
        const auto scoresN = impl_->run(histories[row]);
        for (std::size_t number = 0; number < scoresN.size(); ++number)
            if (const auto item = impl_->itemOfNumber[number]; item.isValid()) scoresV[item.slot()] = scoresN[number];
        putBelow(scoresV, impl_->isKnown);
    }
}

const VectorTable& ScriptModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} is a TorchScript and shows no vectors", impl_->info.name));
}

} // namespace core
