#include "core/recommenders/vlm_model.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/vlm_folder.h"
#include "core/recommenders/vlm_network.h"
#include "core/tensors/device.h"
#include "core/tensors/tensor_on.h"
#include "core/tensors/weights.h"
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace core {

namespace {

constexpr std::int64_t mostPictureBytes = std::int64_t{512} << 20; ///< of picture tokens kept in memory

VectorTable toTable(const torch::Tensor& tensorRP) {
    const auto plain = tensorRP.to(torch::kCPU).contiguous();
    VectorTable table{.rows = plain.size(0), .width = static_cast<int>(plain.size(1)), .values = {}};
    table.values.assign(plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
    return table;
}

/// A text as it was read. What follows goes on from where both begin alike.
struct ReadText {
    VlmText text;
    torch::Tensor hiddenTD; ///< last hidden states
    KeyValueCache cache;
};

/// So many tokens at the start are the same, pictures by what they show. `each`: tokens of a picture.
std::int64_t sameTokens(const VlmText& first, const VlmText& second, std::int32_t pictureToken, std::int64_t each,
                        std::int64_t& pictures) {
    const auto shorter = static_cast<std::size_t>(std::min(first.size(), second.size()));
    std::int64_t seen = 0;
    std::size_t t = 0;
    for (; t < shorter; ++t) {
        if (first.ids[t] != second.ids[t] || first.isWritten[t] != second.isWritten[t]) break;
        if (first.isWritten[t] || first.ids[t] != pictureToken) continue;
        const auto picture = static_cast<std::size_t>(seen / each);
        if (first.pictures[picture] != second.pictures[picture]) break;
        ++seen;
    }
    pictures = seen / each;
    return static_cast<std::int64_t>(t);
}

} // namespace

struct VlmModel::Impl {
    VlmFolder folder;
    VlmPrompt prompt;
    VlmNetwork network;
    VlmCatalog catalog;
    VectorTable rows;
    torch::Tensor rowsRP, picturesQKD;
    bool hasPictureTokens = false;
    std::optional<ReadText> last = {}; ///< for edits at a history's end
    std::optional<Bm25> corpus = {};   ///< of the rows' texts, made when first asked for

    std::vector<std::int32_t> rowsOf(const HistoryView& history) const {
        std::vector<std::int32_t> read;
        const auto window = static_cast<std::size_t>(folder.settings.window);
        for (const auto& event : history.events.last(std::min(window, history.events.size())))
            read.push_back(catalog.rowOf(event.item));
        return read;
    }
    void makePictureTokens(const ProgressSink& progress, const std::stop_token& stop) {
        if (hasPictureTokens) return;
        picturesQKD = allPictureTokens(network, catalog, mostPictureBytes, progress, stop);
        hasPictureTokens = true;
    }
    /// Of pictures that are shown: kept ones, or read now.
    torch::Tensor tokensOf(const std::vector<std::int32_t>& pictures) const {
        if (!picturesQKD.defined()) return network->pictureTokens(catalog.inputs, pictures);
        return picturesQKD.index_select(0, tensorOn(picturesQKD.device(), pictures));
    }
    /// z_U of one history, 1P. Only what differs from the history before it is read, where both begin alike: the same
    /// up to rounding.
    torch::Tensor readOn(const std::vector<std::int32_t>& history, const std::stop_token& stop) {
        const torch::NoGradGuard noGradients;
        const auto text = prompt.history(catalog, history);
        const auto& sizes = network->model().settings();
        if (text.size() > sizes.decoder.positions) // which says so
            return encodeHistories(network, prompt, catalog, picturesQKD,
                                   std::vector<std::vector<std::int32_t>>{history}, stop);
        const auto each = std::max<std::int64_t>(1, sizes.tokensPerPicture());
        std::int64_t pictures = 0, same = 0;
        if (last) same = sameTokens(last->text, text, sizes.pictureToken, each, pictures);
        if (!last || last->cache.blocks.front().keysBKPE.size(2) < text.size()) {
            constexpr std::int64_t room = 64;
            last.emplace(ReadText{{}, {}, network->model().network().makeCache(1, text.size() + room)});
            same = pictures = 0;
        }
        if (same < text.size()) {
            VlmText rest{.ids = {text.ids.begin() + same, text.ids.end()},
                         .pictures = {text.pictures.begin() + pictures, text.pictures.end()},
                         .isWritten = {text.isWritten.begin() + same, text.isWritten.end()}};
            VlmNetworkImpl::Batch batch;
            batch.texts = {&rest};
            const auto shown = shownPictures(batch.texts, catalog.inputs.pictureCount());
            batch.placeOfPicture = shown.placeOfPicture;
            if (!shown.pictures.empty()) batch.picturesQKD = tokensOf(shown.pictures);
            last->text.ids.resize(static_cast<std::size_t>(same)); // should it be stopped, that much holds
            last->text.isWritten.resize(static_cast<std::size_t>(same));
            last->cache.read = same;
            const auto restTD = network->model()
                                    .network()
                                    .run(network->embedded(batch), network->model().maskAfter(0), &last->cache, stop)
                                    .squeeze(0);
            last->hiddenTD = same > 0 ? torch::cat({last->hiddenTD.narrow(0, 0, same), restTD}) : restTD;
            last->text = text;
        }
        return network->projectUser(last->hiddenTD.narrow(0, 0, text.size()).mean(0, /*keepdim=*/true));
    }
    /// z_U of a block of histories: BP.
    torch::Tensor users(std::span<const HistoryView> histories, const std::stop_token& stop) {
        std::vector<std::vector<std::int32_t>> read;
        for (const auto& history : histories) read.push_back(rowsOf(history));
        try {
            probeDevice();
            makePictureTokens([](const Progress&) {}, stop);
            if (read.size() == 1 && !network->hasOpenPrefix()) return readOn(read.front(), stop);
            return encodeHistories(network, prompt, catalog, picturesQKD, read, stop);
        } catch (...) {
            rethrowDeviceFailure("read a history");
        }
    }
};

VlmModel::VlmModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VlmModel::~VlmModel() = default;

std::unique_ptr<VlmModel> VlmModel::load(const std::filesystem::path& folder, const Computing& computing) {
    auto read = readVlmFolder(folder);
    VlmPrompt prompt(read.backbone, read.settings);
    VlmNetwork network(read.backbone, read.settings, VlmNetworkImpl::Backbone::read,
                       Computing{pickDevice(computing.device), computing.precision});
    const auto file = folder / weightsFileName;
    loadWeights(*network, "", readTensorFile(file), file.string());
    network->eval();
    return std::unique_ptr<VlmModel>(new VlmModel(std::make_unique<Impl>(Impl{.folder = std::move(read),
                                                                              .prompt = std::move(prompt),
                                                                              .network = std::move(network),
                                                                              .catalog = {},
                                                                              .rows = {},
                                                                              .rowsRP = {},
                                                                              .picturesQKD = {}})));
}

void VlmModel::prepare(const Dataset& dataset) {
    impl_->catalog = impl_->prompt.catalog(dataset);
    impl_->hasPictureTokens = false;
    impl_->last.reset();
    impl_->corpus.reset();
}

void VlmModel::encodeItems(const ProgressSink& progress, std::stop_token stop) {
    try {
        impl_->makePictureTokens(progress, stop);
        useItems(
            toTable(encodeRows(impl_->network, impl_->prompt, impl_->catalog, impl_->picturesQKD, progress, stop)));
    } catch (...) {
        rethrowDeviceFailure("read products");
    }
}

void VlmModel::useItems(VectorTable rows) {
    if (rows.rows != impl_->catalog.rowCount() || rows.width != impl_->folder.settings.projection)
        throw Error(ErrorKind::corrupt, fmt::format("open model {}: the kept product vectors are of another model",
                                                    impl_->folder.info.name));
    impl_->rows = std::move(rows);
    impl_->rowsRP = tensorOn(impl_->network->device(), impl_->rows.values).view({impl_->rows.rows, impl_->rows.width});
}

VectorTable VlmModel::pictureTokens(const ProgressSink& progress, std::stop_token stop) {
    try {
        impl_->makePictureTokens(progress, stop);
    } catch (...) {
        rethrowDeviceFailure("read pictures");
    }
    return impl_->picturesQKD.defined() ? toTable(impl_->picturesQKD.flatten(1)) : VectorTable{};
}

void VlmModel::usePictureTokens(const VectorTable& tokens) {
    const auto& sizes = impl_->network->model().settings();
    const auto each = sizes.tokensPerPicture(), width = sizes.decoder.width;
    if (tokens.rows != impl_->catalog.inputs.pictureCount() || tokens.width != each * width)
        throw Error(ErrorKind::corrupt,
                    fmt::format("open model {}: the kept pictures are of another model", impl_->folder.info.name));
    impl_->picturesQKD = tensorOn(impl_->network->device(), tokens.values).view({tokens.rows, each, width});
    impl_->hasPictureTokens = true;
    impl_->last.reset();
}

const VectorTable& VlmModel::rows() const { return impl_->rows; }
ModelInfo VlmModel::info() const { return impl_->folder.info; }
std::int64_t VlmModel::itemCount() const { return std::ssize(impl_->catalog.inputs.rowOfItem); }
int VlmModel::historyWindow() const { return impl_->folder.settings.window; }
int VlmModel::pictureSide() const { return impl_->prompt.pictureSide(); }

void VlmModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto items = static_cast<std::size_t>(itemCount());
    if (!impl_->rowsRP.defined() || scoresBV.size() != histories.size() * items)
        throw Error(ErrorKind::internal,
                    fmt::format("score with {}: products are not prepared", impl_->folder.info.name));
    const torch::NoGradGuard noGradients;
    constexpr std::size_t aBlock = 64;
    const auto& rowOfItem = impl_->catalog.inputs.rowOfItem;
    for (std::size_t from = 0; from < histories.size(); from += aBlock) {
        const auto part = histories.subspan(from, std::min(aBlock, histories.size() - from));
        torch::Tensor scoresBR;
        try {
            scoresBR = torch::matmul(impl_->users(part, stop), impl_->rowsRP.t()).to(torch::kCPU).contiguous();
        } catch (...) {
            rethrowDeviceFailure("score products");
        }
        for (std::size_t b = 0; b < part.size(); ++b) {
            const float* ofRow = scoresBR.data_ptr<float>() + static_cast<std::int64_t>(b) * scoresBR.size(1);
            for (std::size_t item = 0; item < items; ++item)
                scoresBV[(from + b) * items + item] = ofRow[rowOfItem[item]];
        }
    }
}

const VectorTable& VlmModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} reads text and picture as one", impl_->folder.info.name));
}

