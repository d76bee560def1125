#include "core/engine_torch/torch_jobs.h"
#include "core/engine_torch/brought_model_jobs.h"
#include "core/engine_torch/encode_job.h"
#include "core/engine_torch/evaluation_job.h"
#include "core/engine_torch/job_thread.h"
#include "core/engine_torch/training_job.h"
#include "core/sample_shop/sample_shop.h"
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core {

void lowerThreadPriority() {
    constexpr int lowest = 19;
    // Linux keeps priorities by thread; a refusal would only leave the job at normal priority.
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), lowest));
}

void TorchJobs::makeSampleShop(const SampleShopRequest& request, const JobContext& context) {
    runJob(context, [&] { core::makeSampleShop(request, context); });
}

TrainResult TorchJobs::train(const TrainRequest& request, const std::function<void(const TrainPoint&)>& onPoint,
                             const JobContext& context) {
    return runJob(context, [&] { return runTraining(request, onPoint, context); });
}

EvaluateResult TorchJobs::evaluate(const EvaluateRequest& request, const JobContext& context) {
    return runJob(context, [&] { return runEvaluation(request, context); });
}

AddModelResult TorchJobs::addModel(const AddModelRequest& request, const JobContext& context) {
    return runJob(context, [&] { return runAddModel(request, context); });
}

ExportModelResult TorchJobs::exportModel(const ExportModelRequest& request, const JobContext& context) {
    return runJob(context, [&] { return runExportModel(request, context); });
}

EncodeResult TorchJobs::encode(const EncodeRequest& request, const JobContext& context) {
    return runJob(context, [&] { return runEncode(request, context); });
}

} // namespace core
