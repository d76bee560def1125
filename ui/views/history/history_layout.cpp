#include "ui/views/history/history_layout.h"
#include <QApplication>
#include <algorithm>

namespace ui {
namespace {

constexpr int edge = 10; ///< left of the first tile
constexpr int gap = 14;  ///< between tiles
constexpr int inset = 4; ///< from the frame of a tile to its picture
constexpr int titleLines = 2;
constexpr int dividerRoom = 24; ///< between the scrolled part and the true next

QString translated(const char* text, int count) {
    return QCoreApplication::translate("ui::HistoryStrip", text, nullptr, count);
}

} // namespace

HistoryLayout::HistoryLayout() : input_{.viewport = {}, .metrics = QFontMetrics(QApplication::font())} {}

int HistoryLayout::step() const { return input_.side + 2 * inset + gap; }

int HistoryLayout::top() const {
    const bool hasTopRow = input_.hasTimes || input_.hasTrueNext;
    return 4 + (hasTopRow ? input_.metrics.lineSpacing() + 4 : 0);
}

int HistoryLayout::tileHeight() const {
    return input_.side + 2 * inset + 4 + (titleLines + (input_.hasInfluences ? 1 : 0)) * input_.metrics.lineSpacing();
}

QRect HistoryLayout::tile(int position) const {
    return {edge + position * step() - input_.scroll, top(), input_.side + 2 * inset, tileHeight()};
}

QRect HistoryLayout::trueNextGround() const {
    if (!input_.hasTrueNext) return {};
    const int width = input_.side + 2 * inset + 2 * edge;
    return {input_.viewport.width() - width, 0, width, input_.viewport.height()};
}

QRect HistoryLayout::trueNext() const {
    if (!input_.hasTrueNext) return {};
    return {trueNextGround().left() + edge, top(), input_.side + 2 * inset, tileHeight()};
}

QRect HistoryLayout::picture(const QRect& tile) const {
    return {tile.left() + inset, tile.top() + inset, input_.side, input_.side};
}

QRect HistoryLayout::title(const QRect& tile) const {
    return {tile.left() + inset, tile.top() + input_.side + 2 * inset, input_.side,
            titleLines * input_.metrics.lineSpacing()};
}

QRect HistoryLayout::influence(const QRect& tile) const {
    if (!input_.hasInfluences) return {};
    const QRect words = title(tile);
    return {words.left(), words.bottom() + 1, words.width(), input_.metrics.lineSpacing()};
}

QRect HistoryLayout::timeLabel(int position) const {
    if (!input_.hasTimes || position < 1 || position >= input_.tiles) return {};
    QRect label(0, 2, step() - 16, input_.metrics.lineSpacing());
    label.moveCenter({tile(position).left() - gap / 2, label.center().y()});
    return label;
}

QRect HistoryLayout::insertionMark(int place) const {
    const QRect right = tile(place);
    return {right.left() - gap / 2 - 2, right.top(), 4, right.height()};
}

QRect HistoryLayout::scrolled() const {
    const int right = input_.hasTrueNext ? trueNextGround().left() - dividerRoom / 2 : input_.viewport.width();
    return {0, 0, std::max(0, right), input_.viewport.height()};
}

int HistoryLayout::contentWidth() const {
    return 2 * edge + (input_.tiles + (input_.hasAddTile ? 1 : 0)) * step() - gap;
}

int HistoryLayout::contentHeight() const { return top() + tileHeight() + 4; }

QString gapText(qint64 milliseconds) {
    const qint64 minutes = std::max<qint64>(0, milliseconds) / 60'000;
    const qint64 hours = minutes / 60, days = hours / 24;
    const auto words = [](const char* text, qint64 count) { return translated(text, static_cast<int>(count)); };
    // English plurals by hand where no translation is loaded.
    const auto plural = [&](const char* one, const char* many, qint64 count) {
        return count == 1 ? words(one, 1) : words(many, count);
    };
    if (minutes < 1) return words("same basket", 1);
    if (hours < 1) return plural("%n minute", "%n minutes", minutes);
    if (days < 1) return plural("%n hour", "%n hours", hours);
    if (days < 14) return plural("%n day", "%n days", days);
    if (days < 60) return plural("%n week", "%n weeks", days / 7);
    if (days < 730) return plural("%n month", "%n months", days / 30);
    return plural("%n year", "%n years", days / 365);
}

} // namespace ui
