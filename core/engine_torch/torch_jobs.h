#pragma once
#include "core/engine/jobs.h"

namespace core {

/// The seam's long work. Each job opens the workspace and its models for itself.
class TorchJobs final : public Jobs {
public:
    void makeSampleShop(const SampleShopRequest& request, const JobContext& context) override;
    TrainResult train(const TrainRequest& request, const std::function<void(const TrainPoint&)>& onPoint,
                      const JobContext& context) override;
    EvaluateResult evaluate(const EvaluateRequest& request, const JobContext& context) override;
    AddModelResult addModel(const AddModelRequest& request, const JobContext& context) override;
    ExportModelResult exportModel(const ExportModelRequest& request, const JobContext& context) override;
    EncodeResult encode(const EncodeRequest& request, const JobContext& context) override;
};

} // namespace core
