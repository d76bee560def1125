#include "core/base/error.h"
#include "core/engine_torch/brought_model_jobs.h"
#include "core/engine_torch/model_kinds.h"
#include "core/engine_torch/training_job.h"
#include "core/model_import/model_import.h"
#include "core/model_import/trusted_scripts.h"
#include "core/tensors/device.h"
#include "core/workspace/durable_files.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

namespace core {

namespace {

namespace fs = std::filesystem;

/// A model's folder on its way in: hidden, and gone with the object unless it was put in place.
class Stage {
public:
    Stage(const fs::path& models, const std::string& name)
        : place_(models / name), folder_(models / fmt::format(".{}.new", name)) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    ~Stage() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    const fs::path& folder() const { return folder_; }
    std::string name() const { return folder_.filename().string(); }
    void putInPlace() {
        syncFileSystem(folder_);
        core::putInPlace(folder_, place_, /*exchange=*/false);
    }

private:
    fs::path place_, folder_;
};

void requirePlace(const AddModelRequest& request, const fs::path& models) {
    checkModelName(request.name);
    if (fs::exists(models / request.name))
        throw Error(ErrorKind::invalidInput,
                    fmt::format("add model {}: the workspace already has a model of this name; "
                                "choose another name, or remove {}",
                                request.name, (models / request.name).string()));
    std::error_code failed;
    fs::create_directories(models, failed);
    if (failed || access(models.c_str(), W_OK) != 0)
        throw Error(ErrorKind::unavailable,
                    fmt::format("add model {}: {} cannot be written", request.name, models.string()));
}

/// Scores one history that the model can score, so that nothing is added that cannot recommend.
void tryOut(LoadedWorkspace& workspace, const Stage& stage, const JobContext& context) {
    const auto info = describeModel(readModelFolder(stage.folder()));
    auto model = loadModel(workspace, info, {pickDevice("auto"), Precision::fp32}, context.progress, context.stop);
    std::vector<float> scoresV(static_cast<std::size_t>(workspace.itemCount()));
    const auto& dataset = workspace.dataset();
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(workspace.userCount()); ++user) {
        const HistoryView history{dataset.histories.of({user}), dataset.hasTimes, UserIndex{user}};
        if (history.events.empty() || !model.recommender->missing(history).empty()) continue;
        model.recommender->score({&history, 1}, scoresV, context.stop);
        if (!std::all_of(scoresV.begin(), scoresV.end(), [](float score) { return std::isfinite(score); }))
            throw Error(ErrorKind::corrupt, "try the model out: it gives scores that are not finite numbers");
        return;
    }
}

void refuse(AddModelResult& result, const std::string& why) {
    result.isFit = false;
    result.findings.insert(result.findings.begin(), ModelFinding{.what = why});
    ++result.findingsInAll;
}

} // namespace

AddModelResult runAddModel(const AddModelRequest& request, const JobContext& context) {
    Workspace files(request.workspace, WorkspaceAccess::readOnly);
    const auto models = files.folder() / "models";
    if (!request.checkOnly) requirePlace(request, models);
    auto prepared = prepareModel(request, files, context.progress, context.stop);
    if (request.checkOnly || !prepared.found.isFit) return std::move(prepared.found);

    Stage stage(models, request.name);
    context.progress({"writing " + request.name, 0, 0, {}});
    prepared.found.hash = writeModel(prepared, request, files.catalogHash(), stage.folder());
    if (request.trustsCode && fs::exists(stage.folder() / brought::scriptFile))
        trustScript(stage.folder() / brought::scriptFile);
    prepared.vectors.reset(); // read anew, as it will be later
    prepared.lists.reset();
    context.progress({"trying " + request.name + " out", 0, 0, {}});
    try {
        LoadedWorkspace workspace(request.workspace);
        tryOut(workspace, stage, context);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::invalidInput &&
            error.kind() != ErrorKind::notFound)
            throw;
        refuse(prepared.found, error.what());
        return std::move(prepared.found);
    }
    throwIfStopped(context.stop, "add a model");
    stage.putInPlace();
    prepared.found.isAdded = true;
    return std::move(prepared.found);
}

} // namespace core
