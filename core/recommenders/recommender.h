#pragma once
#include "core/dataset/dataset.h"
#include "core/engine/engine.h"
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace core {

/// Row-major floats: rows x width.
struct VectorTable {
    std::int64_t rows = 0;
    int width = 0;
    std::vector<float> values;
    std::span<const float> row(std::int64_t index) const {
        return {values.data() + index * width, static_cast<std::size_t>(width)};
    }
};

/// A history as a recommender reads it. Times are used only where `hasTimes`.
struct HistoryView {
    std::span<const Event> events; ///< oldest first
    bool hasTimes = false;
    std::optional<UserIndex> user{}; ///< whose unedited history it is, for models without Capabilities::newHistory
};

/// A model that scores the whole catalog for any history. Not thread-safe: each thread has its own.
/// Contract: items of equal model input get bitwise equal scores (text twins under a text-only model), so that ties are
/// exact and not noise; scores are finite; the same call gives the same scores.
class Recommender {
public:
    virtual ~Recommender() = default;
    virtual ModelInfo info() const = 0;
    virtual std::int64_t itemCount() const = 0;
    /// `scoresBV`: histories.size() x itemCount(), row-major. Higher is better. Throws Error(cancelled) on stop.
    virtual void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) = 0;
    /// Unit vectors of all items in the space asked for; throws Error(unavailable) where there is none.
    virtual const VectorTable& itemVectors(SimilarSpace space) = 0;
    /// Why this history cannot be scored, in a sentence that names what is missing; empty where it can be. score()
    /// gives all products the same score for such a history, so that an evaluation counts it as knowing nothing.
    virtual std::string missing(const HistoryView& /*history*/) const { return {}; }
    /// The vectors whose inner product is the score, one row a product; nothing where scores are no inner products.
    virtual std::optional<VectorTable> scoringVectors() { return {}; }
    /// Their other half, one row a history; only where scoringVectors() gives some. Throws Error(cancelled).
    virtual VectorTable shopperVectors(std::span<const HistoryView> /*histories*/, std::stop_token /*stop*/) {
        return {};
    }
    /// Who hears the likeliest text while score() writes some: `what` is the text, `done` counts tokens; at most ten
    /// times a second, on the thread that scores. Empty: nobody. Most recommenders write nothing.
    virtual void setOnWriting(const ProgressSink& /*sink*/) {}
    /// How many of the newest events of a history it reads; the window greys older ones. 0: all.
    virtual int historyWindow() const { return 0; }
};

} // namespace core
