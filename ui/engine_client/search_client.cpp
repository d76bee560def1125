#include "ui/engine_client/search_client.h"
#include "ui/views/common/error_text.h"

namespace ui {

SearchClient::SearchClient(LoadModule loadModule, QObject* parent)
    : QObject(parent), loadModule_(std::move(loadModule)) {
    worker_ = std::make_unique<Worker>(
        [this, search = std::shared_ptr<core::ProductSearch>()](
            const core::SearchRequest& request, Worker::Ticket ticket, std::stop_token stop) mutable -> Answer {
            try {
                if (!search) search.reset(loadModule_().createSearch());
                return search->find(
                    request,
                    [this, ticket](const core::Progress& progress) {
                        QMetaObject::invokeMethod(
                            this,
                            [this, ticket, progress] {
                                if (ticket == ticket_) Q_EMIT progressed(progress);
                            },
                            Qt::QueuedConnection);
                    },
                    stop);
            } catch (const std::exception& error) {
                return errorText(error);
            }
        },
        [this](std::size_t, Worker::Ticket ticket, Answer answer) {
            QMetaObject::invokeMethod(
                this,
                [this, ticket, answer = std::move(answer)] {
                    if (ticket != ticket_) return;
                    if (const auto* result = std::get_if<core::SearchResult>(&answer))
                        Q_EMIT found(*result);
                    else
                        Q_EMIT failed(std::get<QString>(answer));
                },
                Qt::QueuedConnection);
        });
}

SearchClient::~SearchClient() { worker_.reset(); }

void SearchClient::find(const core::SearchRequest& request) { ticket_ = worker_->submit(0, request); }

void SearchClient::cancel() {
    worker_->cancel(0);
    ticket_ = 0;
}

} // namespace ui
