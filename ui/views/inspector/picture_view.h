#pragma once
#include <QWidget>

namespace ui {

class ThumbnailProvider;

/// One large picture in a square of fixed side.
class PictureView : public QWidget {
    Q_OBJECT
public:
    PictureView(ThumbnailProvider* thumbnails, int side, QWidget* parent = nullptr);
    void setPicture(const QString& absolutePath, const QString& title);

protected:
    void paintEvent(QPaintEvent* paint) override;

private:
    ThumbnailProvider* thumbnails_;
    QString path_;
};

} // namespace ui
