#pragma once
#include "core/interactions/interactions.h"
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ui {

enum class ShopperSort {
    fileOrder,
    mostEvents,
    fewestEvents,
    mostRecent,
    // Offered where an evaluation is known, and done by the panel itself:
    difference, ///< B minus A, largest first
    trueRank,   ///< rank of the true next product under B, best first
};

/// Where the panel reads shoppers, a page at a time, on the GUI thread: under 5 ms a call.
struct ShopperSource {
    /// As core::Interactions::search(); never called with an order that the panel does itself.
    std::function<core::UserPage(const QString& text, ShopperSort sort, qint64 offset, qint64 limit)> page;
    std::function<core::UserRow(core::UserIndex)> user;
    /// Absolute picture paths of the newest products, newest first, at most six; empty strings for missing pictures.
    std::function<QStringList(core::UserIndex)> newestPictures;
};

/// A shopper that was made up here.
struct ScratchShopperRow {
    int number = 0; ///< what the signals say
    QString name;
    int events = 0;
    QStringList newestPictures; ///< as above
};

/// What an evaluation of A and B says about one shopper.
struct ShopperFigures {
    float difference = 0;               ///< of reciprocal ranks, B minus A; -1 to 1
    float trueRankA = 0, trueRankB = 0; ///< of the true next product; 0: not known
};
using ShopperDifferences = std::unordered_map<core::UserIndex, ShopperFigures>;

enum class ShoppersKind { nothingOpen, loading, ready, error };

struct ShoppersState {
    ShoppersKind kind = ShoppersKind::nothingOpen;
    ShopperSource source{};   ///< with ready
    qint64 total = 0;         ///< shoppers in the workspace; 0: it has no histories
    bool isSimulated = false; ///< the badge "Simulated shoppers"
    QString message{};        ///< with error: what went wrong and what to do
};

} // namespace ui
