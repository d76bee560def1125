#include "core/backbones/pretrained_encoders.h"
#include "core/backbones/encoder_networks.h"
#include "core/backbones/row_tensor.h"
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

// Shapes: N texts or pictures, T tokens or patches, D width, W width of the result.
namespace core {

namespace {

using Kind = TowerSettings::Kind;

constexpr std::int64_t tokensAtOnce = 4096; // texts of like length go through the network together

} // namespace

struct PretrainedTextEncoder::Network {
    TextNetwork layers;
    const TowerSettings& settings = layers.settings();

    explicit Network(const std::filesystem::path& folder) : layers(folder) {}

    void check(const EncoderText& text) const {
        const auto size = static_cast<std::int64_t>(text.ids.size());
        if (size == 0 || size > settings.positions)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("encode a text: {} tokens; 1 to {} can be read", size, settings.positions));
        if (!text.typeIds.empty() && text.typeIds.size() != text.ids.size())
            throw Error(ErrorKind::invalidInput,
                        fmt::format("encode a text: {} ids and {} types", text.ids.size(), text.typeIds.size()));
        for (const auto id : text.ids)
            if (id < 0 || id >= settings.vocabulary)
                throw Error(ErrorKind::invalidInput,
                            fmt::format("encode a text: token {} is not among the {} of this network", id,
                                        settings.vocabulary));
        for (const auto type : text.typeIds)
            if (settings.kind == Kind::bert && (type < 0 || type >= settings.types))
                throw Error(
                    ErrorKind::invalidInput,
                    fmt::format("encode a text: type {} is not among the {} of this network", type, settings.types));
    }

    /// BERT's, of texts `some` of one length; undefined: all 0, or another architecture.
    torch::Tensor types(std::span<const EncoderText> texts, std::span<const std::size_t> some,
                        const torch::Tensor& idsNT) const {
        const auto hasTypes = [&](std::size_t index) { return !texts[index].typeIds.empty(); };
        if (settings.kind != Kind::bert || std::none_of(some.begin(), some.end(), hasTypes)) return {};
        auto typesNT = torch::zeros_like(idsNT);
        auto* row = typesNT.data_ptr<std::int64_t>();
        for (const auto index : some) {
            std::copy(texts[index].typeIds.begin(), texts[index].typeIds.end(), row);
            row += idsNT.size(1);
        }
        return typesNT;
    }

    /// Calls `visit(indices, hiddenNTD, idsNT)` for groups of texts of one length, longest first.
    template <class Visit>
    void forEachGroup(std::span<const EncoderText> texts, Visit visit) const {
        const c10::InferenceMode noGradients;
        for (const auto& text : texts) check(text);
        std::vector<std::size_t> order(texts.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return texts[a].ids.size() > texts[b].ids.size(); });
        for (std::size_t begin = 0; begin < order.size();) {
            const std::size_t length = texts[order[begin]].ids.size();
            std::size_t end = begin;
            while (end < order.size() && texts[order[end]].ids.size() == length &&
                   (end == begin || static_cast<std::int64_t>((end - begin + 1) * length) <= tokensAtOnce))
                ++end;
            const auto some = std::span(order).subspan(begin, end - begin);
            auto idsNT = torch::empty({static_cast<std::int64_t>(some.size()), static_cast<std::int64_t>(length)},
                                      torch::kInt64);
            auto* ids = idsNT.data_ptr<std::int64_t>();
            for (const auto index : some) ids = std::copy(texts[index].ids.begin(), texts[index].ids.end(), ids);
            visit(some, layers.hidden(idsNT, types(texts, some, idsNT)), idsNT);
            begin = end;
        }
    }

    /// One row a text: `reduce(hiddenNTD, idsNT)` gives NW.
    template <class Reduce>
    EncodedRows rows(std::span<const EncoderText> texts, Reduce reduce) const {
        EncodedRows result;
        forEachGroup(
            texts, [&](std::span<const std::size_t> some, const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) {
                const EncodedRows part = rowsOf(reduce(hiddenNTD, idsNT));
                result.width = part.width;
                result.values.resize(texts.size() * static_cast<std::size_t>(part.width));
                for (std::size_t n = 0; n < some.size(); ++n) {
                    const auto row = part.row(static_cast<std::int64_t>(n));
                    std::copy(row.begin(), row.end(),
                              result.values.begin() + static_cast<std::ptrdiff_t>(some[n]) * part.width);
                }
            });
        result.rows = static_cast<std::int64_t>(texts.size());
        return result;
    }
};

