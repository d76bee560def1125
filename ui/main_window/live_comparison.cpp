#include "ui/main_window/live_comparison.h"
#include "ui/views/common/counted.h"
#include "ui/views/comparison/comparison_view.h"
#include <QLocale>
#include <algorithm>

namespace ui {

namespace {
constexpr std::size_t keptLatencies = 100;
}

LiveComparison::LiveComparison(Session* session, EngineClient* engine, ComparisonView* view, QObject* parent)
    : QObject(parent), session_(session), engine_(engine), view_(view) {
    connect(session_, &Session::requestChanged, this, &LiveComparison::request);
    connect(session_, &Session::workspaceChanged, this, [this] { setReady(false); });
    connect(session_, &Session::trueNextShownChanged, this, [this] {
        for (const Slot slot : shownSlots()) showColumn(slot);
    });
    connect(engine_, &EngineClient::listReady, this, &LiveComparison::showList);
    connect(engine_, &EngineClient::listProgressed, this, &LiveComparison::showProgress);
    connect(engine_, &EngineClient::listFailed, this, &LiveComparison::showFailure);
    connect(view_, &ComparisonView::painted, this, &LiveComparison::notePainted, Qt::QueuedConnection);
}

void LiveComparison::setReady(bool isReady) {
    isReady_ = isReady;
    unavailable_.clear();
    sides_ = {}; // of another workspace, or of an engine that was started anew
    request();
}

void LiveComparison::setUnavailable(const QString& reason) {
    isReady_ = false;
    unavailable_ = reason;
    request();
}

std::vector<Slot> LiveComparison::shownSlots() const {
    switch (session_->compareMode()) {
    case CompareMode::a:
        return {Slot::a};
    case CompareMode::b:
        return {Slot::b};
    case CompareMode::both:
        break;
    }
    return {Slot::a, Slot::b};
}

std::vector<core::RecommendRequest> LiveComparison::requests(const std::vector<core::ItemIndex>& probes) const {
    std::vector<core::RecommendRequest> made;
    for (const Slot slot : shownSlots()) {
        core::RecommendRequest request;
        request.model = session_->modelName(slot).toStdString();
        request.history = session_->history();
        if (session_->shopper().isUser() && !session_->isEdited()) request.user = session_->shopper().user();
        request.historyHasTimes = session_->historyHasTimes(); // edits keep times in order
        request.k = session_->k();
        request.rules = session_->rules();
        request.probes = probes;
        made.push_back(std::move(request));
    }
    return made;
}

void LiveComparison::request() {
    asked_ = shownSlots();
    const bool canAsk = isReady_ && session_->workspace() && !session_->shopper().isNone() &&
                        std::all_of(asked_.begin(), asked_.end(), [this](Slot slot) { return session_->model(slot); });
    if (!canAsk) {
        engine_->cancelRecommend();
        ticket_ = 0;
        for (const Slot slot : asked_) view_->setColumn(slot, blank(slot));
        return;
    }
    std::vector<core::ItemIndex> probes;
    if (const auto next = session_->trueNext()) probes.push_back(next->item);
    if (session_->soughtItem().isValid()) probes.push_back(session_->soughtItem());
    // The first lists of a model wait for its weights: that is a start, not an edit.
    const bool isEdit = std::all_of(asked_.begin(), asked_.end(), [this](Slot slot) {
        return sides_[index(slot)].result && sides_[index(slot)].model == session_->modelName(slot);
    });
    if (isEdit)
        sinceEdit_.start();
    else
        sinceEdit_.invalidate();
    ticket_ = engine_->recommend(requests(probes));
    clocks_ = {};
    for (const Slot slot : asked_) {
        sides_[index(slot)].isPainted = false;
        ColumnState state = blank(slot);
        state.kind = ColumnKind::loading;
        state.ticket = ticket_;
        view_->setColumn(slot, std::move(state));
    }
}

ColumnState LiveComparison::blank(Slot slot) const {
    ColumnState state;
    state.modelName = session_->modelName(slot);
    if (const auto* model = session_->model(slot)) state.modality = QString::fromStdString(model->modality);
    if (!unavailable_.isEmpty()) {
        state.kind = ColumnKind::error;
        state.error = unavailable_;
    } else if (!session_->workspace()) {
        state.emptyText = tr("Open a workspace, or drop its folder on the window.");
    } else if (!isReady_) {
        state.kind = ColumnKind::loading;
    } else if (session_->shopper().isNone()) {
        state.emptyText = session_->summary().users == 0
                              ? tr("This catalog has no shopper histories: start a scratch shopper.")
                              : tr("Choose a shopper at the left, or start a scratch shopper.");
    }
    return state;
}

void LiveComparison::showList(quint64 ticket, int place, const core::RecommendResult& result) {
    if (ticket != ticket_ || place >= static_cast<int>(asked_.size())) return;
    const Slot slot = asked_[static_cast<std::size_t>(place)];
    sides_[index(slot)].result = result;
    sides_[index(slot)].model = session_->modelName(slot);
    showColumn(slot);
    Q_EMIT answered();
}

void LiveComparison::showColumn(Slot slot) {
    const auto& result = sides_[index(slot)].result;
    if (!result || ticket_ == 0) return;
    ColumnState state = blank(slot);
    state.kind = ColumnKind::ready;
    state.ticket = ticket_;
    state.elapsedMs = result->elapsedMs;
    state.fromCache = result->fromCache;
    for (const auto& notice : result->notices) state.notices.append(QString::fromStdString(notice));
    const auto next = session_->trueNext();
    const bool showsNext = next && session_->showsTrueNext();
    for (const auto& entry : result->items) {
        const core::CatalogItem& item = session_->item(entry.item);
        CardRow row;
        row.item = entry.item;
        row.rank = entry.rank;
        row.title = Session::titleOf(item);
        row.category = QString::fromStdString(item.text.category);
        if (item.text.price) row.price = QLocale().toString(*item.text.price, 'f', 2);
        row.picturePath = Session::pictureOf(item);
        row.id = QString::fromStdString(item.text.id);
        row.isNew = item.isNew;
        row.isTextTwin = item.isTextTwin;
        row.isTrueNext = showsNext && next->item == entry.item;
        row.score = entry.score;
        state.rows.push_back(std::move(row));
    }
    if (showsNext)
        for (const auto& probe : result->probes)
            if (probe.item == next->item) state.trueNextRank = probe.rank;
    view_->setColumn(slot, std::move(state));
}

void LiveComparison::showProgress(quint64 ticket, int place, const core::Progress& progress) {
    if (ticket != ticket_ || place >= static_cast<int>(asked_.size())) return;
    const Slot slot = asked_[static_cast<std::size_t>(place)];
    JobRow known;
    clocks_[index(slot)].note({{}, progress.done, progress.total, progress.unit}, known);
    ColumnState state = blank(slot);
    state.kind = ColumnKind::loading;
    state.ticket = ticket;
    state.notices = {tr("Writing: %1  ·  “%2”").arg(progressText(known), QString::fromStdString(progress.what))};
    view_->setColumn(slot, std::move(state));
}

void LiveComparison::showFailure(quint64 ticket, int place, const EngineFailure& failure) {
    if (ticket != ticket_ || place >= static_cast<int>(asked_.size())) return;
    const Slot slot = asked_[static_cast<std::size_t>(place)];
    sides_[index(slot)] = {};
    ColumnState state = blank(slot);
    state.kind = ColumnKind::error;
    state.ticket = ticket;
    state.error = failure.message;
    view_->setColumn(slot, std::move(state));
    Q_EMIT answered();
    Q_EMIT failed(failure.message);
}

void LiveComparison::notePainted(Slot slot, quint64 ticket) {
    if (ticket != ticket_ || ticket == 0 || view_->column(slot).kind == ColumnKind::loading) return;
    sides_[index(slot)].isPainted = true;
    if (!isSettled()) return;
    if (!sinceEdit_.isValid()) return; // painted again, without an edit
    const double ms = static_cast<double>(sinceEdit_.nsecsElapsed()) / 1e6;
    sinceEdit_.invalidate();
    latencies_.push_back(ms);
    if (latencies_.size() > keptLatencies) latencies_.pop_front();
    std::vector<double> sorted(latencies_.begin(), latencies_.end());
    std::sort(sorted.begin(), sorted.end());
    const auto place = (sorted.size() * 95 + 99) / 100 - 1;
    double engineMs = 0;
    for (const Slot asked : asked_)
        if (const auto& result = sides_[index(asked)].result) engineMs += result->elapsedMs;
    Q_EMIT painted(ms, sorted[place], engineMs);
}

bool LiveComparison::isSettled() const {
    return std::all_of(asked_.begin(), asked_.end(), [this](Slot slot) { return sides_[index(slot)].isPainted; });
}

int LiveComparison::historyWindow() const {
    int longest = 0;
    for (const Slot slot : asked_) {
        const auto& result = sides_[index(slot)].result;
        if (!result) continue;
        if (result->historyWindow == 0) return 0;
        longest = std::max(longest, result->historyWindow);
    }
    return longest;
}

QString LiveComparison::rankText(const core::ProbedRank& rank, qint64 candidates) {
    const bool isExcluded = rank.rank == 0;
    QString text = isExcluded       ? tr("model rank %L1").arg(rank.modelRank)
                   : candidates > 0 ? tr("rank %L1 of %L2").arg(rank.rank).arg(candidates)
                                    : tr("rank %L1").arg(rank.rank);
    if (rank.tied > 1) text += counted(rank.tied - 1, tr(", as good as %1 other"), tr(", as good as %1 others"));
    if (isExcluded) {
        const QString reason = QString::fromStdString(rank.excludedBy);
        text +=
            reason.startsWith(QLatin1String("excluded")) ? tr(", %1").arg(reason) : tr(", excluded: %1").arg(reason);
    }
    return text;
}

QString LiveComparison::rankText(core::ItemIndex item) const {
    QStringList parts;
    for (const Slot slot : asked_) {
        const auto& result = sides_[index(slot)].result;
        if (!result) continue;
        const auto probe = std::find_if(result->probes.begin(), result->probes.end(),
                                        [item](const core::ProbedRank& one) { return one.item == item; });
        if (probe != result->probes.end())
            parts.append(QStringLiteral("%1 %2").arg(slot == Slot::a ? tr("A") : tr("B"), rankText(*probe)));
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace ui
