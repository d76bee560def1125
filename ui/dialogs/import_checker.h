#pragma once
#include "core/importers/import.h"
#include <QObject>
#include <stop_token>
#include <thread>
#include <vector>

namespace ui {

/// Reads files for the import dialog, on threads of its own: first rows for a proposal, then everything for a check
/// that makes nothing. A new wish stops the one before, whose answer never comes.
class ImportChecker : public QObject {
    Q_OBJECT
public:
    explicit ImportChecker(QObject* parent = nullptr) : QObject(parent) {}
    /// Stops and waits, which takes as long as a few hundred rows.
    ~ImportChecker() override;

    void propose(const core::PlanRequest& request);
    /// `request` says what to read; a workspace is not made.
    void check(core::ImportRequest request);
    /// Rows of a file from this line on, for a look at what was found there; what else runs goes on.
    void readRows(const core::PlannedFile& file, std::int64_t fromLine);
    void stop();

Q_SIGNALS:
    void proposed(const core::ImportPlan& plan, const std::vector<core::FilePreview>& previews);
    void progressed(const core::Progress& progress);
    void checked(const core::ImportResult& result);
    void failed(const QString& message);
    void rowsRead(const core::FilePreview& rows);

private:
    template <class Work>
    void run(Work work);
    template <class Answer>
    void answer(quint64 ticket, Answer giveIt);

    quint64 ticket_ = 0, rowsTicket_ = 0; ///< of the latest wish, and of the latest for rows
    std::vector<std::jthread> threads_;
    std::jthread rows_;
};

} // namespace ui
