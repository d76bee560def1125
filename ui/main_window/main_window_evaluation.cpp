// Evaluations of A and B: asked for, read from the cache, shown in the band, the shoppers' list and the metrics.
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/main_window.h"
#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/segment/segment_band.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include <QLabel>
#include <QLocale>

namespace ui {

void MainWindow::readEvaluation() {
    std::vector<core::ModelInfo> models;
    for (const Slot slot : {Slot::a, Slot::b})
        if (const auto* model = session_->model(slot)) models.push_back(*model);
    if (!session_->workspace() || models.empty()) return;
    evaluations_->read(session_->folder(),
                       {session_->summary().catalogHash, core::Split::test, session_->rules().historyItems}, models);
}

void MainWindow::startEvaluation() {
    core::EvaluateRequest request;
    request.workspace = session_->folder();
    for (const Slot slot : {Slot::a, Slot::b})
        if (session_->model(slot)) request.models.push_back(session_->modelName(slot).toStdString());
    if (request.models.size() == 2 && request.models[0] == request.models[1]) request.models.pop_back();
    request.historyItems = session_->rules().historyItems;
    evaluationProgress_ = tr("waiting");
    evaluationFailure_.clear();
    evaluateJob_ = jobs_->evaluate(request);
    showSegment();
}

void MainWindow::showSegment() {
    SegmentState state;
    state.isOpen = session_->workspace() != nullptr;
    state.shoppers = session_->summary().users;
    state.products = session_->summary().items;
    state.isSimulated = session_->summary().isSimulated;
    state.evaluation = facts_.evaluation;
    state.running = evaluationProgress_;
    if (!engineInfo_) state.unavailable = tr("The models are not loaded yet.");
    if (state.isOpen && state.shoppers == 0) state.unavailable = tr("There are no shopper histories to evaluate on.");
    segment_->setState(state);
    if (!state.isOpen)
        metrics_->setNothing(tr("No workspace is open."));
    else if (!state.running.isEmpty())
        metrics_->setRunning();
    else if (!evaluationFailure_.isEmpty())
        metrics_->showFailure(evaluationFailure_);
    else if (state.evaluation)
        metrics_->showResult(*state.evaluation);
    else
        metrics_->setNothing(state.unavailable);

    auto differences = std::make_shared<ShopperDifferences>();
    if (facts_.evaluation && facts_.evaluation->models.size() == 2) {
        const auto& result = *facts_.evaluation;
        for (std::size_t i = 0; i < result.exampleUsers.size(); ++i)
            (*differences)[result.exampleUsers[i]] = {.difference = 1 / result.models[1].expectedRank[i] -
                                                                    1 / result.models[0].expectedRank[i],
                                                      .trueRankA = result.models[0].expectedRank[i],
                                                      .trueRankB = result.models[1].expectedRank[i]};
    }
    shoppers_->setDifferences(differences->empty() ? nullptr : std::move(differences));
    QStringList cache;
    if (state.isOpen) cache.append(tr("cache %1").arg(QLocale().formattedDataSize(facts_.cache.bytes, 1)));
    if (!warmth_.isEmpty()) cache.append(warmth_);
    if (!cacheProblem_.isEmpty()) cache.append(tr("cannot be written"));
    cacheLabel_->setText(cache.join(QStringLiteral(", ")));
    cacheLabel_->setToolTip(cacheProblem_);
}

} // namespace ui
