#pragma once
#include "core/engine/module.h"
#include "core/engine_torch/model_loader.h"
#include "core/tensors/device.h"
#include <map>

namespace core {

/// The seam's interactive half. Everything happens on the thread that calls; nothing is shared with jobs but files.
class TorchEngine final : public Engine {
public:
    explicit TorchEngine(const EngineSettings& settings);

    EngineInfo info() const override { return info_; }
    void openWorkspace(const std::filesystem::path& folder) override;
    std::vector<ModelInfo> models() override;
    OpenInfo prepare(const std::string& model, const ProgressSink& progress, std::stop_token stop) override;
    RecommendResult recommend(const RecommendRequest& request, std::stop_token stop) override;
    std::vector<SimilarItem> similar(const SimilarRequest& request, std::stop_token stop) override;
    std::vector<DeviceTiming> timeDevices(std::stop_token stop) override;

private:
    LoadedWorkspace& workspace(const char* doing);
    ModelInfo infoOf(const std::string& model);
    LoadedModel& loaded(const ModelInfo& info, const ProgressSink& progress, std::stop_token stop);
    Provenance provenanceOf(const RecommendRequest& request, const ModelInfo& info) const;
    void checkItems(const RecommendRequest& request) const;

    /// `work` on the device, and once more on the CPU where the device is lost. What LibTorch throws becomes Error.
    template <class Work>
    auto survivingDevice(const char* doing, Work work);
    void useCpuInstead(const std::string& why);
    Computing computingOf(const ModelInfo& info) const;
    RecommendResult recommendHere(const RecommendRequest& request, std::stop_token stop);
    std::vector<SimilarItem> similarHere(const SimilarRequest& request, std::stop_token stop);

    std::string device_;
    Precision precision_ = Precision::fp32;
    std::string deviceNotice_; ///< why it is not the device asked for; beside every list
    int encodingThreads_;
    EngineInfo info_;
    std::unique_ptr<LoadedWorkspace> workspace_;
    std::vector<ModelInfo> models_;
    std::map<std::string, LoadedModel> loaded_; ///< by name
    std::vector<float> scoresV_;                ///< reused from call to call
};

} // namespace core
