#include "core/recommenders/list_model.h"
#include "core/base/error.h"
#include "core/recommenders/unscored.h"
#include <fmt/format.h>

namespace core {

std::string ListModel::missing(const HistoryView& history) const {
    if (!history.user)
        return "this model is a list made beforehand for each listed shopper: it cannot follow edits, nor made-up "
               "histories";
    return parts_.rowOfUser[history.user->slot()] < 0 ? "this shopper is not among those that the model has a list for"
                                                      : "";
}

void ListModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto width = static_cast<std::size_t>(parts_.itemCount);
    for (std::size_t row = 0; row < histories.size(); ++row) {
        throwIfStopped(stop, "score products");
        const auto scoresV = scoresBV.subspan(row * width, width);
        std::fill(scoresV.begin(), scoresV.end(), 0.0F);
        if (!missing(histories[row]).empty()) continue;
        const auto list = static_cast<std::size_t>(parts_.rowOfUser[histories[row].user->slot()]);
        std::vector<bool> isListed(width);
        for (auto at = parts_.begin[list]; at < parts_.begin[list + 1]; ++at) {
            const auto slot = parts_.items[static_cast<std::size_t>(at)].slot();
            scoresV[slot] = parts_.scores[static_cast<std::size_t>(at)];
            isListed[slot] = true;
        }
        putBelow(scoresV, isListed);
    }
}

const VectorTable& ListModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} is lists made beforehand and has no vectors", info_.name));
}

} // namespace core
