#include "ui/pictures/picture_cell.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/theme.h"
#include <QFile>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>
#include <zlib.h>

using namespace ui;

namespace {

/// A picture whose upper half is red and lower half blue.
QImage redOverBlue(int width, int height) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::blue);
    QPainter(&image).fillRect(0, 0, width, height / 2, Qt::red);
    return image;
}

QByteArray bigEndian(quint32 value) {
    QByteArray bytes(4, 0);
    qToBigEndian(value, bytes.data());
    return bytes;
}

/// A PNG that promises width times height pixels and breaks off where they begin.
QByteArray pngHeader(quint32 width, quint32 height) {
    const QByteArray chunk = "IHDR" + bigEndian(width) + bigEndian(height) + QByteArray("\x08\x02\x00\x00\x00", 5);
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(chunk.constData()), static_cast<uInt>(chunk.size()));
    return QByteArray("\x89PNG\r\n\x1a\n", 8) + bigEndian(13) + chunk + bigEndian(static_cast<quint32>(crc)) +
           bigEndian(9999) + "IDAT";
}

/// The same JPEG with an EXIF block that says "turn by 90 degrees clockwise" (orientation 6).
QByteArray turnedJpeg(const QByteArray& jpeg) {
    const QByteArray tiff = QByteArray("II*\0\x08\0\0\0", 8) + QByteArray("\x01\0", 2) +
                            QByteArray("\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", 12) + QByteArray(4, 0);
    const QByteArray body = QByteArray("Exif\0\0", 6) + tiff;
    const auto length = static_cast<quint16>(body.size() + 2);
    const QByteArray marker =
        QByteArray("\xff\xe1", 2) + static_cast<char>(length >> 8) + static_cast<char>(length & 0xff) + body;
    return jpeg.left(2) + marker + jpeg.mid(2);
}

} // namespace

