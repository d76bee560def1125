#include "core/retrieval/top_k.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace core {

namespace {
struct Scored {
    float score;
    std::int32_t item;
};

/// Keeps the best `k` of what it is shown, in one pass.
class BestOf {
public:
    explicit BestOf(std::size_t k) : k_(k) { heap_.reserve(k); }

    void offer(Scored candidate) {
        if (heap_.size() < k_) {
            heap_.push_back(candidate);
            std::push_heap(heap_.begin(), heap_.end(), isBetter);
        } else if (k_ > 0 && isBetter(candidate, heap_.front())) {
            std::pop_heap(heap_.begin(), heap_.end(), isBetter);
            heap_.back() = candidate;
            std::push_heap(heap_.begin(), heap_.end(), isBetter);
        }
    }
    std::vector<Scored> sorted() && {
        std::sort_heap(heap_.begin(), heap_.end(), isBetter);
        return std::move(heap_);
    }

private:
    static bool isBetter(const Scored& a, const Scored& b) {
        return a.score > b.score || (a.score == b.score && a.item < b.item);
    }
    std::size_t k_;
    std::vector<Scored> heap_; ///< the worst one kept is in front
};

std::size_t listLength(int k, std::size_t available) {
    return std::min(static_cast<std::size_t>(std::max(k, 0)), available);
}
} // namespace

std::vector<Recommendation> topK(std::span<const float> scoresV, const EligibilityFilter& filter, int k) {
    BestOf best(listLength(k, scoresV.size()));
    for (std::size_t slot = 0; slot < scoresV.size(); ++slot) {
        if (!std::isfinite(scoresV[slot]))
            throw Error(ErrorKind::corrupt, "rank products: the model gives scores that are not numbers");
        const auto item = static_cast<std::int32_t>(slot);
        if (filter.isEligible({item})) best.offer({scoresV[slot], item});
    }
    std::vector<Recommendation> list;
    for (const auto& [score, item] : std::move(best).sorted())
        list.push_back({{item}, static_cast<int>(list.size()) + 1, score});
    return list;
}

ProbedRank probeRank(std::span<const float> scoresV, const EligibilityFilter& filter, ItemIndex item) {
    const float wanted = scoresV[item.slot()];
    const bool isEligible = filter.isEligible(item);
    std::int64_t better = 0, tied = 0, listedBefore = 0;
    for (std::size_t slot = 0; slot < scoresV.size(); ++slot) {
        if (scoresV[slot] < wanted) continue;
        const bool isTied = scoresV[slot] == wanted;
        const bool isListed = filter.isEligible({static_cast<std::int32_t>(slot)});
        if (!isTied) ++better;
        if (isTied && (isListed || !isEligible)) ++tied; // among those that the rank counts
        const bool standsBefore = !isTied || slot < item.slot();
        if (standsBefore && isListed) ++listedBefore;
    }
    return {.item = item,
            .rank = isEligible ? listedBefore + 1 : 0,
            .modelRank = better + 1,
            .tied = tied,
            .score = wanted,
            .excludedBy = filter.reason(item)};
}

std::vector<SimilarItem> nearestRows(std::span<const float> vectors, int width, ItemIndex item,
                                     const std::vector<bool>& isCandidate, int k, std::stop_token stop) {
    const auto columns = static_cast<std::size_t>(width);
    const std::size_t rows = vectors.size() / columns;
    const auto wanted = vectors.subspan(item.slot() * columns, columns);
    BestOf best(listLength(k, rows));
    for (std::size_t row = 0; row < rows; ++row) {
        if (row % 16384 == 0) throwIfStopped(stop, "find similar products");
        if (row == item.slot() || (!isCandidate.empty() && !isCandidate[row])) continue;
        const auto other = vectors.subspan(row * columns, columns);
        best.offer(
            {std::inner_product(wanted.begin(), wanted.end(), other.begin(), 0.0F), static_cast<std::int32_t>(row)});
    }
    std::vector<SimilarItem> found;
    for (const auto& [similarity, row] : std::move(best).sorted()) found.push_back({{row}, similarity});
    return found;
}

std::vector<SimilarItem> nearestTo(std::span<const float> wanted, const EncodedTable& table, int k,
                                   std::stop_token stop) {
    const auto columns = static_cast<std::size_t>(table.width);
    std::vector<float> similarityOfRow(static_cast<std::size_t>(table.rowCount()));
    for (std::size_t row = 0; row < similarityOfRow.size(); ++row) {
        if (row % 16384 == 0) throwIfStopped(stop, "search products");
        similarityOfRow[row] = std::inner_product(
            wanted.begin(), wanted.end(), table.values.begin() + static_cast<std::ptrdiff_t>(row * columns), 0.0F);
    }
    BestOf best(listLength(k, table.rowOfItem.size()));
    for (std::size_t item = 0; item < table.rowOfItem.size(); ++item)
        if (const auto row = table.rowOfItem[item]; row >= 0)
            best.offer({similarityOfRow[static_cast<std::size_t>(row)], static_cast<std::int32_t>(item)});
    std::vector<SimilarItem> found;
    for (const auto& [similarity, item] : std::move(best).sorted()) found.push_back({{item}, similarity});
    return found;
}

} // namespace core
