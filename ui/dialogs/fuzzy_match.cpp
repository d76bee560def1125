#include "ui/dialogs/fuzzy_match.h"
#include <vector>

namespace ui {
namespace {

constexpr int startOfWord = 8, nextToLast = 6, anyLetter = 1, impossible = -1'000'000;

bool startsWord(const QString& text, int at) {
    if (at == 0) return true;
    return !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text) {
    QString letters = pattern.toCaseFolded();
    letters.remove(QLatin1Char(' '));
    if (letters.isEmpty()) return FuzzyMatch{};
    // A hundred letters are enough for a title, and bound the table below.
    const auto rows = static_cast<std::size_t>(letters.size());
    const auto columns = static_cast<std::size_t>(std::min<qsizetype>(text.size(), 100));
    if (rows > columns) return std::nullopt;

    // best[i][j]: the best score of letters 0..i with letter i at place j.
    std::vector<std::vector<int>> best(rows, std::vector<int>(columns, impossible));
    std::vector<std::vector<int>> from(rows, std::vector<int>(columns, -1));
    for (std::size_t i = 0; i < rows; ++i) {
        int bestBefore = impossible, placeBefore = -1;
        for (std::size_t j = 0; j < columns; ++j) {
            if (i > 0 && j > 0 && best[i - 1][j - 1] > bestBefore) {
                bestBefore = best[i - 1][j - 1];
                placeBefore = static_cast<int>(j) - 1;
            }
            const int place = static_cast<int>(j);
            if (text[place].toCaseFolded() != letters[static_cast<qsizetype>(i)]) continue;
            const int own = startsWord(text, place) ? startOfWord : anyLetter;
            if (i == 0) {
                best[i][j] = own;
                continue;
            }
            if (bestBefore > impossible) {
                best[i][j] = bestBefore + own;
                from[i][j] = placeBefore;
            }
            if (j > 0 && best[i - 1][j - 1] > impossible && best[i - 1][j - 1] + own + nextToLast > best[i][j]) {
                best[i][j] = best[i - 1][j - 1] + own + nextToLast;
                from[i][j] = place - 1;
            }
        }
    }
    int last = 0;
    for (std::size_t j = 0; j < columns; ++j)
        if (best[rows - 1][j] > best[rows - 1][static_cast<std::size_t>(last)]) last = static_cast<int>(j);
    const int score = best[rows - 1][static_cast<std::size_t>(last)];
    if (score <= impossible) return std::nullopt;

    FuzzyMatch match;
    match.score = 100 * score - static_cast<int>(text.size());
    for (std::size_t i = rows; i-- > 0;) {
        match.positions.prepend(last);
        last = from[i][static_cast<std::size_t>(last)];
    }
    return match;
}

} // namespace ui
