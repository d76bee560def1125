#pragma once
#include "core/engine/module.h"
#include "core/importers/import.h"
#include <QList>
#include <QObject>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <variant>

namespace ui {

enum class JobState { waiting, running, done, failed, cancelled };

/// One job as panels show it.
struct JobStatus {
    int id = 0;
    QString title; ///< "train multimodal"
    JobState state = JobState::waiting;
    core::Progress progress;
    double ratePerSecond = 0; ///< in progress.unit; 0: not known yet
    double secondsLeft = -1;  ///< -1: not known
    QString message;          ///< where failed: why
};

/// The batch thread: training, evaluation, import, sample shops, one after the other, niced and on one core so that the
/// window stays quick. Signals arrive on the thread of this object. Destruction stops the running job (at most some
/// 20 ms).
class JobRunner : public QObject {
    Q_OBJECT
public:
    using LoadModule = std::function<const core::ModuleEntry&()>;
    using Import =
        std::function<core::ImportResult(const core::ImportRequest&, const core::ProgressSink&, std::stop_token)>;
    /// `import` is core::importWorkspace; a test gives its own.
    JobRunner(LoadModule loadModule, Import import, QObject* parent = nullptr);
    ~JobRunner() override;

    /// Each queues a job and returns its id.
    int train(const core::TrainRequest& request);
    int evaluate(const core::EvaluateRequest& request);
    int makeSampleShop(const core::SampleShopRequest& request);
    int importWorkspace(const core::ImportRequest& request);
    void cancel(int id);
    void cancelAll();

    const QList<JobStatus>& jobs() const { return jobs_; } ///< all of this session, oldest first
    const JobStatus* job(int id) const;
    int activeCount() const; ///< waiting or running

Q_SIGNALS:
    void changed(int id); ///< state or progress; read job(id)
    void trainPoint(int id, const core::TrainPoint& point);
    void trained(int id, const core::TrainRequest& request, const core::TrainResult& result);
    void evaluated(int id, const core::EvaluateRequest& request, const core::EvaluateResult& result);
    void sampleShopMade(int id, const core::SampleShopRequest& request);
    void imported(int id, const core::ImportRequest& request, const core::ImportResult& result);
    void failed(int id, const QString& message);
    void cancelled(int id);

private:
    using Request =
        std::variant<core::TrainRequest, core::EvaluateRequest, core::SampleShopRequest, core::ImportRequest>;
    struct Entry {
        int id;
        Request request;
    };
    int push(const QString& title, Request request);
    void loop(std::stop_token quit);
    void run(const Entry& entry, std::stop_token stop);
    void finish(int id, JobState state, const QString& message);
    void takeProgress(int id, const core::Progress& progress, double seconds);
    JobStatus* find(int id);
    template <class Call>
    void post(Call call) {
        QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
    }

    LoadModule loadModule_;
    Import import_;
    QList<JobStatus> jobs_;
    int nextId_ = 1;
    std::unique_ptr<core::Jobs> engineJobs_; ///< batch thread only
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Entry> queue_;
    int runningId_ = 0;
    std::stop_source running_;
    std::jthread thread_; // last: joins before anything else dies
};

} // namespace ui