PretrainedTextEncoder::PretrainedTextEncoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedTextEncoder::~PretrainedTextEncoder() = default;

std::unique_ptr<PretrainedTextEncoder> PretrainedTextEncoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedTextEncoder>(new PretrainedTextEncoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedTextEncoder::hiddenStates(std::span<const EncoderText> texts) const {
    std::vector<std::size_t> firstRow(texts.size());
    EncodedRows result{.rows = 0, .width = width(), .values = {}};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        firstRow[i] = static_cast<std::size_t>(result.rows);
        result.rows += static_cast<std::int64_t>(texts[i].ids.size());
    }
    result.values.resize(static_cast<std::size_t>(result.rows * result.width));
    network_->forEachGroup(
        texts, [&](std::span<const std::size_t> some, const torch::Tensor& hiddenNTD, const torch::Tensor&) {
            for (std::size_t n = 0; n < some.size(); ++n) {
                const EncodedRows one = rowsOf(hiddenNTD[static_cast<std::int64_t>(n)]);
                std::copy(one.values.begin(), one.values.end(),
                          result.values.begin() + static_cast<std::ptrdiff_t>(firstRow[some[n]]) * result.width);
            }
        });
    return result;
}

EncodedRows PretrainedTextEncoder::encode(std::span<const EncoderText> texts) const {
    return network_->rows(texts, [&](const torch::Tensor& hiddenNTD, const torch::Tensor& idsNT) {
        return network_->layers.pooled(hiddenNTD, idsNT);
    });
}

EncodedRows PretrainedTextEncoder::encodeByMean(std::span<const EncoderText> texts) const {
    return network_->rows(
        texts, [](const torch::Tensor& hiddenNTD, const torch::Tensor&) { return TextNetwork::unitMean(hiddenNTD); });
}

std::int64_t PretrainedTextEncoder::width() const { return network_->settings.width; }
std::int64_t PretrainedTextEncoder::mostTokens() const { return network_->settings.positions; }
bool PretrainedTextEncoder::needsPadding() const { return network_->settings.kind == Kind::siglipText; }

struct PretrainedPictureEncoder::Network {
    PictureNetwork layers;

    explicit Network(const std::filesystem::path& folder) : layers(folder) {}

    template <class Reduce>
    EncodedRows rows(std::span<const NetworkPixels> pictures, Reduce reduce) const {
        const c10::InferenceMode noGradients;
        constexpr std::size_t picturesAtOnce = 16;
        EncodedRows result;
        for (std::size_t begin = 0; begin < pictures.size(); begin += picturesAtOnce) {
            const auto some = pictures.subspan(begin, std::min(picturesAtOnce, pictures.size() - begin));
            const EncodedRows part = rowsOf(reduce(layers.hidden(stacked(some, layers.side()))));
            result.rows += part.rows;
            result.width = part.width;
            result.values.insert(result.values.end(), part.values.begin(), part.values.end());
        }
        return result;
    }
};

PretrainedPictureEncoder::PretrainedPictureEncoder(std::unique_ptr<Network> network) : network_(std::move(network)) {}
PretrainedPictureEncoder::~PretrainedPictureEncoder() = default;

std::unique_ptr<PretrainedPictureEncoder> PretrainedPictureEncoder::load(const std::filesystem::path& folder) {
    return std::unique_ptr<PretrainedPictureEncoder>(new PretrainedPictureEncoder(std::make_unique<Network>(folder)));
}

EncodedRows PretrainedPictureEncoder::hiddenStates(std::span<const NetworkPixels> pictures) const {
    return network_->rows(pictures, [](const torch::Tensor& hiddenNTD) { return hiddenNTD.flatten(0, 1); });
}

EncodedRows PretrainedPictureEncoder::encode(std::span<const NetworkPixels> pictures) const {
    return network_->rows(pictures, [&](const torch::Tensor& hiddenNTD) { return network_->layers.pooled(hiddenNTD); });
}

std::int64_t PretrainedPictureEncoder::width() const { return network_->layers.width(); }
int PretrainedPictureEncoder::side() const { return network_->layers.side(); }

} // namespace core
