#include "core/base/grouped.h"
#include "core/dataset/split.h"
#include "core/engine/recommender_kinds.h"
#include "core/engine_torch/model_heads.h"
#include "core/engine_torch/model_kinds.h"
#include "core/engine_torch/number_bits.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/mix.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/vlm_folder.h"
#include "core/recommenders/vlm_heads.h"
#include "core/training/train_mix.h"
#include <algorithm>
#include <fmt/format.h>

/// PixRec as published.
namespace core {

namespace {

ModelInfo describeVlm(const ModelFolder& folder) {
    ModelInfo info;
    const auto* kind = findRecommenderKind(vlmRecommender);
    info.capabilities = kind->capabilities(folder.modality);
    info.capabilities.itemVectors = false; // text and picture are read as one
    if (!kind->takes(folder.modality))
        info.problem = fmt::format("its modality \"{}\" is none that {} knows", folder.modality, kind->title);
    else
        info.problem = weightsProblem(folder);
    return info;
}

/// What is kept of a dense model, whatever the head.
std::string keptKey(std::string_view what, const LoadedWorkspace& workspace, const VlmModel& model,
                    const Computing& computing) {
    return fmt::format("vlm {} 2|{}|{}|{}", what, model.info().hash, workspace.dataset().catalogHash,
                       precisionName(computing.precision));
}

/// Hands a kept table to `take`; false where there is none, or one that is of something else and is made anew.
template <class Take>
bool takeCached(LoadedWorkspace& workspace, const std::string& key, Take take) {
    const auto matrix = workspace.cache().matrix(key);
    if (!matrix) return false;
    const auto values = matrix->values();
    try {
        take(VectorTable{matrix->rows(), matrix->width(), {values.begin(), values.end()}});
    } catch (const Error&) {
        return false;
    }
    return true;
}

void putCached(LoadedWorkspace& workspace, const std::string& key, const VectorTable& table) {
    workspace.cache().putMatrix(key, table.rows, table.width, table.values);
}

/// Tokenizes the catalog and reads its pictures, or takes what was kept of them: how many could not be read.
std::int64_t readCatalog(LoadedWorkspace& workspace, VlmModel& model, const Computing& computing,
                         const ProgressSink& progress, const std::stop_token& stop) {
    if (model.pictureSide() == 0) {
        model.prepare(workspace.dataset());
        return 0;
    }
    const auto numbersKey = keptKey("picture numbers", workspace, model, computing),
               tokensKey = keptKey("pictures", workspace, model, computing);
    // Which product shows which picture is enough where the tokens are there: nothing need be decoded.
    if (const auto numbers = workspace.cache().matrix(numbersKey);
        numbers && numbers->rows() == workspace.itemCount() && numbers->width() == 1) {
        auto dataset = workspace.dataset();
        dataset.pictures = {model.pictureSide(), {}, fromBits(numbers->values())};
        model.prepare(dataset);
        if (takeCached(workspace, tokensKey, [&](const auto& table) { model.usePictureTokens(table); })) return 0;
    }
    const auto read = workspace.readPictures(model.pictureSide(), progress, stop);
    model.prepare(read.dataset);
    const auto tokens = model.pictureTokens(progress, stop);
    if (read.unreadable == 0 && tokens.rows > 0) { // with pictures missing that may come back it is right for now only
        putCached(workspace, tokensKey, tokens);
        workspace.cache().putMatrix(numbersKey, workspace.itemCount(), 1, asBits(model.pictureOfItem()));
    }
    return read.unreadable;
}

/// Dense, generative and co-occurrence, by weights that did best on some validation shoppers; those are kept in the
/// cache, because writing for so many takes a minute.
std::unique_ptr<Recommender> mixOf(LoadedWorkspace& workspace, const ModelInfo& info, std::shared_ptr<VlmModel> model,
                                   const Computing& computing, const ProgressSink& progress,
                                   const std::stop_token& stop) {
    constexpr int shoppers = 100, steps = 5;
    std::vector<std::unique_ptr<Recommender>> parts;
    parts.push_back(std::make_unique<DenseHead>(model));
    if (info.capabilities.readsText) parts.push_back(std::make_unique<GenerativeHead>(model, WritingOptions{}));
    parts.push_back(makeBaseline("co-occurrence", workspace.dataset(), workspace.trainingHash(), stop));
    const auto key = fmt::format("{}|{}|{}", keptKey("mix", workspace, *model, computing), workspace.trainingHash(),
                                 holdOutText(workspace.dataset().histories.holdOut));
    std::vector<float> weights;
    if (const auto kept = workspace.cache().matrix(key); kept && kept->width() == static_cast<int>(parts.size())) {
        const auto values = kept->values();
        weights.assign(values.begin(), values.end());
    } else {
        JobContext context;
        context.progress = progress;
        context.stop = stop;
        for (const double weight : bestWeights(workspace.dataset(), shoppers, steps, parts, context))
            weights.push_back(static_cast<float>(weight));
        workspace.cache().putMatrix(key, 1, static_cast<int>(parts.size()), weights);
    }
    MixFolder folder;
    folder.info = info;
    for (std::size_t i = 0; i < parts.size(); ++i)
        folder.settings.parts.push_back({parts[i]->info().name, parts[i]->info().hash, weights[i]});
    return std::make_unique<Mix>(std::move(folder), std::move(parts));
}

/// What all heads of a model share.
struct OpenVlm {
    std::unique_ptr<VlmModel> model;
    std::int64_t unreadable = 0; ///< pictures
};

/// The model with its products read; `opening` is filled where it was not open yet.
std::shared_ptr<OpenVlm> openVlm(LoadedWorkspace& workspace, const std::filesystem::path& folder,
                                 const Computing& computing, OpenInfo& opening, const ProgressSink& progress,
                                 const std::stop_token& stop) {
    auto open = std::make_shared<OpenVlm>();
    open->model = VlmModel::load(folder, computing);
    throwIfStopped(stop, "load a model");
    auto& model = *open->model;
    open->unreadable = readCatalog(workspace, model, computing, progress, stop);
    const bool isWhole = open->unreadable == 0;
    const auto key = keptKey("rows", workspace, model, computing);
    if (isWhole && takeCached(workspace, key, [&](VectorTable table) { model.useItems(std::move(table)); }))
        return open;
    opening.isWarm = false;
    model.encodeItems(progress, stop);
    opening.itemsEncoded = workspace.itemCount();
    if (isWhole) putCached(workspace, key, model.rows());
    return open;
}

void loadVlm(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing, const ProgressSink& progress,
             std::stop_token stop) {
    const bool isNamed = std::filesystem::exists(workspace.modelFolder(loaded.info.name)); // its name may hold a colon
    const auto named = isNamed ? HeadedName{loaded.info.name, {}} : splitHead(loaded.info.name);
    loaded.opening.isWarm = true;
    const auto open = workspace.shared<OpenVlm>(
        fmt::format("vlm|{}|{}|{}|{}", named.model, workspace.model(named.model).hash, computing.device,
                    precisionName(computing.precision)),
        [&] {
            return openVlm(workspace, workspace.modelFolder(named.model), computing, loaded.opening, progress, stop);
        });
    if (open->unreadable > 0) loaded.notices.push_back(unreadableNotice(open->unreadable));
    if (open->model->pictureSide() > 0)
        for (const auto picture : open->model->pictureOfItem()) loaded.hasPicture.push_back(picture >= 0);
    const auto missing = std::count(loaded.hasPicture.begin(), loaded.hasPicture.end(), false);
    if (missing > open->unreadable)
        loaded.notices.push_back(fmt::format("{} of {} products have no picture; {} reads them as unknown.",
                                             grouped(missing), grouped(workspace.itemCount()), loaded.info.name));
    const std::shared_ptr<VlmModel> model(open, open->model.get()); // keeps the whole
    if (named.head.empty() || named.head == "dense")
        loaded.recommender = std::make_unique<DenseHead>(model);
    else if (named.head == "generative")
        loaded.recommender = std::make_unique<GenerativeHead>(model, WritingOptions{});
    else
        loaded.recommender = mixOf(workspace, loaded.info, model, computing, progress, stop);
}

} // namespace

const ModelKind vlmKind{vlmRecommender, describeVlm, loadVlm};

} // namespace core
