#include "core/engine/recommender_kinds.h"
#include "core/engine_torch/model_kinds.h"
#include "core/recommenders/matrix_factors.h"
#include "core/recommenders/mix.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/sequence_model.h"
#include <fmt/format.h>

/// The kinds that know products by id, and the mix.
namespace core {

namespace {
ModelInfo describeKind(const ModelFolder& folder) {
    ModelInfo info;
    const auto* kind = findRecommenderKind(folder.recommender);
    info.capabilities = kind->capabilities(folder.modality);
    if (!kind->takes(folder.modality))
        info.problem = fmt::format("its modality \"{}\" is none that {} knows", folder.modality, kind->title);
    else if (!kind->isOfParts)
        info.problem = weightsProblem(folder);
    return info;
}

template <class Model>
void finish(const LoadedWorkspace& workspace, LoadedModel& loaded, std::unique_ptr<Model> model) {
    if (const auto unknown = model->unknownItems(); unknown > 0)
        loaded.notices.push_back(fmt::format("{} of {} products came after {} was trained and stand last.", unknown,
                                             workspace.itemCount(), loaded.info.name));
    loaded.recommender = std::move(model);
    loaded.opening.isWarm = true;
}

void loadSequence(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing,
                  const ProgressSink& /*progress*/, std::stop_token /*stop*/) {
    finish(workspace, loaded,
           SequenceModel::load(workspace.modelFolder(loaded.info.name), workspace.dataset(), computing.device));
}

void loadFactors(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& /*computing*/,
                 const ProgressSink& /*progress*/, std::stop_token /*stop*/) {
    finish(workspace, loaded, MatrixFactorModel::load(workspace.modelFolder(loaded.info.name), workspace.dataset()));
}

void loadMix(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing, const ProgressSink& progress,
             std::stop_token stop) {
    auto folder = readMixFolder(workspace.modelFolder(loaded.info.name));
    std::vector<std::unique_ptr<Recommender>> parts;
    loaded.opening.isWarm = true;
    for (const auto& part : folder.settings.parts) {
        const auto info = workspace.model(part.name);
        if (info.recommender == folder.info.recommender)
            throw Error(ErrorKind::corrupt,
                        fmt::format("load model {}: its part {} is a mix itself", loaded.info.name, part.name));
        if (info.problem.empty() && !info.capabilities.newHistory) // lists of a mix are kept by history alone
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("load model {}: its part {} knows listed shoppers only and cannot follow edits; mix "
                            "models that can",
                            loaded.info.name, part.name));
        auto model = loadModel(workspace, info, computing, progress, stop);
        loaded.opening.isWarm = loaded.opening.isWarm && model.opening.isWarm;
        loaded.opening.itemsEncoded += model.opening.itemsEncoded;
        for (auto& notice : model.notices) loaded.notices.push_back(std::move(notice));
        if (loaded.hasPicture.empty()) loaded.hasPicture = std::move(model.hasPicture);
        parts.push_back(std::move(model.recommender));
    }
    loaded.recommender = std::make_unique<Mix>(std::move(folder), std::move(parts));
}
} // namespace

const ModelKind sasRecKind{"sasrec", describeKind, loadSequence};
const ModelKind bsaRecKind{"bsarec", describeKind, loadSequence};
const ModelKind bprKind{"bpr-mf", describeKind, loadFactors};
const ModelKind mixKind{"mix", describeKind, loadMix};

} // namespace core
