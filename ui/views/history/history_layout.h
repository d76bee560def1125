#pragma once
#include "ui/views/history/history_state.h"
#include <QFontMetrics>
#include <QRect>

namespace ui {

/// Where everything in the strip stands: arithmetic over one tile size, so nothing moves when pictures or numbers come.
/// All rectangles are in viewport coordinates.
class HistoryLayout {
public:
    static constexpr int usualSide = 96; ///< of a picture, in pixels
    struct Input {
        int side = usualSide; ///< of a picture
        QSize viewport;
        int scroll = 0;
        int tiles = 0;
        bool hasTimes = false, hasInfluences = false, hasTrueNext = false, hasAddTile = true;
        QFontMetrics metrics;
    };

    HistoryLayout();
    void update(const Input& input) { input_ = input; }

    int side() const { return input_.side; }
    /// A tile with its title and, where there are any, its influence; `position` n is the place to drop.
    QRect tile(int position) const;
    QRect trueNext() const; ///< null where there is none
    QRect trueNextGround() const;
    QRect picture(const QRect& tile) const;
    QRect title(const QRect& tile) const;
    QRect influence(const QRect& tile) const;
    /// The words about the time between `position` and the one before it.
    QRect timeLabel(int position) const;
    QRect insertionMark(int place) const;
    QRect scrolled() const; ///< the part of the viewport that scrolls
    int contentWidth() const;
    int contentHeight() const;
    int step() const; ///< from one tile to the next

private:
    int tileHeight() const;
    int top() const;

    Input input_;
};

/// The time between two events in a few words: "same basket" within the same minute, "5 hours", "3 weeks", "2 years".
QString gapText(qint64 milliseconds);

} // namespace ui
