#include "core/training/id_model_writer.h"
#include "core/dataset/split.h"
#include "core/recommenders/id_model_folder.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/tensors/device.h"
#include "core/training/swap_folder.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {
std::int64_t trainingEvents(const Dataset& dataset) {
    const LeaveOneOut split(dataset.histories);
    std::int64_t count = 0;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        count += std::ssize(split.training({user}));
    return count;
}

nlohmann::json modelJson(const IdModel& model, const Dataset& dataset, const std::string& hash) {
    return {{"format", 1},
            {"name", model.name},
            {"recommender", model.recommender},
            {"modality", model.modality},
            {"hash", hash},
            {"settings", nlohmann::json::parse(model.settings)},
            {"recipe", nlohmann::json::parse(model.recipe)},
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
              {"users", dataset.histories.userCount()},
              {"training_events", trainingEvents(dataset)}}}};
}

std::string card(const IdModel& model, const Dataset& dataset, const std::string& hash) {
    std::string metrics;
    for (const auto& [name, value] : model.metrics) metrics += fmt::format("| {} | {:.4f} |\n", name, value);
    return fmt::format(
        "# {}\n\n{}\n\n"
        "| | |\n| --- | --- |\n"
        "| hash | {} |\n| data | {} products, {} shoppers, {} training events, catalog hash {} |\n"
        "| held out | {} |\n"
        "| trained | {} epochs, best epoch {}, seed {}, {:.0f} s on {} |\n"
        "| command | `{}` |\n| written by | pixrec {}, LibTorch {} |\n\n"
        "Measured on the validation split, full ranking, ties as expectations. The epoch was chosen by NDCG@10 on this "
        "split; `pixrec evaluate` measures the test split.\n\n"
        "| metric | value |\n| --- | --- |\n{}\n"
        "Limits: products that came after the training are not known to it and stand last; train anew for them.\n",
        model.name, model.about, hash, dataset.itemCount(), dataset.histories.userCount(), trainingEvents(dataset),
        dataset.catalogHash, holdOutText(dataset.histories.holdOut), model.epochsRun, model.bestEpoch, model.seed,
        model.seconds, model.device == "cpu" ? "the CPU" : model.device,
        model.command.empty() ? "not known" : model.command, PIXREC_VERSION, libTorchVersion(), metrics);
}
} // namespace

void writeIdModelFolder(const std::filesystem::path& folder, const IdModel& model, const Dataset& dataset) {
    swapFolder(folder, [&](const std::filesystem::path& fresh) {
        auto ids = nlohmann::json::array();
        for (const auto& item : dataset.items) ids.push_back(item.id);
        writeTensorFile(fresh / weightsFileName, model.weights);
        writeTextFile(fresh / itemsFileName, ids.dump() + "\n");
        const auto hash = idModelHash(fresh, nlohmann::json::parse(model.settings).dump());
        writeTextFile(fresh / modelFileName, modelJson(model, dataset, hash).dump(2) + "\n");
        writeTextFile(fresh / cardFileName, card(model, dataset, hash));
    });
}

} // namespace core
