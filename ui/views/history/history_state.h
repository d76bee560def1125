#pragma once
#include "core/base/index.h"
#include <QString>
#include <optional>
#include <vector>

namespace ui {

/// One event of a history, ready to be painted.
struct HistoryTile {
    core::ItemIndex item;
    QString title;                   ///< the id where the product has no title
    QString picturePath;             ///< absolute; empty: the catalog names none
    std::optional<qint64> time;      ///< milliseconds since 1970 UTC
    std::optional<double> influence; ///< -1 to 1; what leaving this event out does to the list
};

enum class HistoryKind {
    nothingOpen, ///< no workspace or no shopper yet
    loading,
    ready, ///< also with no tiles: an empty history
    error,
};

/// Everything that the strip shows. Immutable: a change is a new state.
struct HistoryState {
    HistoryKind kind = HistoryKind::nothingOpen;
    QString shopper;                     ///< whose; a change of it scrolls to the newest event and drops the selection
    std::vector<HistoryTile> tiles;      ///< oldest first
    bool hasTimes = false;               ///< false: no gaps and no dates are drawn
    int window = 0;                      ///< how many of the newest events the models read; 0: all
    std::optional<HistoryTile> trueNext; ///< the held-out product, where there is one
    bool trueNextHidden = false;
    bool isEditable = true;
    QString message; ///< with error: what went wrong and what to do; with nothingOpen: the next step, where not usual
};

} // namespace ui
