#include "core/recommenders/sequence_model.h"
#include "core/base/error.h"
#include "core/recommenders/hashed_words.h"
#include "core/recommenders/id_model_folder.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/sequence_inference.h"
#include "core/tensors/device.h"
#include "core/tensors/weights.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

struct SequenceModel::Impl {
    IdModelFolder folder;
    CatalogRows rows{{}, {}};
    SequenceNetwork network{nullptr};
    SequenceItems items;
    std::vector<float> popularityR;
    SequenceScores scores; ///< of the last block
};

SequenceModel::SequenceModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SequenceModel::~SequenceModel() = default;

std::unique_ptr<SequenceModel> SequenceModel::load(const std::filesystem::path& folder, const Dataset& dataset,
                                                   const std::string& device) {
    auto impl = std::make_unique<Impl>();
    impl->folder = readIdModelFolder(folder);
    impl->rows = CatalogRows(impl->folder.itemIds, dataset.items);
    const auto settings = nlohmann::json::parse(impl->folder.settings).get<SequenceSettings>();
    const auto items = std::ssize(impl->folder.itemIds);
    impl->network = SequenceNetwork(settings, items);
    const auto file = folder / weightsFileName;
    auto weights = readTensorFile(file);
    const auto take = [&](const char* name) {
        auto node = weights.tensors.extract(name);
        if (node.empty())
            throw Error(ErrorKind::corrupt, fmt::format("open model {}: \"{}\" is missing", file.string(), name));
        return toTensor(node.mapped());
    };
    const auto popularity = take("popularity");
    if (popularity.scalar_type() != torch::kFloat32 || popularity.numel() != items)
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: \"popularity\" is damaged", file.string()));
    impl->popularityR.assign(popularity.data_ptr<float>(), popularity.data_ptr<float>() + items);
    const torch::Device where(pickDevice(device));
    std::vector<std::int64_t> words;
    if (settings.readsText) {
        const auto table = take("words_of_items");
        if (table.scalar_type() != torch::kInt64 || table.numel() != items * settings.words ||
            (items > 0 && (table.max().item<std::int64_t>() >= settings.wordRows)))
            throw Error(ErrorKind::corrupt, fmt::format("open model {}: \"words_of_items\" is damaged", file.string()));
        words.assign(table.data_ptr<std::int64_t>(), table.data_ptr<std::int64_t>() + table.numel());
    }
    loadWeights(*impl->network, "", weights, file.string());
    impl->network->to(where);
    impl->items = sequenceItems(impl->network, words);
    return std::unique_ptr<SequenceModel>(new SequenceModel(std::move(impl)));
}

ModelInfo SequenceModel::info() const { return impl_->folder.info; }
std::int64_t SequenceModel::itemCount() const { return impl_->rows.itemCount(); }
int SequenceModel::historyWindow() const { return impl_->network->settings.window; }
std::int64_t SequenceModel::unknownItems() const { return impl_->rows.unknownCount(); }

void SequenceModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    constexpr std::size_t historiesABlock = 128; // small enough that a stop is noticed within some 20 ms
    const auto width = static_cast<std::size_t>(itemCount());
    const auto textWeight = static_cast<float>(impl_->network->settings.textWeight);
    std::vector<std::vector<std::int64_t>> known; // of the histories of a block that are not empty
    std::vector<std::size_t> places;
    const auto flush = [&] {
        if (known.empty()) return;
        throwIfStopped(stop, "score products");
        auto& scores = impl_->scores;
        scores = sequenceScores(impl_->network, impl_->items, known, std::move(scores));
        if (scores.textBV.defined()) scores.idBV += textWeight * scores.textBV;
        const auto rows = static_cast<std::size_t>(scores.idBV.size(1));
        for (std::size_t i = 0; i < places.size(); ++i)
            impl_->rows.spread({scores.idBV.data_ptr<float>() + i * rows, rows},
                               scoresBV.subspan(places[i] * width, width));
        known.clear();
        places.clear();
    };
    for (std::size_t b = 0; b < histories.size(); ++b) {
        auto rows = impl_->rows.rowsOf(histories[b].events, impl_->network->settings.window);
        if (rows.empty()) {
            impl_->rows.spread(impl_->popularityR, scoresBV.subspan(b * width, width));
            continue;
        }
        known.push_back(std::move(rows));
        places.push_back(b);
        if (known.size() == historiesABlock) flush();
    }
    flush();
}

const VectorTable& SequenceModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} knows products by id, not by content", info().name));
}

} // namespace core
