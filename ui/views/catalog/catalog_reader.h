#pragma once
#include "ui/views/catalog/catalog_source.h"
#include <QCache>
#include <QList>
#include <QObject>
#include <QThread>
#include <memory>
#include <vector>

namespace ui {

/// Rows of a catalog query, read page by page on a thread of its own: the panel asks for a row and is told later. Only
/// the newest query counts, and only pages that were asked for last are read, so scrolling a million rows never queues
/// up. Memory is flat: a fixed number of pages is kept.
class CatalogReader : public QObject {
    Q_OBJECT
public:
    enum class State { closed, loading, ready, failed };

    static constexpr qint64 pageRows = 128;
    static constexpr int pagesKept = 64;

    explicit CatalogReader(QObject* parent = nullptr);
    ~CatalogReader() override;

    /// Replaces the catalog; an empty function closes it. The query stays.
    void open(const OpenCatalog& openCatalog);
    void setQuery(const core::CatalogQuery& query);
    const core::CatalogQuery& query() const { return query_; }

    State state() const { return state_; }
    const QString& problem() const { return problem_; }
    qint64 catalogSize() const { return catalogSize_; } ///< products in all
    qint64 rowCount() const { return rowCount_; }       ///< matches of the query
    const std::vector<core::CategoryCount>& categories() const { return categories_; }

    /// Null where the row is not read yet; asks for it then, and rowsArrived() follows. Valid until control returns to
    /// the event loop.
    const core::CatalogItem* at(qint64 row);
    /// As at(), but asks for nothing.
    const core::CatalogItem* known(qint64 row) const;

Q_SIGNALS:
    void opened();       ///< catalogSize() and categories() are new
    void stateChanged(); ///< also when a query has its answer: rowCount() is new
    void rowsArrived(qint64 first, qint64 last);

private:
    struct Answer;
    struct Worker;
    using Page = std::vector<core::CatalogItem>;

    void ask(qint64 page);
    void take(const Answer& answer);
    void setState(State state, const QString& problem = {});

    QThread thread_;
    std::unique_ptr<QObject> onThread_; ///< lives on thread_; calls are posted to it
    std::shared_ptr<Worker> worker_;    ///< touched on thread_ only
    core::CatalogQuery query_;
    qint64 ticket_ = 0; ///< of the newest open() or setQuery()
    State state_ = State::closed;
    QString problem_;
    qint64 catalogSize_ = 0, rowCount_ = 0;
    std::vector<core::CategoryCount> categories_;
    mutable QCache<qint64, Page> pages_{pagesKept};
    QList<qint64> wanted_; ///< pages, the newest last
    qint64 reading_ = -1;  ///< the page being read
    bool isOpen_ = false;
    bool isQueryNew_ = false; ///< the next page asked for is its first
};

} // namespace ui