class TestThumbnails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(folder_.isValid()); }

    void aPictureIsScaledToFitAndNeverUp() {
        QVERIFY(redOverBlue(400, 200).save(path("wide.png")));
        const Thumbnail small = readThumbnail(path("wide.png"), {100, 100});
        QCOMPARE(small.state, ThumbnailState::ready);
        QCOMPARE(small.image.size(), QSize(100, 50));
        QCOMPARE(readThumbnail(path("wide.png"), {1000, 1000}).image.size(), QSize(400, 200));
    }

    void aPictureStoredLyingIsTurned() {
        QVERIFY(redOverBlue(200, 100).save(path("lying.jpg"), "JPG", 95));
        write("turned.jpg", turnedJpeg(read("lying.jpg")));
        const Thumbnail turned = readThumbnail(path("turned.jpg"), {60, 60});
        QCOMPARE(turned.state, ThumbnailState::ready);
        QCOMPARE(turned.image.size(), QSize(30, 60));
        QVERIFY(turned.image.pixelColor(25, 30).red() > 200); // the top turned clockwise lies on the right
        QVERIFY(turned.image.pixelColor(4, 30).blue() > 200);
    }

    void aMissingFileIsNotAnUnreadableOne() {
        write("empty.jpg", {});
        write("words.png", "this is no picture");
        QVERIFY(redOverBlue(64, 64).save(path("whole.png")));
        write("torn.png", read("whole.png").left(60));
        QCOMPARE(readThumbnail(path("nowhere.jpg"), {64, 64}).state, ThumbnailState::missing);
        QCOMPARE(readThumbnail(folder_.path(), {64, 64}).state, ThumbnailState::missing);
        for (const char* name : {"empty.jpg", "words.png", "torn.png"}) {
            const Thumbnail thumbnail = readThumbnail(path(name), {64, 64});
            QCOMPARE(thumbnail.state, ThumbnailState::unreadable);
            QVERIFY(thumbnail.problem.contains(name));
        }
    }

    void aHugePictureIsRefusedByItsHeader() {
        write("huge.png", pngHeader(50'000, 40'000));
        const Thumbnail thumbnail = readThumbnail(path("huge.png"), {64, 64});
        QCOMPARE(thumbnail.state, ThumbnailState::unreadable);
        QVERIFY2(thumbnail.problem.contains("2000 megapixels"), qPrintable(thumbnail.problem));
    }

    void aPictureArrivesLaterAndIsThenKnown() {
        QVERIFY(redOverBlue(80, 80).save(path("later.png")));
        ThumbnailProvider provider;
        QSignalSpy ready(&provider, &ThumbnailProvider::thumbnailReady);
        QCOMPARE(provider.thumbnail(path("later.png"), {40, 40}).state, ThumbnailState::loading);
        QCOMPARE(provider.thumbnail(path("later.png"), {40, 40}).state, ThumbnailState::loading);
        QTRY_COMPARE(ready.count(), 1); // asked for twice, read once
        QCOMPARE(provider.thumbnail(path("later.png"), {40, 40}).image.size(), QSize(40, 40));
        QCOMPARE(provider.decodedCount(), 1);
        QCOMPARE(provider.thumbnail({}, {40, 40}).state, ThumbnailState::none);
    }

    void memoryStaysUnderItsCap() {
        ThumbnailProvider provider(nullptr, 5 * 64 * 64 * 4);
        for (int number = 0; number < 20; ++number) {
            const QString file = path(QString("many-%1.png").arg(number));
            QVERIFY(redOverBlue(64, 64).save(file));
            provider.thumbnail(file, {64, 64});
        }
        QTRY_COMPARE(provider.decodedCount(), 20);
        QVERIFY(provider.cacheBytes() <= provider.cacheCapacity());
        QVERIFY(provider.cacheBytes() > 0);
    }

    void theNewestRequestComesFirstAndWhatScrolledAwayIsDropped() {
        ThumbnailProvider provider(nullptr, qint64{64} << 20, 1);
        QStringList arrived;
        connect(&provider, &ThumbnailProvider::thumbnailReady, this, [&](const QString& file) { arrived += file; });
        QSet<QString> first;
        for (int number = 0; number < 10; ++number) {
            const QString file = path(QString("order-%1.png").arg(number));
            QVERIFY(redOverBlue(16, 16).save(file));
            provider.thumbnail(file, {16, 16});
            first += file;
        }
        const QString last = path("order-9.png");
        QCOMPARE(provider.queuedCount(), 8); // one thread takes two at a time
        provider.cancelExcept(first, {last});
        QCOMPARE(provider.queuedCount(), 1);
        QTRY_COMPARE(arrived.size(), 3);
        QVERIFY(arrived.contains(last));
        provider.thumbnail(path("order-5.png"), {16, 16}); // a dropped one can be asked for again
        QTRY_COMPARE(arrived.size(), 4);
    }

    void clearingReadsFilesAgain() {
        ThumbnailProvider provider;
        QSignalSpy ready(&provider, &ThumbnailProvider::thumbnailReady);
        provider.thumbnail(path("appears.png"), {16, 16});
        QTRY_COMPARE(ready.count(), 1);
        QCOMPARE(provider.thumbnail(path("appears.png"), {16, 16}).state, ThumbnailState::missing);
        QVERIFY(redOverBlue(16, 16).save(path("appears.png")));
        provider.clear();
        provider.thumbnail(path("appears.png"), {16, 16});
        QTRY_COMPARE(provider.thumbnail(path("appears.png"), {16, 16}).state, ThumbnailState::ready);
    }

    void everyStateOfAPictureLooksDifferent() {
        QList<QImage> looks;
        for (const Thumbnail& thumbnail :
             {Thumbnail{}, Thumbnail{ThumbnailState::loading, {}, {}}, Thumbnail{ThumbnailState::missing, {}, "gone"},
              Thumbnail{ThumbnailState::unreadable, {}, "torn"},
              Thumbnail{ThumbnailState::ready, redOverBlue(120, 120), {}}}) {
            QImage image(132, 132, QImage::Format_RGB32);
            image.fill(lightPalette().color(QPalette::Base));
            QPainter painter(&image);
            paintPictureCell(painter, {.rect = {6, 6, 120, 120}, .thumbnail = thumbnail}, lightPalette());
            painter.end();
            for (const QImage& other : looks) QVERIFY(image != other);
            looks += image;
        }
    }

private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QByteArray read(const QString& name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& bytes) const {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    QTemporaryDir folder_;
};

QTEST_MAIN(TestThumbnails)
#include "tst_thumbnails.moc"
