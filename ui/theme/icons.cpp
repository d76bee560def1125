#include "ui/theme/icons.h"
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>
#include <memory>

// Resources of a static library are registered by hand; the macro must stand outside every namespace.
static void registerResources() {
    Q_INIT_RESOURCE(icons);
    Q_INIT_RESOURCE(help);
}

namespace ui {
namespace {

class TintedIconEngine : public QIconEngine {
public:
    explicit TintedIconEngine(const QString& file) : file_(file), renderer_(std::make_unique<QSvgRenderer>(file)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const qreal ratio = painter->device()->devicePixelRatio();
        painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override {
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        renderer_->setAspectRatioMode(Qt::KeepAspectRatio);
        renderer_->render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(image.rect(), tint(mode));
        painter.end();
        QPixmap result = QPixmap::fromImage(std::move(image));
        result.setDevicePixelRatio(scale);
        return result;
    }

    QIconEngine* clone() const override { return new TintedIconEngine(file_); }

private:
    static QColor tint(QIcon::Mode mode) {
        const QPalette palette = QGuiApplication::palette();
        switch (mode) {
        case QIcon::Disabled:
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        case QIcon::Selected:
            return palette.color(QPalette::HighlightedText);
        default:
            return palette.color(QPalette::ButtonText);
        }
    }

    QString file_;
    std::unique_ptr<QSvgRenderer> renderer_;
};

} // namespace

QIcon icon(const QString& name) {
    registerResources();
    const QString file = QStringLiteral(":/icons/%1.svg").arg(name);
    return QFile::exists(file) ? QIcon(new TintedIconEngine(file)) : QIcon();
}

QIcon applicationIcon() {
    registerResources();
    return QIcon(QStringLiteral(":/icons/pixrec.svg"));
}

} // namespace ui
