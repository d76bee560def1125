#include "ui/dialogs/import_checker.h"
#include "core/base/error.h"
#include "ui/views/common/error_text.h"
#include <QMetaObject>
#include <exception>
#include <utility>

namespace ui {

namespace {
constexpr int previewRows = 50;
}

ImportChecker::~ImportChecker() { stop(); }

void ImportChecker::stop() {
    ++ticket_;
    ++rowsTicket_;
    rows_.request_stop();
    for (auto& thread : threads_) thread.request_stop();
}

/// On the thread of this object, and only where nothing newer was wished for.
template <class Answer>
void ImportChecker::answer(quint64 ticket, Answer giveIt) {
    QMetaObject::invokeMethod(
        this,
        [this, ticket, giveIt = std::move(giveIt)] {
            if (ticket == ticket_) giveIt();
        },
        Qt::QueuedConnection);
}

template <class Work>
void ImportChecker::run(Work work) {
    stop();
    const quint64 ticket = ticket_;
    threads_.emplace_back([this, ticket, work = std::move(work)](const std::stop_token& stop) {
        try {
            work(ticket, stop);
        } catch (const core::Error& error) {
            if (error.kind() == core::ErrorKind::cancelled) return;
            answer(ticket, [this, message = errorText(error)] { Q_EMIT failed(message); });
        } catch (const std::exception& error) {
            answer(ticket, [this, message = errorText(error)] { Q_EMIT failed(message); });
        }
    });
}

void ImportChecker::propose(const core::PlanRequest& request) {
    run([this, request](quint64 ticket, const std::stop_token& stop) {
        const core::ImportPlan plan = core::proposePlan(request);
        std::vector<core::FilePreview> previews;
        for (const auto& file : plan.files) {
            if (stop.stop_requested()) return;
            previews.push_back(core::previewFile(file, previewRows));
        }
        answer(ticket, [this, plan, previews] { Q_EMIT proposed(plan, previews); });
    });
}

void ImportChecker::check(core::ImportRequest request) {
    request.checkOnly = true;
    run([this, request](quint64 ticket, const std::stop_token& stop) {
        const core::ImportResult result = core::importWorkspace(
            request,
            [this, ticket](const core::Progress& progress) {
                answer(ticket, [this, progress] { Q_EMIT progressed(progress); });
            },
            stop);
        answer(ticket, [this, result] { Q_EMIT checked(result); });
    });
}

void ImportChecker::readRows(const core::PlannedFile& file, std::int64_t fromLine) {
    const quint64 ticket = ++rowsTicket_;
    rows_ = std::jthread([this, file, fromLine, ticket](const std::stop_token& stop) {
        const core::FilePreview rows = core::previewFile(file, previewRows, fromLine, stop);
        QMetaObject::invokeMethod(
            this,
            [this, ticket, rows] {
                if (ticket == rowsTicket_) Q_EMIT rowsRead(rows);
            },
            Qt::QueuedConnection);
    });
}

} // namespace ui
