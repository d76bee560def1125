// bench_train WORKSPACE|toy MODEL_FOLDER MODALITY [EPOCHS] [SEED] [validation|test|none] [THREADS]
// In PIXREC_RECIPE: what to change of sizes and recipe, as JSON: {"layers": 1, "learning_rate": 0.001}.
// Trains PixRec, item level, then ranks one split; prints one JSON object.
#include "core/base/error.h"
#include "core/evaluation/ranks.h"
#include "core/recommenders/pixrec.h"
#include "core/tensors/device.h"
#include "core/training/train_pixrec.h"
#include "tests/support/toy_dataset.h"
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <thread>
#ifdef PIXREC_WORKSPACE
#include "core/pictures/picture_table.h"
#include "core/workspace/workspace.h"
#endif

using namespace core;

static Dataset loadDataset([[maybe_unused]] const std::string& source) {
    if (source == "toy") return test::toyDataset({.types = 40, .colours = 12, .shoppers = 2000, .events = 14});
#ifdef PIXREC_WORKSPACE
    Workspace workspace(source, WorkspaceAccess::readOnly);
    Dataset dataset = workspace.loadDataset();
    std::vector<std::filesystem::path> files;
    for (std::int32_t item = 0; item < static_cast<std::int32_t>(dataset.itemCount()); ++item)
        files.push_back(workspace.catalog().item({item}).picture);
    dataset.pictures = loadPictureTable(files, 64, [](const Progress&) {}, {});
    return dataset;
#else
    throw Error(ErrorKind::unavailable, "bench_train: built without workspaces; use toy");
#endif
}

static std::map<std::string, double> evaluate(PixRec& model, const Dataset& dataset, Split which) {
    const LeaveOneOut split(dataset.histories);
    const bool excludes = !repeatsOccur(split, dataset.histories);
    const auto examples = split.examples(which);
    std::vector<float> scores(dataset.itemCount());
    const RankMetrics metrics(static_cast<std::int64_t>(dataset.itemCount()));
    std::map<std::string, double> means;
    for (const auto& example : examples) {
        const HistoryView view{example.input, dataset.hasTimes};
        model.score({&view, 1}, scores, {});
        std::vector<ItemIndex> excluded;
        if (excludes)
            for (const auto& event : example.input) excluded.push_back(event.item);
        const auto row = metrics.of(rankOf(scores, example.target.item, excluded));
        for (std::size_t m = 0; m < row.size(); ++m)
            means[std::string(metricNames[m])] += row[m] / static_cast<double>(examples.size());
    }
    return means;
}

/// Sets what the JSON names; throws where it names something unknown.
static void change(TrainSettings& settings, const nlohmann::json& changes) {
    const std::map<std::string, int*> numbers{{"width", &settings.sizes.width},
                                              {"layers", &settings.sizes.layers},
                                              {"inner_width", &settings.sizes.innerWidth},
                                              {"tokens", &settings.sizes.tokens},
                                              {"token_width", &settings.sizes.tokenWidth},
                                              {"vocabulary", &settings.sizes.vocabulary},
                                              {"patience", &settings.recipe.patience},
                                              {"batch", &settings.recipe.batch},
                                              {"pictures_per_step", &settings.recipe.picturesPerStep},
                                              {"full_softmax", &settings.recipe.fullSoftmax},
                                              {"negatives", &settings.recipe.negatives},
                                              {"validation_users", &settings.recipe.validationUsers}};
    const std::map<std::string, double*> rates{{"learning_rate", &settings.recipe.learningRate},
                                               {"weight_decay", &settings.recipe.weightDecay},
                                               {"item_item", &settings.recipe.itemItem},
                                               {"user_item", &settings.recipe.userItem},
                                               {"dropout", &settings.recipe.dropout},
                                               {"feature_dropout", &settings.recipe.featureDropout},
                                               {"picture_learning", &settings.recipe.pictureLearning},
                                               {"time_dropout", &settings.recipe.timeDropout},
                                               {"picture_dropout", &settings.recipe.pictureDropout}};
    for (const auto& [name, value] : changes.items())
        if (numbers.contains(name))
            *numbers.at(name) = value.get<int>();
        else
            *rates.at(name) = value.get<double>();
}

int main(int argc, char** argv) try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3)
        throw Error(ErrorKind::invalidInput, "bench_train WORKSPACE|toy MODEL_FOLDER MODALITY ...");
    const auto argument = [&](std::size_t i, const char* otherwise) {
        return arguments.size() > i ? arguments[i] : otherwise;
    };
    setComputeThreads(0);
    const Dataset dataset = loadDataset(arguments[0]);
    const std::filesystem::path folder = arguments[1];
    TrainSettings settings;
    settings.name = folder.filename().string();
    settings.modality = arguments[2];
    settings.seed = std::stoull(argument(4, "1"));
    if (const int epochs = std::stoi(argument(3, "0")); epochs > 0) settings.epochs = epochs;
    if (const char* changes = std::getenv("PIXREC_RECIPE")) change(settings, nlohmann::json::parse(changes));
    const auto onPoint = [](const TrainPoint& point) {
        fmt::print(stderr, "epoch {:2d}: loss {:.4f}, validation NDCG@10 {:.4f}, {:.0f} events/s, {:.0f} s left\n",
                   point.epoch, point.loss.value_or(0), point.validationNdcg10.value_or(0), point.eventsPerSecond,
                   point.secondsLeft);
    };
    JobContext context;
    context.threads = std::stoi(argument(6, "0"));
    const auto result = trainPixRec(dataset, settings, folder, onPoint, context);
    nlohmann::json report{{"items", dataset.itemCount()},
                          {"users", dataset.histories.userCount()},
                          {"events", dataset.histories.events.size()},
                          {"modality", settings.modality},
                          {"seed", settings.seed},
                          {"epochs", result.curve.size()},
                          {"stopped_early", result.stoppedEarly},
                          {"seconds", result.seconds},
                          {"peak_memory_mib", result.peakMemoryBytes >> 20},
                          {"validation", result.model.metrics},
                          {"libtorch", libTorchVersion()},
                          {"gflops_per_core", measureGflopsPerCore()},
                          {"cores", std::thread::hardware_concurrency()}};
    if (const auto split = argument(5, "none"); split != "none") {
        auto model = PixRec::load(folder, {});
        model->prepareItems(dataset, [](const Progress&) {}, {});
        report[split] = evaluate(*model, dataset, split == "test" ? Split::test : Split::validation);
    }
    fmt::print("{}\n", report.dump(2));
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
