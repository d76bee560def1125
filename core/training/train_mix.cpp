#include "core/training/train_mix.h"
#include "core/base/error.h"
#include "core/dataset/split.h"
#include "core/evaluation/rank_examples.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/tensors/device.h"
#include "core/training/swap_folder.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {
using Weights = std::vector<double>;
constexpr int finerRounds = 2; ///< after the coarse ones, with half the step each

void addGrid(std::size_t parts, int left, int steps, Weights& start, std::vector<Weights>& grid) {
    if (start.size() + 1 == parts) {
        grid.push_back(start);
        grid.back().push_back(static_cast<double>(left) / steps);
        return;
    }
    for (int units = 0; units <= left; ++units) {
        start.push_back(static_cast<double>(units) / steps);
        addGrid(parts, left - units, steps, start, grid);
        start.pop_back();
    }
}

/// `step` moved from one part to another, all ways, and `best` itself.
std::vector<Weights> around(const Weights& best, double step) {
    std::vector<Weights> near{best};
    for (std::size_t from = 0; from < best.size(); ++from)
        for (std::size_t to = 0; to < best.size(); ++to) {
            if (from == to || best[from] < step) continue;
            near.push_back(best);
            near.back()[from] -= step;
            near.back()[to] += step;
        }
    return near;
}

class MixRun {
public:
    MixRun(const Dataset& dataset, const MixTraining& chosen, std::vector<std::unique_ptr<Recommender>>& parts,
           const JobContext& context)
        : dataset_(dataset), parts_(parts), context_(context) {
        if (parts.size() < 2) throw Error(ErrorKind::invalidInput, "train: a mix needs two models at least");
        const HeldOut split(dataset.histories);
        excludesHistory_ = !repeatsOccur(split, dataset.histories);
        examples_ = evenlySpread(split.examples(Split::validation), static_cast<std::size_t>(chosen.validationUsers));
        if (examples_.empty())
            throw Error(ErrorKind::invalidInput, "train: no shopper has three events, so there is nothing to check on");
    }

    /// Metrics of every choice of weights, from one pass over the parts' scores.
    std::vector<std::map<std::string, double>> measure(Fusion fusion, const std::vector<Weights>& choices) {
        const auto width = dataset_.itemCount();
        const auto items = static_cast<std::int64_t>(width);
        std::vector<std::vector<float>> partsBV(parts_.size());
        std::vector<float> mixedV(width);
        std::vector<std::vector<TieRank>> ranks(choices.size());
        std::vector<HistoryView> histories;
        // Ranks of the blocks are a by-product here: what is wanted is every choice's rank of the same scores.
        const auto score = [&](std::span<const Example> examples, std::span<float> scoresBV) {
            histories.clear();
            for (const auto& example : examples) histories.push_back({example.input, dataset_.hasTimes});
            for (std::size_t part = 0; part < parts_.size(); ++part) {
                partsBV[part].resize(scoresBV.size());
                parts_[part]->score(histories, partsBV[part], context_.stop);
                for (std::size_t row = 0; row < examples.size(); ++row)
                    bringToOneScale(std::span(partsBV[part]).subspan(row * width, width), fusion);
            }
            for (std::size_t row = 0; row < examples.size(); ++row) {
                throwIfStopped(context_.stop, "train");
                const auto excluded = excludedItems(examples[row].input, excludesHistory_);
                for (std::size_t choice = 0; choice < choices.size(); ++choice) {
                    std::fill(mixedV.begin(), mixedV.end(), 0.0F);
                    for (std::size_t part = 0; part < parts_.size(); ++part) {
                        const auto weight = static_cast<float>(choices[choice][part]);
                        if (weight == 0.0F) continue;
                        const float* from = partsBV[part].data() + row * width;
                        for (std::size_t i = 0; i < width; ++i) mixedV[i] += weight * from[i];
                    }
                    ranks[choice].push_back(rankOf(mixedV, examples[row].target.item, excluded));
                }
            }
            std::fill(scoresBV.begin(), scoresBV.end(), 0.0F);
        };
        rankExamples(examples_, items, false, score, [&](std::int64_t done) {
            context_.progress({"choosing weights", done, std::ssize(examples_), "shoppers"});
        });
        std::vector<std::map<std::string, double>> metrics;
        for (const auto& ofChoice : ranks) metrics.push_back(meanMetrics(ofChoice, items));
        return metrics;
    }

private:
    const Dataset& dataset_;
    std::vector<std::unique_ptr<Recommender>>& parts_;
    const JobContext& context_;
    std::vector<Example> examples_;
    bool excludesHistory_ = false;
};

