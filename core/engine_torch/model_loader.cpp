#include "core/engine_torch/model_loader.h"
#include "core/engine_torch/model_kinds.h"
#include "core/recommenders/baselines.h"
#include <chrono>
#include <fmt/format.h>

namespace core {

LoadedModel loadModel(LoadedWorkspace& workspace, const ModelInfo& info, const Computing& computing,
                      const ProgressSink& progress, std::stop_token stop) {
    if (!info.problem.empty())
        throw Error(ErrorKind::corrupt, fmt::format("load model {}: {}", info.name, info.problem));
    const auto start = std::chrono::steady_clock::now();
    LoadedModel loaded;
    loaded.info = info;
    if (isBaseline(info.name)) {
        loaded.recommender = makeBaseline(info.name, workspace.dataset(), workspace.trainingHash(), stop);
        loaded.opening.isWarm = true;
        if (workspace.dataset().histories.events.empty() && info.name != "repeat-last") // which reads the history alone
            loaded.notices.push_back("There are no events to count: all products stand level, in catalog order.");
    } else {
        progress({"loading " + info.name, 0, 0, {}});
        try {
            findModelKind(info.recommender)->load(workspace, loaded, computing, progress, stop);
        } catch (...) {
            rethrowDeviceFailure("load a model");
        }
    }
    loaded.opening.elapsedMs =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return loaded;
}

} // namespace core
