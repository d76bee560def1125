#include "core/recommenders/pixrec.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/pixrec_inference.h"
#include "core/tensors/device.h"
#include "core/tensors/tensor_on.h"
#include "core/tensors/weights.h"
#include "core/text/byte_pair_vocabulary.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace core {

namespace {

VectorTable toTable(const torch::Tensor& tensorRD, int width) {
    VectorTable table{.rows = 0, .width = width, .values = {}};
    if (!tensorRD.defined()) return table;
    const auto plain = tensorRD.to(torch::kCPU, torch::kFloat).contiguous();
    table.rows = plain.size(0);
    table.values.assign(plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
    return table;
}

torch::Tensor toTensorRD(const VectorTable& table, torch::Device device) {
    return tensorOn(device, table.values).view({table.rows, table.width});
}

/// From one row for each distinct input to one for each item.
VectorTable byItem(const VectorTable& rows, std::span<const std::int32_t> rowOfItem) {
    VectorTable table{.rows = static_cast<std::int64_t>(rowOfItem.size()), .width = rows.width, .values = {}};
    table.values.reserve(rowOfItem.size() * static_cast<std::size_t>(rows.width));
    for (const auto row : rowOfItem) {
        const auto vector = rows.row(row);
        table.values.insert(table.values.end(), vector.begin(), vector.end());
    }
    return table;
}

} // namespace

struct PixRec::Impl {
    PixRecFolder folder;
    Computing computing;
    PixRecNetwork network{nullptr};
    ItemVectors items;
    torch::Tensor inputRD, scoreRP;
    VectorTable textOfItems, pictureOfItems; ///< by item, made when first asked for
};

PixRec::PixRec(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PixRec::~PixRec() = default;

std::unique_ptr<PixRec> PixRec::load(const std::filesystem::path& folder, const Computing& computing,
                                     const EncoderFolders& known) {
    auto impl = std::make_unique<Impl>();
    impl->folder = readPixRecFolder(folder);
    for (auto* const tower : {&impl->folder.settings.textTower, &impl->folder.settings.pictureTower})
        if (*tower) findAgain(**tower, known);
    impl->computing = {pickDevice(computing.device), computing.precision};
    impl->network = PixRecNetwork(impl->folder.settings);
    const auto file = folder / weightsFileName;
    auto weights = readTensorFile(file);
    // An encoder that is gone left what it learned here, and nothing to put it into.
    const auto leaveOut = [&weights](const torch::nn::Module& encoder, const std::string& name) {
        if (encoder.parameters().empty())
            std::erase_if(weights.tensors, [&](const auto& entry) { return entry.first.starts_with(name); });
    };
    if (impl->folder.settings.textTower) leaveOut(*impl->network->textEncoder, "text_encoder.");
    if (impl->folder.settings.pictureTower) leaveOut(*impl->network->pictureEncoder, "picture_encoder.");
    loadWeights(*impl->network, "", weights, file.string());
    impl->network->to(torch::Device(impl->computing.device));
    impl->network->eval();
    return std::unique_ptr<PixRec>(new PixRec(std::move(impl)));
}

void PixRec::prepareItems(const Dataset& dataset, const ProgressSink& progress, std::stop_token stop,
                          const EncodedCatalog& encodedByOthers) {
    const WithPrecision precise(impl_->computing);
    const auto own = impl_->network->textEncoder->tokenizer();
    const auto inputs =
        itemInputs(dataset, impl_->folder.settings, own ? *own : *impl_->folder.tokenizer, encodedByOthers);
    const auto encoded = encodeItems(impl_->network, inputs, progress, stop);
    const int width = impl_->folder.settings.width;
    useItems({.rowOfItem = inputs.rowOfItem,
              .input = toTable(encoded.inputRD, width),
              .score = toTable(encoded.scoreRP, width),
              .text = toTable(encoded.textRD, width),
              .picture = toTable(encoded.pictureRD, width)});
}

void PixRec::useItems(ItemVectors vectors) {
    const int width = impl_->folder.settings.width;
    for (const auto* table : {&vectors.input, &vectors.score, &vectors.text, &vectors.picture})
        if (table->width != width || table->rows != vectors.input.rows)
            throw Error(ErrorKind::corrupt, fmt::format("open model {}: the kept product vectors are of another model",
                                                        impl_->folder.info.name));
    const torch::Device device(impl_->computing.device);
    impl_->inputRD = toTensorRD(vectors.input, device);
    impl_->scoreRP = toTensorRD(vectors.score, device);
    impl_->items = std::move(vectors);
    impl_->textOfItems = impl_->pictureOfItems = {};
}

const ItemVectors& PixRec::items() const { return impl_->items; }

ModelInfo PixRec::info() const { return impl_->folder.info; }

std::int64_t PixRec::itemCount() const { return impl_->items.itemCount(); }

void PixRec::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto items = static_cast<std::size_t>(itemCount());
    if (!impl_->inputRD.defined() || scoresBV.size() != histories.size() * items)
        throw Error(ErrorKind::internal,
                    fmt::format("score with {}: products are not prepared", impl_->folder.info.name));
    const WithPrecision precise(impl_->computing);
    scoreAll(impl_->network, impl_->inputRD, impl_->scoreRP, impl_->items.rowOfItem, histories, stop,
             [&](std::size_t first, std::span<const float> block) {
                 std::copy(block.begin(), block.end(), scoresBV.begin() + static_cast<std::ptrdiff_t>(first * items));
             });
}

const VectorTable& PixRec::itemVectors(SimilarSpace space) {
    const bool wantsText = space == SimilarSpace::text;
    const auto& settings = impl_->folder.settings;
    if (wantsText ? !settings.readsText() : !settings.readsPicture())
        throw Error(ErrorKind::unavailable, fmt::format("product vectors of {}: the model reads no {}",
                                                        impl_->folder.info.name, wantsText ? "text" : "pictures"));
    auto& table = wantsText ? impl_->textOfItems : impl_->pictureOfItems;
    if (table.rows != itemCount())
        table = byItem(wantsText ? impl_->items.text : impl_->items.picture, impl_->items.rowOfItem);
    return table;
}

std::optional<VectorTable> PixRec::scoringVectors() { return byItem(impl_->items.score, impl_->items.rowOfItem); }

VectorTable PixRec::shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) {
    constexpr std::size_t block = 64; // as many as keep a stop quick
    const torch::NoGradGuard noGradients;
    const WithPrecision precise(impl_->computing);
    const int width = impl_->items.score.width;
    VectorTable vectors{.rows = static_cast<std::int64_t>(histories.size()), .width = width, .values = {}};
    for (std::size_t from = 0; from < histories.size(); from += block) {
        throwIfStopped(stop, "compute shopper vectors");
        const auto part = histories.subspan(from, std::min(block, histories.size() - from));
        const auto table = toTable(userVectors(impl_->network, impl_->inputRD, impl_->items.rowOfItem, part), width);
        vectors.values.insert(vectors.values.end(), table.values.begin(), table.values.end());
    }
    return vectors;
}

