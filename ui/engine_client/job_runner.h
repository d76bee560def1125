#pragma once
#include "core/engine/module.h"
#include "core/importers/import.h"
#include "ui/views/jobs/job_list.h"
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

/// The batch thread: training, evaluation, import, sample shops, one after the other, niced and on one core so that the
/// window stays quick. Signals arrive on the thread of this object. Destruction stops the running job (at most some
/// 20 ms).
class JobRunner : public QObject {
    Q_OBJECT
public:
    using LoadModule = std::function<const core::ModuleEntry&()>;
    using Import =
        std::function<core::ImportResult(const core::ImportRequest&, const core::ProgressSink&, std::stop_token)>;
    /// `jobs` shows what runs and asks for cancels; it outlives this object. `import` is core::importWorkspace; a test
    /// gives its own.
    JobRunner(JobList* jobs, LoadModule loadModule, Import import, QObject* parent = nullptr);
    ~JobRunner() override;

    /// Each queues a job and returns its id.
    qint64 train(const core::TrainRequest& request);
    qint64 evaluate(const core::EvaluateRequest& request);
    qint64 makeSampleShop(const core::SampleShopRequest& request);
    qint64 importWorkspace(const core::ImportRequest& request);
    qint64 addModel(const core::AddModelRequest& request);
    qint64 exportModel(const core::ExportModelRequest& request);
    qint64 encode(const core::EncodeRequest& request);
    void cancel(qint64 id);

Q_SIGNALS:
    void progressed(qint64 id, const core::Progress& progress);
    void trainPoint(qint64 id, const core::TrainPoint& point);
    void trained(qint64 id, const core::TrainRequest& request, const core::TrainResult& result);
    void evaluated(qint64 id, const core::EvaluateRequest& request, const core::EvaluateResult& result);
    void sampleShopMade(qint64 id, const core::SampleShopRequest& request);
    void imported(qint64 id, const core::ImportRequest& request, const core::ImportResult& result);
    /// Checked or added: see the result.
    void modelChecked(qint64 id, const core::AddModelRequest& request, const core::AddModelResult& result);
    void modelExported(qint64 id, const core::ExportModelRequest& request, const core::ExportModelResult& result);
    void encoded(qint64 id, const core::EncodeRequest& request, const core::EncodeResult& result);
    void failed(qint64 id, const QString& message);
    void cancelled(qint64 id);

private:
    using Request =
        std::variant<core::TrainRequest, core::EvaluateRequest, core::SampleShopRequest, core::ImportRequest,
                     core::AddModelRequest, core::ExportModelRequest, core::EncodeRequest>;
    struct Entry {
        qint64 id;
        Request request;
    };
    qint64 push(const QString& title, Request request);
    void loop(std::stop_token quit);
    void run(const Entry& entry, std::stop_token stop);
    void finish(qint64 id, JobStage state, const QString& message);
    template <class Call>
    void post(Call call) {
        QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
    }

    LoadModule loadModule_;
    Import import_;
    JobList* jobs_;
    std::unique_ptr<core::Jobs> engineJobs_; ///< batch thread only
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Entry> queue_;
    qint64 runningId_ = 0;
    std::stop_source running_;
    std::jthread thread_; // last: joins before anything else dies
};

} // namespace ui
