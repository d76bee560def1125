#include "ui/views/inspector/picture_view.h"
#include "ui/pictures/picture_cell.h"
#include <QPainter>
#include <algorithm>

namespace ui {

PictureView::PictureView(ThumbnailProvider* thumbnails, int mostSide, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails), mostSide_(mostSide) {
    setFixedSize(mostSide, mostSide);
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, [this](const QString& path) {
        if (path == path_) update();
    });
}

void PictureView::fitInto(int width) {
    const int side = std::min(width, mostSide_);
    setFixedSize(side, side);
}

void PictureView::setPicture(const QString& absolutePath, const QString& title) {
    path_ = absolutePath;
    setAccessibleName(tr("Picture of %1").arg(title));
    update();
}

void PictureView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    PictureCell cell;
    cell.rect = rect();
    cell.thumbnail = thumbnails_->thumbnail(path_, devicePixels(size(), devicePixelRatioF()));
    setToolTip(thumbnailStateText(cell.thumbnail));
    paintPictureCell(painter, cell, palette());
}

} // namespace ui