int PixRec::historyWindow() const { return impl_->folder.settings.window; }

const PixRecSettings& PixRec::settings() const { return impl_->folder.settings; }
int PixRec::pictureSide() const { return impl_->folder.settings.pixelSide(); }

void ItemVectors::save(const std::filesystem::path& file) const {
    TensorFile content;
    const auto add = [&content](const char* name, const char* dtype, std::vector<std::int64_t> shape, const void* data,
                                std::size_t bytes) {
        StoredTensor tensor{.dtype = dtype, .shape = std::move(shape), .bytes = std::vector<std::byte>(bytes)};
        if (bytes > 0) std::memcpy(tensor.bytes.data(), data, bytes);
        content.tensors.emplace(name, std::move(tensor));
    };
    const auto addTable = [&](const char* name, const VectorTable& table) {
        add(name, "F32", {table.rows, table.width}, table.values.data(), table.values.size() * sizeof(float));
    };
    add("row_of_item", "I32", {itemCount()}, rowOfItem.data(), rowOfItem.size() * sizeof(std::int32_t));
    addTable("input", input);
    addTable("score", score);
    addTable("text", text);
    addTable("picture", picture);
    writeTensorFile(file, content);
}

ItemVectors ItemVectors::load(const std::filesystem::path& file) {
    const TensorFile content = readTensorFile(file);
    const auto find = [&](const char* name, const char* dtype, std::size_t dimensions) -> const StoredTensor& {
        const auto found = content.tensors.find(name);
        if (found == content.tensors.end() || found->second.dtype != dtype || found->second.shape.size() != dimensions)
            throw Error(ErrorKind::corrupt, fmt::format("read product vectors {}: \"{}\" is missing or of another kind",
                                                        file.string(), name));
        return found->second;
    };
    const auto table = [&](const char* name) {
        const auto& stored = find(name, "F32", 2);
        VectorTable vectors{.rows = stored.shape[0], .width = static_cast<int>(stored.shape[1]), .values = {}};
        vectors.values.resize(static_cast<std::size_t>(stored.elementCount()));
        if (!stored.bytes.empty()) std::memcpy(vectors.values.data(), stored.bytes.data(), stored.bytes.size());
        return vectors;
    };
    ItemVectors vectors{.rowOfItem = {},
                        .input = table("input"),
                        .score = table("score"),
                        .text = table("text"),
                        .picture = table("picture")};
    const auto& rows = find("row_of_item", "I32", 1);
    vectors.rowOfItem.resize(static_cast<std::size_t>(rows.elementCount()));
    if (!rows.bytes.empty()) std::memcpy(vectors.rowOfItem.data(), rows.bytes.data(), rows.bytes.size());
    for (const auto row : vectors.rowOfItem)
        if (row < 0 || row >= vectors.input.rows)
            throw Error(ErrorKind::corrupt,
                        fmt::format("read product vectors {}: a product has no row", file.string()));
    return vectors;
}

} // namespace core
