#pragma once
#include "ui/pictures/thumbnail_provider.h"
#include <QPalette>
#include <QRect>

class QPainter;

namespace ui {

/// How a product picture looks everywhere: a rounded card of light ground, the picture fitted into it, and a mark of
/// its own for each of loading, no picture, file missing and unreadable.
struct PictureCell {
    QRect rect; ///< logical pixels; the same for every state, so nothing moves when a picture arrives
    Thumbnail thumbnail;
    bool isDimmed = false;     ///< outside the model's window, or excluded
    bool isEmphasised = false; ///< the same product is under the mouse elsewhere
};

void paintPictureCell(QPainter& painter, const PictureCell& cell, const QPalette& palette);

/// The state in words, for tool tips and accessible texts; empty when ready.
QString thumbnailStateText(const Thumbnail& thumbnail);

/// What to ask the provider for to fill `rect` sharply on `device`.
QSize devicePixels(const QSize& logical, qreal devicePixelRatio);

} // namespace ui
