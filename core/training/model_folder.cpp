#include "core/training/model_folder.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/tensors/device.h"
#include "core/training/swap_folder.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

nlohmann::json toJson(const TrainRecipe& recipe) {
    return {{"patience", recipe.patience},
            {"batch", recipe.batch},
            {"learning_rate", recipe.learningRate},
            {"warm_up", recipe.warmUp},
            {"weight_decay", recipe.weightDecay},
            {"item_item", recipe.itemItem},
            {"user_item", recipe.userItem},
            {"pictures_per_step", recipe.picturesPerStep},
            {"texts_per_step", recipe.textsPerStep},
            {"encoder_rate", recipe.encoderRate},
            {"change_rate", recipe.changeRate},
            {"full_softmax", recipe.fullSoftmax},
            {"negatives", recipe.negatives},
            {"dropout", recipe.dropout},
            {"feature_dropout", recipe.featureDropout},
            {"picture_learning", recipe.pictureLearning},
            {"time_dropout", recipe.timeDropout},
            {"picture_dropout", recipe.pictureDropout}};
}

nlohmann::json modelJson(const TrainedModel& model, const std::string& hash) {
    return {{"format", 1},
            {"name", model.chosen.name},
            {"recommender", "pixrec"},
            {"modality", model.settings.modality},
            {"hash", hash},
            {"settings", model.settings},
            {"recipe", toJson(model.recipe)},
            {"metrics", model.metrics},
            {"metrics_split", "validation"},
            {"hold_out", model.holdOut},
            {"seed", model.chosen.seed},
            {"epochs", model.epochsRun},
            {"best_epoch", model.bestEpoch},
            {"training_seconds", model.seconds},
            {"device", model.device},
            {"command", model.chosen.command},
            {"version", PIXREC_VERSION},
            {"libtorch", libTorchVersion()},
            {"data",
             {{"catalog_hash", model.catalogHash},
              {"items", model.items},
              {"pictures", model.pictures},
              {"users", model.users},
              {"training_events", model.trainingEvents}}}};
}

std::string modalityWords(const std::string& modality) {
    if (modality == "text") return "product texts (title, category, brand, price)";
    return modality == "image" ? "product pictures"
                               : "product texts (title, category, brand, price) and product pictures";
}

/// A line of the card's table for each encoder from elsewhere.
std::string encoderLines(const PixRecSettings& settings) {
    std::string lines;
    const auto add = [&lines](const char* what, const std::optional<PretrainedTower>& tower) {
        if (!tower) return;
        lines += fmt::format("| {} encoder | {}, {} numbers, hash {}, from `{}` |\n", what,
                             towerTuningName(tower->tuning), tower->width, tower->encoder, tower->folder);
    };
    add("text", settings.textTower);
    add("picture", settings.pictureTower);
    return lines;
}

std::string card(const TrainedModel& model, const std::string& hash) {
    std::string metrics;
    for (const auto& [name, value] : model.metrics) metrics += fmt::format("| {} | {:.4f} |\n", name, value);
    return fmt::format(
        "# {}\n\n"
        "A PixRec recommender, item level: it reads {}, and the order and times of a shopper's past products, and "
        "scores every product of a catalog as the next one. It knows products by their content alone, never by their "
        "id.\n\n"
        "| | |\n| --- | --- |\n"
        "| hash | {} |\n| data | {} products ({} pictures), {} shoppers, {} training events, catalog hash {} |\n{}"
        "| trained | {} epochs, best epoch {}, seed {}, {:.0f} s on {} |\n"
        "| command | `{}` |\n| written by | pixrec {}, LibTorch {} |\n\n"
        "Measured on the validation split (each shopper's last event but one), full ranking, ties as expectations. The "
        "epoch was chosen by NDCG@10 on this split; `pixrec evaluate` measures the test split.\n\n"
        "| metric | value |\n| --- | --- |\n{}\n"
        "Limits: it can only recommend what the training shoppers' taste has in common with yours; on another catalog "
        "its vectors are a start, not a result: train anew there.\n",
        model.chosen.name, modalityWords(model.settings.modality), hash, model.items, model.pictures, model.users,
        model.trainingEvents, model.catalogHash, encoderLines(model.settings), model.epochsRun, model.bestEpoch,
        model.chosen.seed, model.seconds, model.device == "cpu" ? "the CPU" : model.device,
        model.chosen.command.empty() ? "not known" : model.chosen.command, PIXREC_VERSION, libTorchVersion(), metrics);
}

} // namespace

void writeModelFolder(const std::filesystem::path& folder, const TrainedModel& model) {
    swapFolder(folder, [&](const std::filesystem::path& fresh) {
        writeTensorFile(fresh / weightsFileName, model.weights);
        if (!model.settings.textTower) model.vocabulary.save(fresh / vocabularyFileName);
        const auto hash = pixRecHash(fresh, model.settings);
        writeTextFile(fresh / modelFileName, modelJson(model, hash).dump(2) + "\n");
        writeTextFile(fresh / cardFileName, card(model, hash));
    });
}

} // namespace core
