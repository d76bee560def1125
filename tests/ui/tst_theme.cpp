#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include <QApplication>
#include <QStyle>
#include <QtTest>

using namespace ui;

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTextIsReadableOnItsGround_data() {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << lightPalette();
        QTest::newRow("dark") << darkPalette();
    }

    void everyTextIsReadableOnItsGround() {
        QFETCH(QPalette, palette);
        const auto role = [&palette](QPalette::ColorRole name) { return palette.color(name); };
        const Accents colours = accents(palette);
        for (const QColor& ground : {role(QPalette::Window), role(QPalette::Base), role(QPalette::AlternateBase)})
            for (const QColor& text :
                 {role(QPalette::WindowText), role(QPalette::Text), role(QPalette::Link), colours.muted, colours.modelA,
                  colours.modelB, colours.positive, colours.negative, colours.warning})
                QVERIFY2(contrastRatio(text, ground) >= 4.5, qPrintable(text.name() + " on " + ground.name()));
        QVERIFY(contrastRatio(role(QPalette::ButtonText), role(QPalette::Button)) >= 4.5);
        QVERIFY(contrastRatio(role(QPalette::HighlightedText), role(QPalette::Highlight)) >= 4.5);
        QVERIFY(contrastRatio(role(QPalette::ToolTipText), role(QPalette::ToolTipBase)) >= 4.5);
        QVERIFY(contrastRatio(colours.pictureMark, colours.pictureGround) >= 4.5);
    }

    void contrastIsThatOfTheStandard() {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    }

    void themeChangesWhileRunning() {
        applyTheme(ThemeChoice::dark);
        QVERIFY(isDark(QApplication::palette()));
        QCOMPARE(currentTheme(), ThemeChoice::dark);
        applyTheme(ThemeChoice::light);
        QVERIFY(!isDark(QApplication::palette()));
    }

    void namesOfThemesReadBack() {
        for (const ThemeChoice choice : {ThemeChoice::system, ThemeChoice::light, ThemeChoice::dark})
            QCOMPARE(themeFromName(themeName(choice)), choice);
        QCOMPARE(themeFromName("purple"), ThemeChoice::system);
    }

    void iconsTakeTheColourOfTheTextAroundThem() {
        const QIcon search = icon("search");
        QVERIFY(!search.isNull());
        applyTheme(ThemeChoice::light);
        const QColor onLight = strongestColour(search);
        applyTheme(ThemeChoice::dark);
        const QColor onDark = strongestColour(search);
        QCOMPARE(onLight, lightPalette().color(QPalette::ButtonText));
        QCOMPARE(onDark, darkPalette().color(QPalette::ButtonText));
    }

    void reducedMotionReachesEveryStyleHint() {
        applyTheme(ThemeChoice::light);
        QVERIFY(QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0);
        setReducedMotion(true);
        applyTheme(ThemeChoice::dark); // survives a change of theme
        QCOMPARE(QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration), 0);
        setReducedMotion(false);
    }

    void unknownIconsAreNull() {
        QVERIFY(icon("no-such-drawing").isNull());
        QVERIFY(!applicationIcon().isNull());
    }

private:
    static QColor strongestColour(const QIcon& icon) {
        const QImage image = icon.pixmap(48).toImage();
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y).alpha() == 255) return image.pixelColor(x, y);
        return {};
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
