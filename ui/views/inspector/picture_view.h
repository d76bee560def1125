#pragma once
#include <QWidget>

namespace ui {

class ThumbnailProvider;

/// One large picture in a square, of a side at most.
class PictureView : public QWidget {
    Q_OBJECT
public:
    PictureView(ThumbnailProvider* thumbnails, int mostSide, QWidget* parent = nullptr);
    /// As wide as there is room, up to the most.
    void fitInto(int width);
    void setPicture(const QString& absolutePath, const QString& title);

protected:
    void paintEvent(QPaintEvent* paint) override;

private:
    ThumbnailProvider* thumbnails_;
    int mostSide_;
    QString path_;
};

} // namespace ui
