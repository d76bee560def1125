#include "ui/engine_client/engine_client.h"
#include "ui/views/common/error_text.h"
#include <algorithm>
#include <map>
#include <set>

namespace ui {

namespace {
enum Lane : std::size_t { openLane, recommendLane, explainLane, timingLane };

EngineFailure failureOf(const std::exception& error) {
    const auto* const known = dynamic_cast<const core::Error*>(&error);
    return {known ? known->kind() : core::ErrorKind::internal, errorText(error)};
}
} // namespace

struct EngineClient::OnThread {
    std::unique_ptr<core::Engine> engine;
    core::EngineSettings settings;
    bool isWorkspaceOpen = false;
    std::set<std::string> prepared;
    std::map<std::string, EngineFailure> broken; ///< models that could not be prepared: only a list tries again
    std::optional<EngineFailure> failure;        ///< why there is no engine
};

EngineClient::EngineClient(LoadModule loadModule, QObject* parent)
    : QObject(parent), loadModule_(std::move(loadModule)) {
    worker_ = std::make_unique<Worker>(
        [this, state = std::make_shared<OnThread>()](const Request& request, Worker::Ticket ticket,
                                                     std::stop_token stop) {
            return work(*state, request, ticket, stop);
        },
        [](std::size_t, Worker::Ticket, std::monostate) {}); // answers are posted one by one by the work itself
}

EngineClient::~EngineClient() {
    stopPreparingUnless({});
    worker_.reset();
}

void EngineClient::open(const std::filesystem::path& folder, const core::EngineSettings& settings) {
    cancelRecommend();
    stopPreparingUnless({});
    worker_->submit(openLane, OpenRequest{folder, settings});
}

void EngineClient::refreshModels() { worker_->submit(openLane, OpenRequest{{}, {}, true}); }

EngineClient::Ticket EngineClient::recommend(std::vector<core::RecommendRequest> requests) {
    stopPreparingUnless(requests);
    recommendTicket_ = worker_->submit(recommendLane, RecommendBatch{std::move(requests)});
    return recommendTicket_;
}

void EngineClient::cancelRecommend() {
    worker_->cancel(recommendLane);
    recommendTicket_ = 0;
}

EngineClient::Ticket EngineClient::explain(std::vector<core::RecommendRequest> ranks,
                                           std::vector<core::SimilarRequest> similar) {
    explainTicket_ = worker_->submit(explainLane, ExplainBatch{std::move(ranks), std::move(similar)});
    return explainTicket_;
}

void EngineClient::cancelExplain() {
    worker_->cancel(explainLane);
    explainTicket_ = 0;
}

void EngineClient::timeDevices() { worker_->submit(timingLane, TimeDevices{}); }

/// Making item vectors takes seconds on a large catalog: an edit of the history must not start it over, another model
/// must.
void EngineClient::stopPreparingUnless(const std::vector<core::RecommendRequest>& wanted) {
    const std::lock_guard lock(preparingMutex_);
    const bool isWanted = std::any_of(wanted.begin(), wanted.end(),
                                      [this](const auto& request) { return request.model == preparingModel_; });
    if (!isWanted) preparingStop_.request_stop();
}

// ---- on the engine thread

std::monostate EngineClient::work(OnThread& state, const Request& request, Ticket ticket, const std::stop_token& stop) {
    if (const auto* open = std::get_if<OpenRequest>(&request)) openThere(state, *open);
    if (const auto* batch = std::get_if<RecommendBatch>(&request)) recommendThere(state, *batch, ticket, stop);
    if (const auto* batch = std::get_if<ExplainBatch>(&request)) explainThere(state, *batch, ticket, stop);
    if (std::holds_alternative<TimeDevices>(request)) timeDevicesThere(state, stop);
    return {};
}

void EngineClient::timeDevicesThere(OnThread& state, const std::stop_token& stop) {
    try {
        if (!state.engine) throw core::Error(core::ErrorKind::unavailable, "time devices: there is no engine");
        post([this, timings = state.engine->timeDevices(stop)] { Q_EMIT devicesTimed(timings); });
    } catch (const std::exception& error) {
        post([this, failure = failureOf(error)] { Q_EMIT timingFailed(failure); });
    }
}

void EngineClient::openThere(OnThread& state, const OpenRequest& request) {
    try {
        if (request.modelsOnly) {
            if (!state.engine || !state.isWorkspaceOpen) return;
            state.broken.clear();
            post([this, models = state.engine->models()] { Q_EMIT modelsRead(models); });
            return;
        }
        const bool isNewDevice = request.settings.device != state.settings.device ||
                                 request.settings.threads != state.settings.threads ||
                                 request.settings.precision != state.settings.precision;
        state.isWorkspaceOpen = false;
        state.prepared.clear();
        state.broken.clear();
        if (!state.engine || isNewDevice) {
            state.engine.reset();
            state.engine.reset(loadModule_().createEngine(request.settings));
            state.settings = request.settings;
        }
        std::vector<core::ModelInfo> models;
        if (!request.folder.empty()) {
            state.engine->openWorkspace(request.folder);
            state.isWorkspaceOpen = true;
            models = state.engine->models();
        }
        state.failure.reset();
        post([this, info = state.engine->info(), models] { Q_EMIT opened(info, models); });
    } catch (const std::exception& error) {
        state.failure = failureOf(error);
        post([this, failure = *state.failure] { Q_EMIT unavailable(failure); });
    }
}

void EngineClient::prepareThere(OnThread& state, const std::string& model) {
    if (state.prepared.contains(model)) return;
    state.broken.erase(model);
    std::stop_token stop;
    {
        const std::lock_guard lock(preparingMutex_);
        preparingModel_ = model;
        preparingStop_ = std::stop_source{};
        stop = preparingStop_.get_token();
    }
    const auto name = QString::fromStdString(model);
    try {
        const auto info = state.engine->prepare(
            model,
            [this, name](const core::Progress& progress) {
                post([this, name, progress] { Q_EMIT preparing(name, progress); });
            },
            stop);
        state.prepared.insert(model);
        post([this, name, info] { Q_EMIT prepared(name, info); });
    } catch (const std::exception& error) {
        if (const auto failure = failureOf(error); failure.kind != core::ErrorKind::cancelled) {
            state.broken.insert_or_assign(model, failure);
            post([this, name, failure] { Q_EMIT notPrepared(name, failure); });
        }
        throw;
    }
}

void EngineClient::recommendThere(OnThread& state, const RecommendBatch& batch, Ticket ticket,
                                  const std::stop_token& stop) {
    for (int index = 0; index < static_cast<int>(batch.requests.size()); ++index) {
        if (stop.stop_requested()) return;
        const auto& request = batch.requests[static_cast<std::size_t>(index)];
        EngineFailure failure;
        try {
            if (state.failure) throw core::Error(state.failure->kind, state.failure->message.toStdString());
            if (!state.engine || !state.isWorkspaceOpen)
                throw core::Error(core::ErrorKind::unavailable, "recommend: the engine has no workspace open");
            prepareThere(state, request.model);
            state.engine->setOnRecommending([this, ticket, index](const core::Progress& progress) {
                post([this, ticket, index, progress] {
                    if (ticket == recommendTicket_) Q_EMIT listProgressed(ticket, index, progress);
                });
            });
            auto result = state.engine->recommend(request, stop);
            post([this, ticket, index, result = std::move(result)] {
                if (ticket == recommendTicket_) Q_EMIT listReady(ticket, index, result);
            });
            continue;
        } catch (const std::exception& error) {
            failure = failureOf(error);
        }
        if (failure.kind == core::ErrorKind::cancelled) return; // a newer request is on its way
        post([this, ticket, index, failure] {
            if (ticket == recommendTicket_) Q_EMIT listFailed(ticket, index, failure);
        });
    }
}

void EngineClient::explainThere(OnThread& state, const ExplainBatch& batch, Ticket ticket,
                                const std::stop_token& stop) {
    if (!state.engine || !state.isWorkspaceOpen) return; // the lists say why
    state.engine->setOnRecommending({});
    const auto prepareUnbroken = [this, &state](const std::string& model) {
        if (const auto found = state.broken.find(model); found != state.broken.end())
            throw core::Error(found->second.kind, found->second.message.toStdString());
        prepareThere(state, model);
    };
    for (int index = 0; index < static_cast<int>(batch.ranks.size()); ++index) {
        if (stop.stop_requested()) return;
        try {
            const auto& request = batch.ranks[static_cast<std::size_t>(index)];
            prepareUnbroken(request.model);
            const auto result = state.engine->recommend(request, stop);
            post([this, ticket, index, result] {
                if (ticket == explainTicket_ && !result.probes.empty())
                    Q_EMIT rankReady(ticket, index, result.probes.front(), result.candidates);
            });
        } catch (const std::exception& error) {
            if (failureOf(error).kind == core::ErrorKind::cancelled) return;
        } // the list of the same model says what is wrong
    }
    for (const auto& request : batch.similar) {
        if (stop.stop_requested()) return;
        const auto space = request.space;
        try {
            prepareUnbroken(request.model);
            auto items = state.engine->similar(request, stop);
            post([this, ticket, space, items = std::move(items)] {
                if (ticket == explainTicket_) Q_EMIT similarReady(ticket, space, items);
            });
        } catch (const std::exception& error) {
            const auto failure = failureOf(error);
            if (failure.kind == core::ErrorKind::cancelled) return;
            post([this, ticket, space, failure] {
                if (ticket == explainTicket_) Q_EMIT similarFailed(ticket, space, failure);
            });
        }
    }
}

} // namespace ui
