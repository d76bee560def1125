#include "ui/engine_client/job_runner.h"
#include "ui/views/common/error_text.h"
#include <algorithm>

namespace ui {

namespace {
template <class... Ts>
struct Overload : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>; // clang before 17 finds it not by itself
} // namespace

JobRunner::JobRunner(JobList* jobs, LoadModule loadModule, Import import, QObject* parent)
    : QObject(parent), loadModule_(std::move(loadModule)), import_(std::move(import)), jobs_(jobs),
      thread_([this](std::stop_token quit) { loop(quit); }) {
    connect(jobs_, &JobList::cancelRequested, this, &JobRunner::cancel);
}

JobRunner::~JobRunner() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    queue_.clear();
    running_.request_stop();
}

qint64 JobRunner::train(const core::TrainRequest& request) {
    return push(tr("train %1").arg(QString::fromStdString(request.name)), request);
}

qint64 JobRunner::evaluate(const core::EvaluateRequest& request) {
    QStringList names;
    for (const auto& name : request.models) names.append(QString::fromStdString(name));
    return push(tr("evaluate %1").arg(names.join(tr(" and "))), request);
}

qint64 JobRunner::makeSampleShop(const core::SampleShopRequest& request) {
    return push(tr("make sample shop %1").arg(QString::fromStdString(request.workspace.filename().string())), request);
}

qint64 JobRunner::importWorkspace(const core::ImportRequest& request) {
    return push(tr("import %1").arg(QString::fromStdString(request.items.filename().string())), request);
}

qint64 JobRunner::addModel(const core::AddModelRequest& request) {
    const auto name = QString::fromStdString(request.name);
    return push(request.checkOnly ? tr("check model %1").arg(name) : tr("add model %1").arg(name), request);
}

qint64 JobRunner::exportModel(const core::ExportModelRequest& request) {
    return push(tr("export model %1").arg(QString::fromStdString(request.model)), request);
}

qint64 JobRunner::encode(const core::EncodeRequest& request) {
    const auto& folder = request.textEncoder.empty() ? request.pictureEncoder : request.textEncoder;
    return push(tr("read products with %1").arg(QString::fromStdString(folder.filename().string())), request);
}

qint64 JobRunner::push(const QString& title, Request request) {
    const qint64 id = jobs_->add(title);
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back({id, std::move(request)});
        wake_.notify_one();
    }
    return id;
}

void JobRunner::cancel(qint64 id) {
    bool wasWaiting = false;
    {
        const std::lock_guard lock(mutex_);
        wasWaiting = std::erase_if(queue_, [id](const Entry& entry) { return entry.id == id; }) > 0;
        if (runningId_ == id) running_.request_stop();
    }
    if (wasWaiting) finish(id, JobStage::cancelled, {});
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
    const qint64 id = entry.id;
    core::JobContext context;
    context.stop = stop;
    context.threads = 1; // beside the window: the other cores are for lists that follow the hand
    context.isBackground = true;
    context.progress = [this, id](const core::Progress& progress) {
        post([this, id, progress] {
            jobs_->setProgress(id, progress);
            Q_EMIT progressed(id, progress);
        });
    };
    context.progress({"starting", 0, 0, {}});
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
                            },
                            [&](const core::AddModelRequest& request) {
                                auto result = jobs().addModel(request, context);
                                post([this, id, request, result] { Q_EMIT modelChecked(id, request, result); });
                            },
                            [&](const core::ExportModelRequest& request) {
                                auto result = jobs().exportModel(request, context);
                                post([this, id, request, result] { Q_EMIT modelExported(id, request, result); });
                            },
                            [&](const core::EncodeRequest& request) {
                                auto result = jobs().encode(request, context);
                                post([this, id, request, result] { Q_EMIT encoded(id, request, result); });
                            }},
                   entry.request);
        post([this, id] { finish(id, JobStage::done, {}); });
    } catch (const core::Error& error) {
        const auto state = error.kind() == core::ErrorKind::cancelled ? JobStage::cancelled : JobStage::failed;
        post([this, id, state, text = errorText(error)] { finish(id, state, text); });
    } catch (const std::exception& error) {
        post([this, id, text = errorText(error)] { finish(id, JobStage::failed, text); });
    }
}

void JobRunner::finish(qint64 id, JobStage state, const QString& message) {
    jobs_->finish(id, state, message);
    if (state == JobStage::failed) Q_EMIT failed(id, message);
    if (state == JobStage::cancelled) Q_EMIT cancelled(id);
}

} // namespace ui
