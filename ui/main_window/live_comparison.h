#pragma once
#include "ui/engine_client/engine_client.h"
#include "ui/session/session.h"
#include "ui/views/comparison/column_state.h"
#include "ui/views/jobs/job_list.h"
#include <QElapsedTimer>
#include <array>
#include <deque>
#include <optional>

namespace ui {

class ComparisonView;

/// Turns what the session holds into requests, and the engine's answers into the columns of the comparison: every edit
/// is one request with one ticket, A and B are shown as they arrive. Measures from the edit to the paint event that
/// shows the last of its lists. GUI thread.
class LiveComparison : public QObject {
    Q_OBJECT
public:
    LiveComparison(Session* session, EngineClient* engine, ComparisonView* view, QObject* parent = nullptr);

    /// Nothing is asked of the engine before it has opened the workspace.
    void setReady(bool isReady);
    /// There will be no live lists, and why.
    void setUnavailable(const QString& reason);

    void request(); ///< again, as it stands: "Try again"
    const std::optional<core::RecommendResult>& result(Slot slot) const { return sides_[index(slot)].result; }
    /// "A rank 3 · B model rank 214, excluded: in the history" for a probed product; empty: not known yet.
    QString rankText(core::ItemIndex item) const;
    /// "rank 12 of 1,995", or "model rank 214, excluded: in the history"; `candidates` 0 leaves "of" out.
    static QString rankText(const core::ProbedRank& rank, qint64 candidates = 0);
    int historyWindow() const; ///< of the models shown, the longest; 0: all
    bool isSettled() const;    ///< every list asked for has been answered and painted
    std::vector<core::RecommendRequest> requests(const std::vector<core::ItemIndex>& probes) const;

Q_SIGNALS:
    void answered();                     ///< a list arrived
    void failed(const QString& message); ///< a list did not
    /// All lists of one edit are on the screen. `p95` is over the last 100 edits.
    void painted(double ms, double p95, double engineMs);

private:
    struct Side {
        std::optional<core::RecommendResult> result;
        QString model; ///< whose result it is
        bool isPainted = true;
    };
    static std::size_t index(Slot slot) { return static_cast<std::size_t>(slot); }
    std::vector<Slot> shownSlots() const;
    void showList(quint64 ticket, int place, const core::RecommendResult& result);
    void showProgress(quint64 ticket, int place, const core::Progress& progress);
    void showFailure(quint64 ticket, int place, const EngineFailure& failure);
    void showColumn(Slot slot);
    void notePainted(Slot slot, quint64 ticket);
    ColumnState blank(Slot slot) const;

    Session* session_;
    EngineClient* engine_;
    ComparisonView* view_;
    bool isReady_ = false;
    QString unavailable_;
    quint64 ticket_ = 0;
    std::vector<Slot> asked_; ///< place in the request -> slot
    std::array<Side, 2> sides_;
    QElapsedTimer sinceEdit_;
    std::array<ProgressClock, 2> clocks_; ///< of lists that take long
    std::deque<double> latencies_;        ///< milliseconds, the newest last
};

} // namespace ui
