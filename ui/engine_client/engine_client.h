#pragma once
#include "core/base/latest_wins.h"
#include "core/engine/module.h"
#include <QObject>
#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

namespace ui {

/// A failure of the engine, fit to be shown.
struct EngineFailure {
    core::ErrorKind kind = core::ErrorKind::internal;
    QString message;
};

/// The engine thread, seen from the window: the only class of ui/ beside JobRunner that knows of threads. Loads the
/// module behind the first paint. Requests of one kind replace each other: only the newest is answered. GUI thread.
class EngineClient : public QObject {
    Q_OBJECT
public:
    using Ticket = quint64;
    using LoadModule = std::function<const core::ModuleEntry&()>;

    /// `loadModule` is called on the engine thread, once for each (re)start; may throw.
    explicit EngineClient(LoadModule loadModule, QObject* parent = nullptr);
    ~EngineClient() override;

    /// Starts (again) with these settings: opened() or unavailable() follows. An empty folder loads the engine alone.
    void open(const std::filesystem::path& folder, const core::EngineSettings& settings);
    void refreshModels(); ///< modelsRead() follows
    /// One screen state: all lists bear one ticket, are delivered one by one as they are ready, in order, and not at
    /// all once a newer request was made.
    Ticket recommend(std::vector<core::RecommendRequest> requests);
    void cancelRecommend();
    /// What the inspector shows of one product: its rank under each of `ranks` (whose only probe it is), then
    /// look-alikes and read-alikes where a model for them is named.
    Ticket explain(std::vector<core::RecommendRequest> ranks, std::vector<core::SimilarRequest> similar);
    void cancelExplain();
    /// devicesTimed() or timingFailed() follows, some seconds later; lists wait for it.
    void timeDevices();
    Ticket newestTicket() const { return recommendTicket_; }

Q_SIGNALS:
    void opened(const core::EngineInfo& info, const std::vector<core::ModelInfo>& models);
    void unavailable(const EngineFailure& failure); ///< no module, or the workspace cannot be opened: no live lists
    void modelsRead(const std::vector<core::ModelInfo>& models);
    void preparing(const QString& model, const core::Progress& progress);           ///< item vectors are being made
    void prepared(const QString& model, const core::OpenInfo& info);                ///< once a model and start
    void notPrepared(const QString& model, const EngineFailure& failure);           ///< its list fails with the same
    void listReady(quint64 ticket, int index, const core::RecommendResult& result); ///< index in the request
    /// A list takes long; as core::Engine::setOnRecommending().
    void listProgressed(quint64 ticket, int index, const core::Progress& progress);
    void listFailed(quint64 ticket, int index, const EngineFailure& failure);
    void rankReady(quint64 ticket, int index, const core::ProbedRank& rank, qint64 candidates);
    void similarReady(quint64 ticket, core::SimilarSpace space, const std::vector<core::SimilarItem>& items);
    void devicesTimed(const std::vector<core::DeviceTiming>& timings);
    void timingFailed(const EngineFailure& failure);
    void similarFailed(quint64 ticket, core::SimilarSpace space, const EngineFailure& failure);

private:
    struct OpenRequest {
        std::filesystem::path folder;
        core::EngineSettings settings;
        bool modelsOnly = false;
    };
    struct RecommendBatch {
        std::vector<core::RecommendRequest> requests;
    };
    struct ExplainBatch {
        std::vector<core::RecommendRequest> ranks;
        std::vector<core::SimilarRequest> similar;
    };
    struct TimeDevices {};
    using Request = std::variant<OpenRequest, RecommendBatch, ExplainBatch, TimeDevices>;
    using Worker = core::LatestWins<Request, std::monostate, 4>;
    struct OnThread; ///< what lives and dies on the engine thread

    std::monostate work(OnThread& state, const Request& request, Ticket ticket, const std::stop_token& stop);
    void openThere(OnThread& state, const OpenRequest& request);
    void recommendThere(OnThread& state, const RecommendBatch& batch, Ticket ticket, const std::stop_token& stop);
    void explainThere(OnThread& state, const ExplainBatch& batch, Ticket ticket, const std::stop_token& stop);
    void timeDevicesThere(OnThread& state, const std::stop_token& stop);
    void prepareThere(OnThread& state, const std::string& model);
    template <class Call>
    void post(Call call) {
        QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
    }
    void stopPreparingUnless(const std::vector<core::RecommendRequest>& wanted);

    LoadModule loadModule_;
    Ticket recommendTicket_ = 0, explainTicket_ = 0;
    std::mutex preparingMutex_; ///< guards the two below
    std::string preparingModel_;
    std::stop_source preparingStop_;
    std::unique_ptr<Worker> worker_; // last: its thread ends before anything else dies
};

} // namespace ui
