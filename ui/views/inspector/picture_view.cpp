#include "ui/views/inspector/picture_view.h"
#include "ui/pictures/picture_cell.h"
#include <QPainter>

namespace ui {

PictureView::PictureView(ThumbnailProvider* thumbnails, int side, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails) {
    setFixedSize(side, side);
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, [this](const QString& path) {
        if (path == path_) update();
    });
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
