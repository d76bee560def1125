// What flows between engine, jobs, panels and the session.
#include "ui/actions/action_registry.h"
#include "ui/engine_client/engine_client.h"
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/exclusion_bar.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/history/history_strip.h"
#include "ui/views/inspector/inspector_panel.h"
#include "ui/views/metrics/metrics_panel.h"
#include "ui/views/segment/segment_band.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/start/start_page.h"
#include "ui/views/training/training_panel.h"
#include <QLabel>
#include <QMenu>
#include <QStatusBar>

namespace ui {

core::EngineSettings MainWindow::engineSettings() const {
    return {preferences_.device.toStdString(), 0, preferences_.precision.toStdString()};
}

void MainWindow::connectEngine() {
    connect(engine_, &EngineClient::opened, this,
            [this](const core::EngineInfo& info, const std::vector<core::ModelInfo>& models) {
                engineInfo_ = info;
                training_->setDevices(info.availableDevices);
                for (const auto& warning : info.warnings)
                    log_.append(LogSeverity::warning, QString::fromStdString(warning));
                log_.append(LogSeverity::info,
                            tr("Inference on %1, %2; %3")
                                .arg(QString::fromStdString(info.device), QString::fromStdString(info.precision),
                                     QString::fromStdString(info.version)));
                if (models.empty()) return; // the engine alone
                for (const auto& model : models)
                    if (!model.problem.empty())
                        log_.append(LogSeverity::error, tr("The model %1 cannot be used: %2")
                                                            .arg(QString::fromStdString(model.name),
                                                                 QString::fromStdString(model.problem)));
                showReady();
                session_->setModels(models);
                training_->setModels(models);
                live_->setReady(true);
                showSegment();
                Q_EMIT engineReady();
            });
    connect(engine_, &EngineClient::modelsRead, this, [this](const std::vector<core::ModelInfo>& models) {
        session_->setModels(models);
        training_->setModels(models);
    });
    connect(engine_, &EngineClient::unavailable, this, [this](const EngineFailure& failure) {
        engineInfo_.reset();
        log_.append(LogSeverity::error, failure.message);
        state_->setText(tr("Live lists are off"));
        state_->setToolTip(failure.message);
        live_->setUnavailable(failure.message);
        showSegment();
        Q_EMIT engineFailed(failure.message);
    });
    connect(engine_, &EngineClient::preparing, this, [this](const QString& model, const core::Progress& progress) {
        JobRow known;
        preparing_.note(progress, known);
        state_->setText(tr("%1: %2").arg(model, progressText(known)));
    });
    connect(engine_, &EngineClient::prepared, this, [this](const QString& model, const core::OpenInfo& info) {
        if (engineInfo_) showReady();
        if (info.itemsEncoded > 0 || info.isWarm)
            warmth_ = info.isWarm ? tr("warm start") : tr("cold start: product vectors made anew");
        log_.append(LogSeverity::info,
                    info.isWarm
                        ? tr("%1: product vectors from the cache, %2 ms").arg(model).arg(info.elapsedMs, 0, 'f', 0)
                        : tr("%1: %L2 products encoded in %3 ms")
                              .arg(model)
                              .arg(info.itemsEncoded)
                              .arg(info.elapsedMs, 0, 'f', 0));
        if (const auto problem = QString::fromStdString(info.cacheProblem); problem != cacheProblem_) {
            cacheProblem_ = problem;
            if (!problem.isEmpty())
                log_.append(
                    LogSeverity::warning,
                    tr("The cache cannot be written, so the next start takes as long as this one: %1").arg(problem));
        }
        readEvaluation();
    });
    connect(engine_, &EngineClient::notPrepared, this, [this](const QString& model, const EngineFailure& failure) {
        state_->setText(tr("%1 cannot be used").arg(model)); // its column and the log say why
        state_->setToolTip(failure.message);
    });
    connect(engine_, &EngineClient::rankReady, this,
            [this](quint64, int place, const core::ProbedRank& rank, qint64 candidates) {
                const int slot = session_->compareMode() == CompareMode::b ? 1 : place;
                inspector_->setRank(slot, session_->modelName(static_cast<Slot>(slot)),
                                    LiveComparison::rankText(rank, candidates));
            });
    const auto row = [this](core::SimilarSpace space) {
        return space == core::SimilarSpace::picture ? inspector_->lookAlikes() : inspector_->readAlikes();
    };
    const auto isAnswered = [this](core::SimilarSpace space) {
        std::erase_if(similarWanted_, [space](const auto& request) { return request.space == space; });
    };
    connect(engine_, &EngineClient::similarReady, this,
            [this, row, isAnswered](quint64, core::SimilarSpace space, const std::vector<core::SimilarItem>& items) {
                isAnswered(space);
                std::vector<SimilarRow::Entry> entries;
                for (const auto& near : items) {
                    const auto& item = session_->item(near.item);
                    entries.push_back({near.item, Session::titleOf(item), Session::pictureOf(item), near.similarity});
                }
                row(space)->setEntries(std::move(entries));
            });
    connect(engine_, &EngineClient::similarFailed, this,
            [row, isAnswered](quint64, core::SimilarSpace space, const EngineFailure& failure) {
                isAnswered(space);
                row(space)->setMessage(failure.message);
            });
    connect(live_, &LiveComparison::answered, this, [this] {
        if (session_->soughtItem().isValid()) where_->setAnswer(live_->rankText(session_->soughtItem()));
        showEligibility();
        if (history_->state().window != live_->historyWindow()) showHistory();
    });
    connect(live_, &LiveComparison::failed, this, [this](const QString& message) {
        log_.append(LogSeverity::error, message);
        state_->setText(tr("A list could not be made"));
        state_->setToolTip(message);
        for (const Slot slot : {Slot::a, Slot::b})
            if (inspector_->rankText(static_cast<int>(slot)) == tr("…"))
                inspector_->setRank(static_cast<int>(slot), session_->modelName(slot), tr("not known"));
    });
    connect(live_, &LiveComparison::painted, this, [this](double ms, double p95, double engineMs) {
        latency_->setText(tr("lists %1 ms (p95 %2 ms, inference %3 ms)")
                              .arg(ms, 0, 'f', 0)
                              .arg(p95, 0, 'f', 0)
                              .arg(engineMs, 0, 'f', 1));
    });
    connect(evaluations_, &EvaluationReader::ready, this, [this](const StoredFacts& facts) {
        facts_ = facts;
        showSegment();
    });
}

void MainWindow::connectJobs() {
    connect(jobs_, &JobRunner::progressed, this, [this](qint64 id, const core::Progress& progress) {
        if (id == trainJob_) training_->setProgress(progress);
        if (id != evaluateJob_) return;
        evaluationProgress_ =
            tr("%L1 of %L2 %3").arg(progress.done).arg(progress.total).arg(QString::fromStdString(progress.unit));
        showSegment();
    });
    connect(jobs_, &JobRunner::trainPoint, this, [this](qint64 id, const core::TrainPoint& point) {
        if (id == trainJob_) training_->addPoint(point);
        jobList_.setProgress(id, {"training", point.epoch, point.epochs, "epochs"});
    });
    connect(jobs_, &JobRunner::trained, this,
            [this](qint64 id, const core::TrainRequest& request, const core::TrainResult& result) {
                if (id == trainJob_) training_->finished(result);
                log_.append(
                    LogSeverity::info,
                    tr("Trained %1 in %L2 s").arg(QString::fromStdString(request.name)).arg(result.seconds, 0, 'f', 0));
                engine_->refreshModels();
                showResumable();
            });
    connect(jobs_, &JobRunner::modelChecked, this,
            [this](qint64, const core::AddModelRequest& request, const core::AddModelResult& result) {
                if (!result.isAdded) return;
                log_.append(LogSeverity::info, tr("Added model %1").arg(QString::fromStdString(request.name)));
                engine_->refreshModels();
            });
    connect(jobs_, &JobRunner::encoded, this, [this] {
        log_.append(LogSeverity::info, tr("Products were read with an encoder"));
        showEncoders();
    });
    connect(jobs_, &JobRunner::evaluated, this, [this](qint64 id) {
        if (id == evaluateJob_) evaluationProgress_.clear();
        readEvaluation();
    });
    connect(jobs_, &JobRunner::failed, this, [this](qint64 id, const QString& message) {
        log_.append(LogSeverity::error, message);
        if (id == trainJob_) training_->failed(message);
        if (id == evaluateJob_) {
            evaluationProgress_.clear();
            evaluationFailure_ = message;
        }
        showResumable();
        showSegment();
    });
    connect(jobs_, &JobRunner::cancelled, this, [this](qint64 id) {
        if (id == trainJob_) training_->cancelled();
        if (id == evaluateJob_) evaluationProgress_.clear();
        showResumable();
        showSegment();
    });
    connect(training_, &TrainingPanel::startRequested, this, [this](core::TrainRequest request) {
        request.workspace = session_->folder();
        trainJob_ = jobs_->train(request);
        training_->jobStarted(request);
    });
    connect(training_, &TrainingPanel::cancelRequested, this, [this] { jobList_.requestCancel(trainJob_); });
}

void MainWindow::connectPanels() {
    const auto select = [this](core::ItemIndex item) { session_->selectItem(item); };
    const auto hover = [this](core::ItemIndex item) { session_->hoverItem(item); };
    const auto exclude = [this](core::ItemIndex item) { session_->excludeItem(item); };
    const auto excludeCategory = [this](const QString& category) { session_->excludeCategory(category.toStdString()); };
    const auto append = [this](core::ItemIndex item) { session_->addItems({item}); };

    connect(start_, &StartPage::recentChosen, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    connect(shoppers_, &ShoppersPanel::userSelected, this,
            [this](core::UserIndex user) { session_->showShopper(ShopperRef::ofUser(user)); });
    connect(shoppers_, &ShoppersPanel::scratchSelected, this,
            [this](int number) { session_->showShopper(ShopperRef::ofScratch(number)); });
    connect(shoppers_, &ShoppersPanel::newScratchRequested, this, [this] { session_->newScratchShopper(); });
    connect(shoppers_, &ShoppersPanel::removeScratchRequested, this, [this](int number) {
        const QString name = session_->scratchShopper(number)->name;
        session_->removeScratchShopper(number);
        statusBar()->showMessage(tr("Removed “%1”. Ctrl+Z brings it back.").arg(name), 8000);
    });
    connect(shoppers_, &ShoppersPanel::contextMenuRequested, this,
            [this](core::UserIndex user, int scratch, const QPoint& position) {
                showShopperMenu(scratch != 0 ? ShopperRef::ofScratch(scratch) : ShopperRef::ofUser(user), position);
            });
    connect(shoppers_, &ShoppersPanel::stepRequested, this, &MainWindow::chooseWorkspace);
    connect(segment_, &SegmentBand::evaluateRequested, this, &MainWindow::startEvaluation);
    connect(metrics_, &MetricsPanel::evaluateRequested, this, &MainWindow::startEvaluation);

    connect(history_, &HistoryStrip::itemSelected, this, select);
    connect(history_, &HistoryStrip::itemActivated, this, select);
    connect(history_, &HistoryStrip::itemHovered, this, hover);
    connect(history_, &HistoryStrip::removeRequested, this,
            [this](int position) { session_->removePlaces({position}); });
    connect(history_, &HistoryStrip::moveRequested, session_, &Session::moveItem);
    connect(history_, &HistoryStrip::insertRequested, this,
            [this](int position, const std::vector<core::ItemIndex>& items) { session_->addItems(items, position); });
    connect(history_, &HistoryStrip::addRequested, this,
            [this] { actions_->action(QStringLiteral("catalog.search"))->trigger(); });
    connect(history_, &HistoryStrip::revealToggled, this,
            [this] { session_->setShowsTrueNext(!session_->showsTrueNext()); });
    connect(history_, &HistoryStrip::menuRequested, this, [this](core::ItemIndex item, int, const QPoint& position) {
        if (item.isValid()) showItemMenu(item, position);
    });

    connect(comparison_, &ComparisonView::itemSelected, this, select);
    connect(comparison_, &ComparisonView::itemHovered, this, hover);
    connect(comparison_, &ComparisonView::itemActivated, this, append);
    connect(comparison_, &ComparisonView::excludeItemRequested, this, exclude);
    connect(comparison_, &ComparisonView::excludeCategoryRequested, this, excludeCategory);
    connect(comparison_, &ComparisonView::contextMenuRequested, this, &MainWindow::showItemMenu);
    connect(comparison_, &ComparisonView::stepRequested, this, [this](Slot slot) {
        if (!session_->workspace()) return chooseWorkspace();
        if (comparison_->column(slot).kind == ColumnKind::error && engineInfo_) return live_->request();
        if (comparison_->column(slot).kind == ColumnKind::error) // no engine: start it again
            return engine_->open(session_->folder(), engineSettings());
        session_->clearExclusions();
    });
    connect(where_, &WhereField::itemSought, session_, &Session::seekItem);
    connect(where_, &WhereField::itemSought, this, [this](core::ItemIndex item) {
        if (item.isValid()) session_->selectItem(item);
    });
    connect(exclusions_, &ExclusionBar::removed, this, [this](const ExclusionChip& chip) {
        if (chip.isCategory)
            session_->allowCategory(chip.text.toStdString());
        else
            session_->allowItem({chip.item});
    });
    connect(exclusions_, &ExclusionBar::clearRequested, session_, &Session::clearExclusions);

    connect(inspector_, &InspectorPanel::addRequested, this, append);
    connect(inspector_, &InspectorPanel::excludeItemRequested, this, exclude);
    connect(inspector_, &InspectorPanel::allowItemRequested, session_, &Session::allowItem);
    connect(inspector_, &InspectorPanel::excludeCategoryRequested, this, excludeCategory);
    connect(inspector_, &InspectorPanel::itemSelected, this, select);
    connect(inspector_, &InspectorPanel::itemHovered, this, hover);

    connect(catalog_, &CatalogPanel::addRequested, this,
            [this](const std::vector<core::ItemIndex>& items) { session_->addItems(items); });
    connect(catalog_, &CatalogPanel::itemSelected, this, select);
    connect(catalog_, &CatalogPanel::excludeItemsRequested, this,
            [this](const std::vector<core::ItemIndex>& items) { session_->excludeItems(items); });
    connect(catalog_, &CatalogPanel::excludeCategoryRequested, this, excludeCategory);
    connect(catalog_, &CatalogPanel::openWorkspaceRequested, this, &MainWindow::chooseWorkspace);
}

void MainWindow::showItemMenu(core::ItemIndex item, const QPoint& globalPosition) {
    session_->selectItem(item);
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char* id : {"history.add", "product.exclude", "product.excludeCategory", "product.copyId"})
        menu->addAction(actions_->action(QString::fromLatin1(id)));
    menu->popup(globalPosition);
}

void MainWindow::showShopperMenu(const ShopperRef& shopper, const QPoint& globalPosition) {
    session_->showShopper(shopper); // the commands are about the shopper on the screen
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char* id : {"shopper.keep", "history.reset", "shopper.rename", "shopper.remove"}) {
        auto* const action = actions_->action(QString::fromLatin1(id));
        if (action->isEnabled()) menu->addAction(action);
    }
    menu->popup(globalPosition);
}

} // namespace ui
