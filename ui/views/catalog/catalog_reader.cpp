#include "ui/views/catalog/catalog_reader.h"
#include "core/base/error.h"
#include "ui/views/common/error_text.h"
#include <algorithm>
#include <atomic>
#include <utility>

namespace ui {
namespace {

/// Pages asked for and not yet read; a screen shows two or three, so more than this is what has scrolled away.
constexpr qsizetype wantedAtMost = 4;

bool isWholeCatalog(const core::CatalogQuery& query) {
    return query.text.empty() && !query.category && !query.priceFrom && !query.priceTo &&
           (query.sort == core::CatalogSort::catalogOrder || query.sort == core::CatalogSort::relevance);
}

} // namespace

struct CatalogReader::Answer {
    qint64 ticket = 0, page = 0;
    bool isFirstOfCatalog = false, isFirstOfQuery = false;
    qint64 catalogSize = 0, total = 0;
    std::vector<core::CategoryCount> categories = {};
    Page items = {};
    QString problem = {};
};

/// Everything that touches the database.
struct CatalogReader::Worker {
    std::unique_ptr<CatalogSource> source;
    std::atomic<qint64> newestTicket{0}; ///< older questions are not worth reading

    void open(const OpenCatalog& openCatalog, Answer& answer) {
        source.reset();
        source = openCatalog();
        answer.categories = source->categories();
    }

    void read(const core::CatalogQuery& query, Answer& answer) {
        answer.catalogSize = source->itemCount();
        const qint64 offset = answer.page * pageRows;
        if (isWholeCatalog(query)) { // arithmetic: no offset for SQLite to count its way to
            answer.total = answer.catalogSize;
            std::vector<core::ItemIndex> rows(
                static_cast<std::size_t>(std::clamp<qint64>(answer.total - offset, 0, pageRows)));
            for (std::size_t row = 0; row < rows.size(); ++row)
                rows[row].value = static_cast<std::int32_t>(offset + static_cast<qint64>(row));
            answer.items = source->items(rows);
        } else {
            const core::CatalogPage page = source->search(query, offset, pageRows);
            answer.total = page.total;
            answer.items = source->items(page.items);
        }
    }
};

CatalogReader::CatalogReader(QObject* parent)
    : QObject(parent), onThread_(std::make_unique<QObject>()), worker_(std::make_shared<Worker>()) {
    thread_.setObjectName(QStringLiteral("catalog"));
    onThread_->moveToThread(&thread_);
    thread_.start();
}

CatalogReader::~CatalogReader() {
    // The database is closed by the thread that opened it.
    QMetaObject::invokeMethod(onThread_.get(), [worker = worker_] { worker->source.reset(); });
    thread_.quit();
    thread_.wait();
}

void CatalogReader::open(const OpenCatalog& openCatalog) {
    worker_->newestTicket = ++ticket_;
    isQueryNew_ = false;
    pages_.clear();
    wanted_.clear();
    reading_ = -1;
    catalogSize_ = rowCount_ = 0;
    categories_.clear();
    isOpen_ = static_cast<bool>(openCatalog);
    if (!isOpen_) {
        QMetaObject::invokeMethod(onThread_.get(), [worker = worker_] { worker->source.reset(); });
        Q_EMIT opened();
        setState(State::closed);
        return;
    }
    setState(State::loading);
    QMetaObject::invokeMethod(onThread_.get(), [this, worker = worker_, openCatalog, query = query_, ticket = ticket_] {
        Answer answer{.ticket = ticket, .isFirstOfCatalog = true, .isFirstOfQuery = true};
        try {
            worker->open(openCatalog, answer);
            worker->read(query, answer);
        } catch (const std::exception& error) {
            answer.problem = errorText(error);
        }
        QMetaObject::invokeMethod(this, [this, answer] { take(answer); });
    });
}

void CatalogReader::setQuery(const core::CatalogQuery& query) {
    query_ = query;
    if (!isOpen_) return;
    worker_->newestTicket = ++ticket_;
    wanted_.clear();
    reading_ = -1;
    isQueryNew_ = true;
    ask(0);
}

const core::CatalogItem* CatalogReader::known(qint64 row) const {
    const Page* page = pages_.object(row / pageRows);
    const auto place = static_cast<std::size_t>(row % pageRows);
    return page != nullptr && place < page->size() ? &(*page)[place] : nullptr;
}

const core::CatalogItem* CatalogReader::at(qint64 row) {
    const core::CatalogItem* item = known(row);
    if (item == nullptr && state_ == State::ready && row >= 0 && row < rowCount_) ask(row / pageRows);
    return item;
}

void CatalogReader::ask(qint64 page) {
    if (page == reading_) return;
    wanted_.removeAll(page);
    if (reading_ >= 0) {
        wanted_.append(page);
        if (wanted_.size() > wantedAtMost) wanted_.removeFirst();
        return;
    }
    reading_ = page;
    QMetaObject::invokeMethod(onThread_.get(), [this, worker = worker_, query = query_, ticket = ticket_, page,
                                                isFirst = std::exchange(isQueryNew_, false)] {
        if (ticket != worker->newestTicket) return;
        Answer answer{.ticket = ticket, .page = page, .isFirstOfQuery = isFirst};
        try {
            worker->read(query, answer);
        } catch (const std::exception& error) {
            answer.problem = errorText(error);
        }
        QMetaObject::invokeMethod(this, [this, answer] { take(answer); });
    });
}

void CatalogReader::take(const Answer& answer) {
    if (answer.ticket != ticket_) return;
    reading_ = -1;
    if (!answer.problem.isEmpty()) {
        wanted_.clear();
        if (answer.isFirstOfCatalog) isOpen_ = false;
        setState(State::failed, answer.problem);
        return;
    }
    if (answer.isFirstOfQuery) pages_.clear();
    pages_.insert(answer.page, new Page(answer.items));
    if (answer.isFirstOfCatalog) categories_ = answer.categories;
    catalogSize_ = answer.catalogSize;
    rowCount_ = answer.total;
    if (answer.isFirstOfCatalog) Q_EMIT opened();
    if (answer.isFirstOfQuery) setState(State::ready);
    Q_EMIT rowsArrived(answer.page * pageRows, answer.page * pageRows + static_cast<qint64>(answer.items.size()) - 1);
    if (!wanted_.isEmpty()) ask(wanted_.takeLast());
}

void CatalogReader::setState(State state, const QString& problem) {
    state_ = state;
    problem_ = problem;
    Q_EMIT stateChanged();
}

} // namespace ui
