#include "core/recommenders/vector_model.h"
#include "core/base/error.h"
#include "core/recommenders/unscored.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

constexpr float olderWeight = 0.8F;

void makeUnit(std::span<float> vector) {
    double squares = 0;
    for (const float value : vector) squares += static_cast<double>(value) * value;
    if (squares == 0) return;
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (float& value : vector) value *= scale;
}

/// Sums in one fixed order, so that equal rows get bitwise equal products.
float innerProduct(std::span<const float> a, std::span<const float> b) {
    constexpr std::size_t lanes = 8; // independent sums, which the compiler may put side by side
    std::array<float, lanes> sums{};
    std::size_t at = 0;
    for (; at + lanes <= a.size(); at += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += a[at + lane] * b[at + lane];
    float sum = 0;
    for (; at < a.size(); ++at) sum += a[at] * b[at];
    for (const float lane : sums) sum += lane;
    return sum;
}

} // namespace

VectorModel::VectorModel(ModelInfo info, VectorModelParts parts) : info_(std::move(info)), parts_(std::move(parts)) {
    if (parts_.similarity != Similarity::cosine) return;
    const auto width = static_cast<std::size_t>(parts_.items.width);
    for (std::size_t at = 0; at + width <= parts_.items.values.size() && width > 0; at += width)
        makeUnit(std::span(parts_.items.values).subspan(at, width));
}

std::string VectorModel::missing(const HistoryView& history) const {
    if (parts_.shopperVectors == ShopperVectors::given) {
        if (!history.user)
            return "this model has one vector for each listed shopper, made beforehand: it cannot follow edits, nor "
                   "made-up histories";
        return parts_.rowOfUser[history.user->slot()] < 0 ? "this shopper is not among those that the model has a "
                                                            "vector for"
                                                          : "";
    }
    if (history.events.empty()) return "this model needs a history: a shopper's vector is the mean of its products'";
    const bool knowsOne = std::any_of(history.events.begin(), history.events.end(),
                                      [this](const Event& event) { return parts_.hasVector[event.item.slot()]; });
    return knowsOne ? "" : "the model has no vector for any product of this history";
}

std::vector<float> VectorModel::shopperVector(const HistoryView& history) const {
    std::vector<float> vector(static_cast<std::size_t>(parts_.items.width));
    if (!missing(history).empty()) return vector;
    if (parts_.shopperVectors == ShopperVectors::given) {
        const auto row = parts_.users.row(parts_.rowOfUser[history.user->slot()]);
        return {row.begin(), row.end()};
    }
    float weight = 1, weights = 0;
    for (auto event = history.events.rbegin(); event != history.events.rend(); ++event) {
        if (!parts_.hasVector[event->item.slot()]) continue;
        const auto row = parts_.items.row(event->item.value);
        for (std::size_t at = 0; at < row.size(); ++at) vector[at] += weight * row[at];
        weights += weight;
        if (parts_.shopperVectors == ShopperVectors::recent) weight *= olderWeight;
    }
    for (float& value : vector) value /= weights;
    return vector;
}

void VectorModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    constexpr std::int64_t block = 1 << 16;
    const auto items = itemCount();
    for (std::size_t row = 0; row < histories.size(); ++row) {
        const auto scoresV = scoresBV.subspan(row * static_cast<std::size_t>(items), static_cast<std::size_t>(items));
        if (!missing(histories[row]).empty()) {
            std::fill(scoresV.begin(), scoresV.end(), 0.0F);
            continue;
        }
        const auto vector = shopperVector(histories[row]);
        for (std::int64_t item = 0; item < items; ++item) {
            if (item % block == 0) throwIfStopped(stop, "score products");
            scoresV[static_cast<std::size_t>(item)] = innerProduct(vector, parts_.items.row(item));
        }
        putBelow(scoresV, parts_.hasVector);
    }
}

VectorTable VectorModel::shopperVectors(std::span<const HistoryView> histories, std::stop_token stop) {
    VectorTable table{.rows = static_cast<std::int64_t>(histories.size()), .width = parts_.items.width, .values = {}};
    for (const auto& history : histories) {
        throwIfStopped(stop, "compute shopper vectors");
        const auto vector = shopperVector(history);
        table.values.insert(table.values.end(), vector.begin(), vector.end());
    }
    return table;
}

const VectorTable& VectorModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} has vectors of whole products, not of their texts or pictures",
                            info_.name));
}

} // namespace core
