#include "ui/engine_client/job_runner.h"
#include <QElapsedTimer>
#include <algorithm>
#include <chrono>

namespace ui {

namespace {
template <class... Ts>
struct Overload : Ts... {
    using Ts::operator()...;
};
} // namespace

JobRunner::JobRunner(LoadModule loadModule, Import import, QObject* parent)
    : QObject(parent), loadModule_(std::move(loadModule)), import_(std::move(import)),
      thread_([this](std::stop_token quit) { loop(quit); }) {}

JobRunner::~JobRunner() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    queue_.clear();
    running_.request_stop();
}

int JobRunner::train(const core::TrainRequest& request) {
    return push(tr("train %1").arg(QString::fromStdString(request.name)), request);
}

int JobRunner::evaluate(const core::EvaluateRequest& request) {
    QStringList names;
    for (const auto& name : request.models) names.append(QString::fromStdString(name));
    return push(tr("evaluate %1").arg(names.join(tr(" and "))), request);
}

int JobRunner::makeSampleShop(const core::SampleShopRequest& request) {
    return push(tr("make sample shop %1").arg(QString::fromStdString(request.workspace.filename().string())), request);
}

int JobRunner::importWorkspace(const core::ImportRequest& request) {
    return push(tr("import %1").arg(QString::fromStdString(request.items.filename().string())), request);
}

int JobRunner::push(const QString& title, Request request) {
    const int id = nextId_++;
    JobStatus status;
    status.id = id;
    status.title = title;
    jobs_.append(status);
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back({id, std::move(request)});
        wake_.notify_one();
    }
    Q_EMIT changed(id);
    return id;
}

void JobRunner::cancel(int id) {
    bool wasWaiting = false;
    {
        const std::lock_guard lock(mutex_);
        wasWaiting = std::erase_if(queue_, [id](const Entry& entry) { return entry.id == id; }) > 0;
        if (runningId_ == id) running_.request_stop();
    }
    if (wasWaiting) finish(id, JobState::cancelled, {});
}

void JobRunner::cancelAll() {
    for (const auto& job : QList<JobStatus>(jobs_))
        if (job.state == JobState::waiting || job.state == JobState::running) cancel(job.id);
}

const JobStatus* JobRunner::job(int id) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [id](const JobStatus& job) { return job.id == id; });
    return found == jobs_.end() ? nullptr : &*found;
}

JobStatus* JobRunner::find(int id) {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [id](const JobStatus& job) { return job.id == id; });
    return found == jobs_.end() ? nullptr : &*found;
}

int JobRunner::activeCount() const {
    return static_cast<int>(std::count_if(jobs_.begin(), jobs_.end(), [](const JobStatus& job) {
        return job.state == JobState::waiting || job.state == JobState::running;
    }));
}

void JobRunner::loop(std::stop_token quit) {
    while (true) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [this] { return !queue_.empty(); }) || quit.stop_requested()) break;
        const Entry entry = std::move(queue_.front());
        queue_.pop_front();
        runningId_ = entry.id;
        running_ = std::stop_source{};
        const auto stop = running_.get_token();
        lock.unlock();
        run(entry, stop);
        lock.lock();
        runningId_ = 0;
    }
    engineJobs_.reset(); // what the module made dies on the thread that it lived on
}

void JobRunner::run(const Entry& entry, std::stop_token stop) {
    const int id = entry.id;
    post([this, id] {
        if (auto* const job = find(id)) job->state = JobState::running;
        Q_EMIT changed(id);
    });
    QElapsedTimer clock;
    clock.start();
    core::JobContext context;
    context.stop = stop;
    context.threads = 1; // beside the window: the other cores are for lists that follow the hand
    context.isBackground = true;
    context.progress = [this, id, clock](const core::Progress& progress) {
        const double seconds = static_cast<double>(clock.elapsed()) / 1000;
        post([this, id, progress, seconds] { takeProgress(id, progress, seconds); });
    };
    try {
        const auto jobs = [this]() -> core::Jobs& {
            if (!engineJobs_) engineJobs_.reset(loadModule_().createJobs());
            return *engineJobs_;
        };
        std::visit(Overload{[&](const core::TrainRequest& request) {
                                const auto onPoint = [this, id](const core::TrainPoint& point) {
                                    post([this, id, point] { Q_EMIT trainPoint(id, point); });
                                };
                                auto result = jobs().train(request, onPoint, context);
                                post([this, id, request, result] { Q_EMIT trained(id, request, result); });
                            },
                            [&](const core::EvaluateRequest& request) {
                                auto result = jobs().evaluate(request, context);
                                post([this, id, request, result] { Q_EMIT evaluated(id, request, result); });
                            },
                            [&](const core::SampleShopRequest& request) {
                                jobs().makeSampleShop(request, context);
                                post([this, id, request] { Q_EMIT sampleShopMade(id, request); });
                            },
                            [&](const core::ImportRequest& request) {
                                auto result = import_(request, context.progress, stop);
                                post([this, id, request, result] { Q_EMIT imported(id, request, result); });
                            }},
                   entry.request);
        post([this, id] { finish(id, JobState::done, {}); });
    } catch (const core::Error& error) {
        const auto state = error.kind() == core::ErrorKind::cancelled ? JobState::cancelled : JobState::failed;
        post([this, id, state, text = QString::fromUtf8(error.what())] { finish(id, state, text); });
    } catch (const std::exception& error) {
        post([this, id, text = QString::fromUtf8(error.what())] { finish(id, JobState::failed, text); });
    }
}

void JobRunner::takeProgress(int id, const core::Progress& progress, double seconds) {
    auto* const job = find(id);
    if (!job || job->state != JobState::running) return;
    job->progress = progress;
    job->ratePerSecond = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
    job->secondsLeft = progress.total > 0 && job->ratePerSecond > 0
                           ? static_cast<double>(progress.total - progress.done) / job->ratePerSecond
                           : -1;
    Q_EMIT changed(id);
}

void JobRunner::finish(int id, JobState state, const QString& message) {
    auto* const job = find(id);
    if (!job) return;
    job->state = state;
    job->message = message;
    job->secondsLeft = 0;
    Q_EMIT changed(id);
    if (state == JobState::failed) Q_EMIT failed(id, message);
    if (state == JobState::cancelled) Q_EMIT cancelled(id);
}

} // namespace ui