void write(const std::filesystem::path& folder, const MixTraining& chosen, const MixSettings& settings,
           const std::map<std::string, double>& metrics, const Dataset& dataset, double seconds) {
    swapFolder(folder, [&](const std::filesystem::path& fresh) {
        const auto hash = mixHash(settings);
        const nlohmann::json json{{"format", 1},
                                  {"name", chosen.name},
                                  {"recommender", "mix"},
                                  {"modality", "none"},
                                  {"hash", hash},
                                  {"settings", settings},
                                  {"metrics", metrics},
                                  {"metrics_split", "validation"},
                                  {"hold_out", holdOutText(dataset.histories.holdOut)},
                                  {"training_seconds", seconds},
                                  {"command", chosen.command},
                                  {"version", PIXREC_VERSION},
                                  {"data", {{"catalog_hash", dataset.catalogHash}}}};
        writeTextFile(fresh / modelFileName, json.dump(2) + "\n");
        std::string parts, table;
        const auto* scale = settings.fusion == Fusion::ranks
                                ? "reciprocal ranks, 1 / rank for every history"
                                : "scores, each brought to mean 0 and deviation 1 over the catalog for every history";
        for (const auto& part : settings.parts)
            parts += fmt::format("| {} | {:.3f} | {} |\n", part.name, part.weight, part.hash);
        for (const auto& [name, value] : metrics) table += fmt::format("| {} | {:.4f} |\n", name, value);
        writeTextFile(
            fresh / cardFileName,
            fmt::format(
                "# {}\n\nA mix: the sum of other models' {}. This and the weights were chosen by NDCG@10 on "
                "the validation split.\n\n| part | weight | hash |\n| --- | --- | --- |\n{}\n| validation | value "
                "|\n| --- | --- |\n{}\n`{}`\n",
                chosen.name, scale, parts, table, chosen.command));
    });
}
} // namespace

std::vector<std::vector<double>> weightGrid(std::size_t parts, int steps) {
    std::vector<Weights> grid;
    Weights start;
    if (parts > 0 && steps > 0) addGrid(parts, steps, steps, start, grid);
    return grid;
}

std::vector<double> bestWeights(const Dataset& dataset, int validationUsers, int steps,
                                std::vector<std::unique_ptr<Recommender>>& parts, const JobContext& context) {
    MixTraining chosen;
    chosen.validationUsers = validationUsers;
    const auto choices = weightGrid(parts.size(), steps);
    const auto metrics = MixRun(dataset, chosen, parts, context).measure(Fusion::scores, choices);
    std::size_t best = 0;
    for (std::size_t choice = 1; choice < choices.size(); ++choice)
        if (metrics[choice].at("ndcg@10") > metrics[best].at("ndcg@10")) best = choice;
    return choices[best];
}

TrainResult trainMix(const Dataset& dataset, const MixTraining& chosen, std::vector<std::unique_ptr<Recommender>> parts,
                     const std::filesystem::path& modelFolder, const std::function<void(const TrainPoint&)>& onPoint,
                     const JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&start] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    MixRun run(dataset, chosen, parts, context);
    TrainResult result;
    MixSettings settings;
    Weights best;
    std::map<std::string, double> bestMetrics;
    const int coarseRounds = static_cast<int>(chosen.fusions.size()), rounds = coarseRounds + finerRounds;
    double step = 1.0 / chosen.coarseSteps;
    for (int round = 0; round < rounds; ++round) {
        const bool isCoarse = round < coarseRounds;
        const auto fusion = isCoarse ? chosen.fusions[static_cast<std::size_t>(round)] : settings.fusion;
        if (!isCoarse) step /= 2;
        const auto choices = isCoarse ? weightGrid(parts.size(), chosen.coarseSteps) : around(best, step);
        const auto metrics = run.measure(fusion, choices);
        for (std::size_t choice = 0; choice < choices.size(); ++choice)
            if (bestMetrics.empty() || metrics[choice].at("ndcg@10") > bestMetrics.at("ndcg@10")) {
                best = choices[choice];
                bestMetrics = metrics[choice];
                settings.fusion = fusion;
            }
        const int done = round + 1;
        TrainPoint point{.epoch = done,
                         .epochs = rounds,
                         .loss = {},
                         .validationNdcg10 = bestMetrics.at("ndcg@10"),
                         .eventsPerSecond = 0,
                         .secondsLeft = seconds() / done * (rounds - done)};
        result.curve.push_back(point);
        onPoint(point);
    }
    for (std::size_t part = 0; part < parts.size(); ++part)
        settings.parts.push_back({parts[part]->info().name, parts[part]->info().hash, best[part]});
    result.seconds = seconds();
    write(modelFolder, chosen, settings, bestMetrics, dataset, result.seconds);
    result.model = readMixFolder(modelFolder).info;
    return result;
}

} // namespace core
