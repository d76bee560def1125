#pragma once
#include <QCache>
#include <QHash>
#include <QImage>
#include <QList>
#include <QObject>
#include <QSet>
#include <QSize>
#include <QString>
#include <QThreadPool>

namespace ui {

/// The five things a picture can be; each is painted differently (picture_cell.h).
enum class ThumbnailState {
    none,    ///< the catalog names no picture
    loading, ///< asked for
    ready,
    missing,    ///< the named file is not there
    unreadable, ///< not a picture, damaged, or over 100 megapixels; Thumbnail::problem says which
};

struct Thumbnail {
    ThumbnailState state = ThumbnailState::none;
    QImage image;    ///< at most the size asked for, aspect kept, never scaled up; null unless ready
    QString problem; ///< one sentence where missing or unreadable
};

/// Where pictures larger than this are refused (width times height), as in core/pictures.
inline constexpr qint64 maxPicturePixels = 100'000'000;

/// Reads and scales one picture on the calling thread: EXIF orientation applied, first frame. `bounds` in device
/// pixels.
Thumbnail readThumbnail(const QString& absolutePath, const QSize& bounds);

/// Pictures at the size they are shown, decoded on a few threads of its own. One for the whole window. GUI thread only.
/// The newest request is decoded first, since that is what the user looks at now.
class ThumbnailProvider : public QObject {
    Q_OBJECT
public:
    explicit ThumbnailProvider(QObject* parent = nullptr, qint64 cacheBytes = qint64{192} << 20, int threads = 2);
    ~ThumbnailProvider() override;

    /// Never waits: what is known now. A picture that is not known is queued, reads as loading, and is announced by
    /// thumbnailReady(); paint with this and update the view on the signal. An empty path is ThumbnailState::none.
    /// `size` is in device pixels: logical size times devicePixelRatio.
    Thumbnail thumbnail(const QString& absolutePath, const QSize& size);

    /// Forgets queued requests for the files of `before` that are not in `now`: what has scrolled out of sight.
    void cancelExcept(const QSet<QString>& before, const QSet<QString>& now);
    /// Forgets everything known, so that files which appeared or changed are read again.
    void clear();

    qint64 cacheBytes() const { return cache_.totalCost(); }
    qint64 cacheCapacity() const { return cache_.maxCost(); }
    void setCacheCapacity(qint64 bytes) { cache_.setMaxCost(bytes); }
    int queuedCount() const { return static_cast<int>(queue_.size()); }
    qint64 decodedCount() const { return decoded_; } ///< pictures read since the start

Q_SIGNALS:
    /// Ready, missing or unreadable now.
    void thumbnailReady(const QString& absolutePath);

private:
    struct Key {
        QString path;
        QSize size;
        bool operator==(const Key&) const = default;
        friend size_t qHash(const Key& key, size_t seed) {
            return qHashMulti(seed, key.path, key.size.width(), key.size.height());
        }
    };

    void startNext();
    void finish(const Key& key, const Thumbnail& thumbnail, qint64 generation);

    QCache<Key, Thumbnail> cache_;
    QList<Key> queue_;  ///< newest last
    QSet<Key> waiting_; ///< in queue_ or being decoded
    int running_ = 0;
    qint64 decoded_ = 0;
    qint64 generation_ = 0; ///< of clear(): an answer from before it is dropped
    QThreadPool pool_;
};

} // namespace ui
