#pragma once
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/theme.h"
#include <QDir>
#include <QWidget>
#include <QtTest>

/// For tests that paint a widget and, when asked, leave the picture for a human: PIXREC_RENDER_DIR is the folder to
/// save into, PIXREC_PICTURES a folder of product pictures to show.
namespace ui::test {

/// Files of PIXREC_PICTURES in order of name; without it, paths of files that are not there.
inline QString examplePicture(int number) {
    static const QStringList files = [] {
        const QDir folder(qEnvironmentVariable("PIXREC_PICTURES", QStringLiteral("/no-such-folder")));
        QStringList names = folder.entryList({"*.jpg", "*.png"}, QDir::Files, QDir::Name);
        for (QString& name : names) name = folder.absoluteFilePath(name);
        return names;
    }();
    if (files.isEmpty()) return QStringLiteral("/no-such-folder/%1.jpg").arg(number);
    return files[(number * 7) % files.size()];
}

inline void saveLook(const QImage& image, const QString& name) {
    QVERIFY(!image.isNull());
    const QString folder = qEnvironmentVariable("PIXREC_RENDER_DIR");
    if (!folder.isEmpty()) QVERIFY(image.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

/// Paints the widget once its pictures are there; returns what was painted.
inline QImage look(QWidget& widget, const ThumbnailProvider& thumbnails, const QString& name) {
    widget.grab();
    [&] { QTRY_COMPARE(thumbnails.queuedCount(), 0); }();
    QTest::qWait(30); // pictures that are being decoded
    const QImage image = widget.grab().toImage();
    saveLook(image, QStringLiteral("%1-%2").arg(name, themeName(currentTheme())));
    return image;
}

/// How many different colours a picture has, every other pixel: a blank widget has a handful.
inline qsizetype colourCount(const QImage& image) {
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2) colours.insert(image.pixel(x, y));
    return colours.size();
}

} // namespace ui::test
