#pragma once
#include "core/base/index.h"
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace ui {

/// One recommended product, ready to be painted.
struct CardRow {
    core::ItemIndex item;
    int rank = 0;            ///< 1-based
    QString title;           ///< the id where the product has no title
    QString category;        ///< in full: "Gear > Bags"
    QString price;           ///< as it is shown, with its currency where that is known; empty: none
    QString picturePath;     ///< absolute; empty: the catalog names none ("no picture")
    QString id;              ///< the user's own
    bool isNew = false;      ///< as CatalogItem::isNew
    bool isTextTwin = false; ///< another product has the same text
    bool isTrueNext = false; ///< leave false while the true next product is hidden
    float score = 0;
};

enum class ColumnKind {
    empty,   ///< nothing was asked: no workspace, no shopper or no model chosen
    loading, ///< an answer is on its way; the rows of the last one stay, dimmed after 100 ms
    ready,   ///< `rows`; none: everything is excluded
    error,   ///< `error`
};

/// What one column shows. Immutable: a new answer is a new state.
struct ColumnState {
    ColumnKind kind = ColumnKind::empty;
    quint64 ticket = 0; ///< of the request that this answers; comes back in ComparisonView::painted()
    QString modelName;
    QString modality;          ///< "text", "image", "both", "none", as in core::ModelInfo
    std::vector<CardRow> rows; ///< best first; read only where ready
    std::optional<double> elapsedMs;
    bool fromCache = false;
    QStringList notices;                ///< whole sentences: "3 of 10 history products have no picture."
    std::optional<qint64> trueNextRank; ///< wherever it stands, for the sentence; nothing while it is hidden
    QString error;                      ///< what was being done, what went wrong and what to do
    QString emptyText;                  ///< with empty: the next step; a default stands in where this is empty
};

} // namespace ui
