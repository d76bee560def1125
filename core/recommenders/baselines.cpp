#include "core/recommenders/baselines.h"
#include "core/base/hash.h"
#include "core/dataset/split.h"
#include "core/recommenders/co_occurrence.h"
#include <algorithm>
#include <array>

namespace core {

namespace {
constexpr std::array<std::string_view, 3> names{"popularity", "repeat-last", "co-occurrence"};

/// What the three have in common: a name, a hash, a catalog size, and one history at a time.
class Baseline : public Recommender {
public:
    Baseline(std::string_view name, const std::string& trainingHash, std::int64_t itemCount)
        : info_(baselineInfo(name, trainingHash)), itemCount_(itemCount) {}

    ModelInfo info() const final { return info_; }
    std::int64_t itemCount() const final { return itemCount_; }

    void score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) final {
        const auto width = static_cast<std::size_t>(itemCount_);
        for (std::size_t row = 0; row < histories.size(); ++row) {
            throwIfStopped(stop, "score products");
            scoreOne(histories[row].events, scoresBV.subspan(row * width, width));
        }
    }

    const VectorTable& itemVectors(SimilarSpace /*space*/) final {
        throw Error(ErrorKind::unavailable, "find similar products: " + info_.name + " has no vectors of products");
    }

private:
    virtual void scoreOne(std::span<const Event> history, std::span<float> scoresV) const = 0;

    ModelInfo info_;
    std::int64_t itemCount_;
};

/// How often a product was bought in training, whatever the history.
class Popularity final : public Baseline {
public:
    Popularity(const Dataset& dataset, const std::string& trainingHash)
        : Baseline("popularity", trainingHash, static_cast<std::int64_t>(dataset.itemCount())) {
        for (const auto count : trainingCounts(dataset)) scoresV_.push_back(static_cast<float>(count));
    }

private:
    void scoreOne(std::span<const Event> /*history*/, std::span<float> scoresV) const override {
        std::copy(scoresV_.begin(), scoresV_.end(), scoresV.begin());
    }
    std::vector<float> scoresV_;
};

/// The history again, newest first: 1 / n for the n-th most recent distinct product, 0 for all others.
class RepeatLast final : public Baseline {
public:
    RepeatLast(const Dataset& dataset, const std::string& trainingHash)
        : Baseline("repeat-last", trainingHash, static_cast<std::int64_t>(dataset.itemCount())) {}

private:
    void scoreOne(std::span<const Event> history, std::span<float> scoresV) const override {
        std::fill(scoresV.begin(), scoresV.end(), 0.0F);
        int place = 0;
        for (auto event = history.rbegin(); event != history.rend(); ++event) {
            float& score = scoresV[event->item.slot()];
            if (score == 0.0F) score = 1.0F / static_cast<float>(++place);
        }
    }
};

class CoOccurrence final : public Baseline {
public:
    CoOccurrence(const Dataset& dataset, const std::string& trainingHash, std::stop_token stop)
        : Baseline("co-occurrence", trainingHash, static_cast<std::int64_t>(dataset.itemCount())),
          table_(dataset, stop) {}

    int historyWindow() const override { return table_.window(); }

private:
    void scoreOne(std::span<const Event> history, std::span<float> scoresV) const override {
        table_.score(history, scoresV);
    }
    CoOccurrenceTable table_;
};
} // namespace

std::span<const std::string_view> baselineNames() { return names; }

bool isBaseline(std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

std::string trainingEventsHash(const Histories& histories) {
    const LeaveOneOut split(histories);
    Hasher hasher;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(histories.userCount()); ++user) {
        const auto events = split.training({user});
        hasher.add(static_cast<std::int64_t>(events.size()));
        for (const auto& event : events) hasher.add(std::int64_t{event.item.value});
    }
    return hasher.hex();
}

ModelInfo baselineInfo(std::string_view name, const std::string& trainingHash) {
    ModelInfo info;
    info.name = info.recommender = std::string(name);
    info.modality = "none";
    info.hash = Hasher().add(name).add(trainingHash).hex();
    info.capabilities.newHistory = true;
    return info;
}

std::unique_ptr<Recommender> makeBaseline(std::string_view name, const Dataset& dataset,
                                          const std::string& trainingHash, std::stop_token stop) {
    if (name == "popularity") return std::make_unique<Popularity>(dataset, trainingHash);
    if (name == "repeat-last") return std::make_unique<RepeatLast>(dataset, trainingHash);
    if (name == "co-occurrence") return std::make_unique<CoOccurrence>(dataset, trainingHash, stop);
    throw Error(ErrorKind::notFound, "load model " + std::string(name) + ": there is no baseline of this name");
}

} // namespace core
