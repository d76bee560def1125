#include "ui/pictures/thumbnail_provider.h"
#include <QCoreApplication>
#include <QFileInfo>
#include <QImageReader>
#include <mutex>

namespace ui {
namespace {

/// What a failed picture costs in the cache: its key and its sentence.
constexpr qint64 failureBytes = 512;
/// Above this a picture is decoded alone, so that a folder of huge ones does not multiply its memory by the threads.
constexpr qint64 largePicturePixels = 16'000'000;

QString thumbnailText(const char* text) { return QCoreApplication::translate("ui::ThumbnailProvider", text); }

Thumbnail failed(ThumbnailState state, const QString& problem) { return {state, {}, problem}; }

} // namespace

Thumbnail readThumbnail(const QString& absolutePath, const QSize& bounds) {
    const QFileInfo file(absolutePath);
    if (!file.isFile())
        return failed(ThumbnailState::missing, thumbnailText("The picture file %1 is not there.").arg(absolutePath));

    QImageReader reader(absolutePath);
    reader.setDecideFormatFromContent(true); // shops rename files
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    const qint64 pixels = qint64{size.width()} * size.height();
    if (pixels > maxPicturePixels)
        return failed(
            ThumbnailState::unreadable,
            thumbnailText("%1 has %2 megapixels; at most 100 are read.").arg(absolutePath).arg(pixels / 1'000'000));

    static std::mutex largePicture;
    std::unique_lock alone(largePicture, std::defer_lock);
    if (pixels > largePicturePixels || !size.isValid()) alone.lock();
    if (size.isValid()) {
        // setScaledSize works on the stored picture, which EXIF may still turn by 90 degrees.
        const bool isTurned = reader.transformation().testFlag(QImageIOHandler::TransformationRotate90);
        const QSize stored = isTurned ? bounds.transposed() : bounds;
        if (size.width() > stored.width() || size.height() > stored.height())
            reader.setScaledSize(size.scaled(stored, Qt::KeepAspectRatio).expandedTo(QSize(1, 1)));
    }
    QImage image = reader.read();
    if (image.isNull())
        return failed(ThumbnailState::unreadable,
                      thumbnailText("%1 cannot be read: %2.").arg(absolutePath, reader.errorString()));
    if (image.width() > bounds.width() || image.height() > bounds.height())
        image = image.scaled(bounds, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    image.convertTo(image.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
    return {ThumbnailState::ready, std::move(image), {}};
}

ThumbnailProvider::ThumbnailProvider(QObject* parent, qint64 cacheBytes, int threads)
    : QObject(parent), cache_(cacheBytes) {
    // Qt's own limit of 128 MB would refuse pictures that the models read.
    QImageReader::setAllocationLimit(static_cast<int>(maxPicturePixels * 4 >> 20) + 1);
    pool_.setMaxThreadCount(threads);
    pool_.setThreadPriority(QThread::LowPriority);
}

ThumbnailProvider::~ThumbnailProvider() {
    queue_.clear();
    pool_.clear();
    pool_.waitForDone();
}

Thumbnail ThumbnailProvider::thumbnail(const QString& absolutePath, const QSize& size) {
    if (absolutePath.isEmpty() || size.isEmpty()) return {};
    Key key{absolutePath, size};
    if (const Thumbnail* known = cache_.object(key)) return *known;
    if (!waiting_.contains(key)) {
        waiting_.insert(key);
        queue_.append(std::move(key));
        startNext();
    }
    return {ThumbnailState::loading, {}, {}};
}

void ThumbnailProvider::cancelExcept(const QSet<QString>& before, const QSet<QString>& now) {
    queue_.removeIf([&](const Key& key) {
        if (!before.contains(key.path) || now.contains(key.path)) return false;
        waiting_.remove(key);
        return true;
    });
}

void ThumbnailProvider::clear() {
    cache_.clear();
    queue_.clear();
    waiting_.clear();
    ++generation_;
}

void ThumbnailProvider::startNext() {
    // Twice the threads: one picture waits at each thread while its answer travels to this one.
    while (running_ < 2 * pool_.maxThreadCount() && !queue_.isEmpty()) {
        ++running_;
        pool_.start([this, key = queue_.takeLast(), generation = generation_] {
            Thumbnail result = readThumbnail(key.path, key.size);
            QMetaObject::invokeMethod(
                this, [this, key, generation, result = std::move(result)] { finish(key, result, generation); },
                Qt::QueuedConnection);
        });
    }
}

void ThumbnailProvider::finish(const Key& key, const Thumbnail& thumbnail, qint64 generation) {
    --running_;
    ++decoded_;
    if (generation == generation_) {
        waiting_.remove(key);
        const qint64 bytes = thumbnail.image.isNull() ? failureBytes : thumbnail.image.sizeInBytes() + failureBytes;
        cache_.insert(key, new Thumbnail(thumbnail), bytes);
        Q_EMIT thumbnailReady(key.path);
    }
    startNext();
}

} // namespace ui
