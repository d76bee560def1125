#pragma once
#include <QList>
#include <QString>
#include <optional>

namespace ui {

struct FuzzyMatch {
    int score = 0;        ///< higher is better; only to be compared with scores of the same pattern
    QList<int> positions; ///< of the matched letters in the text
};

/// All letters of `pattern` (spaces do not count) in this order somewhere in `text`, whatever their case; nothing where
/// one is missing. Whole words and word starts count more than letters in the middle, and a short text more than a long
/// one.
std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text);

} // namespace ui
