#include "core/training/vlm_model_writer.h"
#include "core/base/error.h"
#include "core/dataset/split.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/vlm_folder.h"
#include "core/tensors/device.h"
#include "core/training/swap_folder.h"
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

nlohmann::json toJson(const VlmRecipe& recipe) {
    constexpr std::array directions{"row", "column", "symmetric"};
    return {{"epochs", recipe.epochs},
            {"patience", recipe.patience},
            {"batch", recipe.batch},
            {"micro_batch", recipe.microBatch},
            {"accumulate", recipe.accumulate},
            {"gradient_checkpointing", recipe.recomputes},
            {"precision", precisionName(recipe.precision)},
            {"visits", recipe.visits},
            {"learning_rate", recipe.learningRate},
            {"warm_up", recipe.warmUp},
            {"weight_decay", recipe.weightDecay},
            {"largest_gradient", recipe.largestGradient},
            {"item_item", recipe.itemItem},
            {"user_item", recipe.userItem},
            {"direction", directions[static_cast<std::size_t>(recipe.direction)]},
            {"debiased", recipe.isDebiased},
            {"validation_users", recipe.validationUsers}};
}

nlohmann::json modelJson(const TrainedVlm& model, const Dataset& dataset, const std::string& hash) {
    return {{"format", 1},
            {"name", model.name},
            {"recommender", vlmRecommender},
            {"modality", model.settings.modality},
            {"hash", hash},
            {"settings", model.settings},
            {"recipe", toJson(model.recipe)},
            {"metrics", model.metrics},
            {"metrics_split", "validation"},
            {"hold_out", holdOutText(dataset.histories.holdOut)},
            {"seed", model.seed},
            {"epochs", model.epochsRun},
            {"best_epoch", model.bestEpoch},
            {"training_seconds", model.seconds},
            {"device", model.device},
            {"command", model.command},
            {"version", PIXREC_VERSION},
            {"libtorch", libTorchVersion()},
            {"data",
             {{"catalog_hash", dataset.catalogHash},
              {"items", dataset.itemCount()},
              {"pictures", model.pictures},
              {"users", dataset.histories.userCount()},
              {"training_events", model.trainingEvents}}}};
}

std::string card(const TrainedVlm& model, const Dataset& dataset, const std::string& hash) {
    std::string metrics;
    for (const auto& [name, value] : model.metrics) metrics += fmt::format("| {} | {:.4f} |\n", name, value);
    const auto& settings = model.settings;
    const auto how = settings.isLowRank() ? fmt::format("LoRA of rank {}, alpha {}", settings.rank, settings.alpha)
                                          : std::string("the whole network, or changes that were merged into it");
    return fmt::format(
        "# {}\n\nPixRec as published: a vision-language network reads the newest {} products of a history, their {}, "
        "token by token, and ranks the catalog by the cosine between the shopper's vector and each product's.\n\n"
        "| | |\n| --- | --- |\n| hash | {} |\n| checkpoint | {} |\n| trained weights | {} |\n"
        "| data | {} products ({} pictures), {} shoppers, {} training events, catalog hash {} |\n| held out | {} |\n"
        "| trained | {} epochs, best epoch {}, seed {}, {:.0f} s on {} in {} |\n| command | `{}` |\n"
        "| written by | pixrec {}, LibTorch {} |\n\n"
        "Measured on the validation split, full ranking, ties as expectations. The epoch was chosen by NDCG@10 on this "
        "split; `pixrec evaluate` measures the test split.\n\n| metric | value |\n| --- | --- |\n{}\n"
        "Limits: on another catalog its vectors are a start, not a result: train anew there.\n",
        model.name, settings.window,
        settings.modality == "both"   ? "texts and pictures"
        : settings.modality == "text" ? "texts"
                                      : "pictures",
        hash, settings.backbone == "tiny" ? "tiny, from random weights" : settings.backbone, how, dataset.itemCount(),
        model.pictures, dataset.histories.userCount(), model.trainingEvents, dataset.catalogHash,
        holdOutText(dataset.histories.holdOut), model.epochsRun, model.bestEpoch, model.seed, model.seconds,
        model.device == "cpu" ? "the CPU" : model.device, precisionName(model.recipe.precision),
        model.command.empty() ? "not known" : model.command, PIXREC_VERSION, libTorchVersion(), metrics);
}

/// All of a checkpoint but its weights, or with them.
void copyCheckpoint(const std::filesystem::path& from, const std::filesystem::path& to, bool withWeights) {
    try {
        std::filesystem::create_directories(to);
        for (const auto& entry : std::filesystem::directory_iterator(from)) {
            const auto name = entry.path().filename().string();
            const bool isWeights = name.find(".safetensors") != std::string::npos;
            const bool isKnown = isWeights ? withWeights : name.ends_with(".json") || name.ends_with(".jinja");
            if (entry.is_regular_file() && isKnown) std::filesystem::copy_file(entry.path(), to / name);
        }
    } catch (const std::filesystem::filesystem_error& error) {
        throw Error(ErrorKind::unavailable, fmt::format("copy checkpoint {}: {}", from.string(), error.what()));
    }
}

} // namespace

std::string recipeJson(const VlmRecipe& recipe) { return toJson(recipe).dump(); }

void writeVlmFolder(const std::filesystem::path& folder, const TrainedVlm& model, const Dataset& dataset) {
    swapFolder(folder, [&](const std::filesystem::path& fresh) {
        writeTensorFile(fresh / weightsFileName, model.weights);
        auto backbone = std::filesystem::path(model.settings.backbone);
        if (model.settings.keepsBackbone) {
            backbone = fresh / vlmBackboneFolder;
            copyCheckpoint(model.checkpoint, backbone, /*withWeights=*/!model.backbone);
            if (model.backbone) writeTensorFile(backbone / "model.safetensors", *model.backbone);
        }
        const auto hash = vlmHash(fresh, model.settings, backbone);
        writeTextFile(fresh / modelFileName, modelJson(model, dataset, hash).dump(2) + "\n");
        writeTextFile(fresh / cardFileName, card(model, dataset, hash));
    });
}

} // namespace core