std::optional<VectorTable> VlmModel::scoringVectors() {
    VectorTable table{.rows = itemCount(), .width = impl_->rows.width, .values = {}};
    for (const auto row : impl_->catalog.inputs.rowOfItem) {
        const auto vector = impl_->rows.row(row);
        table.values.insert(table.values.end(), vector.begin(), vector.end());
    }
    return table;
}

VectorTable VlmModel::shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) {
    return toTable(impl_->users(histories, stop));
}

std::vector<std::int32_t> VlmModel::pictureOfItem() const {
    std::vector<std::int32_t> pictures;
    for (const auto row : impl_->catalog.inputs.rowOfItem)
        pictures.push_back(impl_->catalog.inputs.pictureOfRow[static_cast<std::size_t>(row)]);
    return pictures;
}

std::vector<WrittenText> VlmModel::write(const HistoryView& history, const WritingOptions& options,
                                         const OnWriting& onWriting, std::stop_token stop) {
    auto& network = impl_->network;
    if (!impl_->folder.settings.readsText())
        throw Error(ErrorKind::unavailable,
                    fmt::format("write texts with {}: it was trained on pictures alone", impl_->folder.info.name));
    const auto text = impl_->prompt.history(impl_->catalog, impl_->rowsOf(history));
    VlmNetworkImpl::Batch batch;
    batch.texts = {&text};
    batch.openTokens = text.size();
    const auto shown = shownPictures(batch.texts, impl_->catalog.inputs.pictureCount());
    batch.placeOfPicture = shown.placeOfPicture;
    try {
        const torch::NoGradGuard noGradients;
        if (!shown.pictures.empty()) batch.picturesQKD = impl_->tokensOf(shown.pictures);
        const auto ends = impl_->prompt.writingEnds();
        const auto decoded = [&](std::vector<std::int32_t> ids) {
            while (!ids.empty() && std::find(ends.begin(), ends.end(), ids.back()) != ends.end()) ids.pop_back();
            return impl_->prompt.decode(ids);
        };
        GenerateOptions generate;
        std::size_t longest = 0; // of the products' texts: nothing longer can be one
        for (const auto& one : impl_->catalog.targetText) longest = std::max(longest, one.size());
        generate.mostTokens = std::min(options.mostTokens, static_cast<int>(longest) + 1);
        const auto most =
            std::min<std::int64_t>(generate.mostTokens, network->model().settings().decoder.positions - text.size());
        const auto onStep = [&](const std::vector<std::vector<std::int32_t>>& running) {
            std::vector<std::string> texts;
            for (const auto& ids : running) texts.push_back(decoded(ids));
            onWriting(texts, most);
        };
        generate.samples = true;
        generate.temperature = options.temperature;
        generate.repetitionPenalty = options.repetitionPenalty;
        generate.penalisesRead = false; // what comes next is like what was bought
        generate.beams = options.texts;
        generate.seed = options.seed;
        std::vector<WrittenText> written;
        for (const auto& one : writeAfter(network, batch, generate, ends, onStep, stop)) {
            const double sum = std::accumulate(one.logProbabilities.begin(), one.logProbabilities.end(), 0.0);
            written.push_back(
                {decoded(one.ids), sum / std::max(1.0, static_cast<double>(one.logProbabilities.size()))});
        }
        return written;
    } catch (...) {
        rethrowDeviceFailure("write texts");
    }
}

std::vector<float> VlmModel::generativeScores(std::span<const WrittenText> written) {
    if (!impl_->corpus) impl_->corpus.emplace(impl_->catalog.textOfRow);
    const auto ofRow = quasiRoundRobin(*impl_->corpus, written);
    std::vector<float> scores;
    for (const auto row : impl_->catalog.inputs.rowOfItem) scores.push_back(ofRow[static_cast<std::size_t>(row)]);
    return scores;
}

} // namespace core
