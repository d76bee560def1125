#pragma once
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/theme.h"
#include <QDir>
#include <QLabel>
#include <QPushButton>
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

/// The button that reads `text`; null where there is none.
inline QPushButton* button(const QWidget& widget, const QString& text) {
    for (QPushButton* one : widget.findChildren<QPushButton*>())
        if (one->text() == text) return one;
    return nullptr;
}

/// All texts of labels that are to be seen, one a line.
inline QString shownText(const QWidget& widget) {
    QString text;
    for (const QLabel* label : widget.findChildren<QLabel*>())
        if (label->isVisibleTo(&widget)) text += label->text() + QLatin1Char('\n');
    return text;
}

/// The rows of a test that looks at a widget in both themes.
inline void addThemes() {
    QTest::addColumn<ThemeChoice>("theme");
    QTest::newRow("light") << ThemeChoice::light;
    QTest::newRow("dark") << ThemeChoice::dark;
}

/// Titles to fill lists with; one of them is too long for a card.
inline QString exampleTitle(int number) {
    static const QStringList titles{"Joust Duffle Bag",
                                    "Strive Shoulder Pack",
                                    "Crown Summit Backpack with two padded straps and a very long name",
                                    "Wayfarer Messenger Bag",
                                    "Rival Field Messenger",
                                    "Fusion Backpack",
                                    "Impulse Duffle"};
    return titles[number % titles.size()];
}

/// A widget on the screen by itself, in the light theme.
template <class Widget>
void showAlone(Widget& widget, const QSize& size) {
    applyTheme(ThemeChoice::light);
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
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
    QImage image = widget.grab().toImage();
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
