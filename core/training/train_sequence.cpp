#include "core/training/train_sequence.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/dataset/split.h"
#include "core/evaluation/rank_examples.h"
#include "core/recommenders/hashed_words.h"
#include "core/recommenders/sequence_inference.h"
#include "core/recommenders/sequence_model.h"
#include "core/tensors/device.h"
#include "core/tensors/tensor_on.h"
#include "core/tensors/weights.h"
#include "core/training/adamw.h"
#include "core/training/batches.h"
#include "core/training/epochs.h"
#include "core/training/id_model_writer.h"
#include "core/training/losses.h"
#include "core/training/train_pixrec.h"
#include <array>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace core {

namespace {
using Clock = std::chrono::steady_clock;
constexpr std::array textWeights{0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0};

class SequenceTrainingRun {
public:
    SequenceTrainingRun(const Dataset& dataset, const SequenceTraining& chosen,
                        const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context)
        : dataset_(dataset), chosen_(chosen), recipe_(chosen.recipe), onPoint_(onPoint), context_(context),
          split_(dataset.histories), items_(static_cast<std::int64_t>(dataset.itemCount())),
          device_(pickDevice(chosen.device)) {
        if (recipe_.epochs < 1) throw Error(ErrorKind::invalidInput, "train: at least one epoch is needed");
        if (items_ == 0) throw Error(ErrorKind::invalidInput, "train: the catalog has no products");
        validation_ =
            evenlySpread(split_.examples(Split::validation), static_cast<std::size_t>(recipe_.validationUsers));
        if (validation_.empty())
            throw Error(ErrorKind::invalidInput,
                        "train: no shopper has three events, so there is nothing to learn from and to check on");
        excludesHistory_ = !repeatsOccur(split_, dataset.histories);
        if (chosen.sizes.readsText) words_ = hashedWords(dataset.items, chosen.sizes.wordRows, chosen.sizes.words);
        counts_.assign(static_cast<std::size_t>(items_), 0.0);
        for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
            for (const auto& event : split_.training({user})) {
                ++counts_[event.item.slot()];
                ++trainingEvents_;
            }
        torch::manual_seed(seedOf(chosen.seed, 0));
        network_ = SequenceNetwork(chosen.sizes, items_);
        network_->to(device_);
        if (!words_.empty() && !isSampled()) bags_ = wordBags(words_, chosen.sizes.words, device_);
    }

    TrainResult run(const std::filesystem::path& modelFolder) {
        AdamW optimizer(*network_, recipe_.weightDecay);
        const auto folder = trainingFolder(modelFolder);
        TrainState state;
        state.dataHash = Hasher().add(dataset_.catalogHash).add(holdOutText(dataset_.histories.holdOut)).hex();
        state.settingsText = fmt::format("seed {}, recipe {}, sizes {}", chosen_.seed, recipeJson().dump(),
                                         nlohmann::json(chosen_.sizes).dump());
        if (chosen_.resume)
            state = loadCheckpoint(folder, state.dataHash, state.settingsText, *network_, optimizer);
        else
            std::filesystem::remove_all(folder);
        const Epochs epochs{
            .folder = folder,
            .most = recipe_.epochs,
            .patience = recipe_.patience,
            .train = [&](int epoch) { return trainEpoch(epoch, optimizer); },
            .validate = [&] { return validate(); },
            .keepMore =
                [&](TensorFile& best) { best.tensors["text_weight"] = toStored(torch::full({1}, textWeight_)); },
            .onPoint = onPoint_};
        const bool stoppedEarly = runEpochs(epochs, state, *network_, optimizer);
        return finish(modelFolder, state, stoppedEarly);
    }

private:
    /// What one step predicts, and among which products.
    struct Step {
        std::vector<std::vector<std::int64_t>> histories; ///< rows, oldest first
        std::vector<std::int64_t> positions;              ///< N: place in B x T of the event before the target
        std::vector<std::int64_t> targets;                ///< N: rows, or places among the candidates
        std::vector<std::int64_t> candidates;             ///< rows; empty: all
        std::vector<std::int64_t> touched;                ///< where sampled: rows that are read or scored, ascending
        std::vector<float> offsets;                       ///< by candidate; empty: zero
    };

    bool isSampled() const { return items_ > recipe_.fullSoftmax; }

    nlohmann::json recipeJson() const {
        return {{"epochs", recipe_.epochs},
                {"patience", recipe_.patience},
                {"batch", recipe_.batch},
                {"learning_rate", recipe_.learningRate},
                {"final_rate", recipe_.finalRate},
                {"weight_decay", recipe_.weightDecay},
                {"full_softmax", recipe_.fullSoftmax},
                {"negatives", recipe_.negatives},
                {"validation_users", recipe_.validationUsers}};
    }

    Step stepOf(std::span<const Segment> batch, std::mt19937_64& random) const {
        Step step;
        std::int64_t longest = 1;
        for (const auto& segment : batch) longest = std::max(longest, segment.count - 1);
        for (const auto& segment : batch) {
            if (segment.count < 2) continue;
            const auto events =
                split_.training(segment.user)
                    .subspan(static_cast<std::size_t>(segment.from), static_cast<std::size_t>(segment.count));
            auto& rows = step.histories.emplace_back();
            const auto first = (std::ssize(step.histories) - 1) * longest;
            for (std::size_t t = 0; t + 1 < events.size(); ++t) {
                rows.push_back(events[t].item.value);
                step.positions.push_back(first + static_cast<std::int64_t>(t));
                step.targets.push_back(events[t + 1].item.value);
            }
        }
        if (isSampled()) sample(step, random);
        return step;
    }

    /// The batch's own targets and uniform draws, each candidate corrected by the log of its chance to be one.
    void sample(Step& step, std::mt19937_64& random) const {
        std::vector<std::int64_t>& rows = step.candidates;
        rows = step.targets;
        for (int i = 0; i < recipe_.negatives; ++i)
            rows.push_back(static_cast<std::int64_t>(drawBelow(static_cast<std::uint64_t>(items_), random)));
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        const double uniform = static_cast<double>(recipe_.negatives) / static_cast<double>(items_);
        const double draws = static_cast<double>(step.targets.size()) / static_cast<double>(trainingEvents_);
        for (const auto row : rows)
            step.offsets.push_back(static_cast<float>(
                -std::log(-std::expm1(-(draws * counts_[static_cast<std::size_t>(row)] + uniform)))));
        step.touched = rows;
        for (const auto& history : step.histories)
            step.touched.insert(step.touched.end(), history.begin(), history.end());
        std::sort(step.touched.begin(), step.touched.end());
        step.touched.erase(std::unique(step.touched.begin(), step.touched.end()), step.touched.end());
        for (auto& target : step.targets) target = std::lower_bound(rows.begin(), rows.end(), target) - rows.begin();
    }

    /// With gradients. Each tower learns from its own cross entropy; their scores meet at recommendation.
    torch::Tensor loss(const Step& step) {
        const auto targetsN = tensorOn(device_, step.targets), positionsN = tensorOn(device_, step.positions);
        torch::Tensor readBT, scoredC, offsetsC; // places in the table of a tower; scoredC undefined: the whole table
        if (isSampled()) {
            const auto placeOf = [&](std::int64_t row) {
                return static_cast<std::int64_t>(std::lower_bound(step.touched.begin(), step.touched.end(), row) -
                                                 step.touched.begin());
            };
            auto histories = step.histories;
            for (auto& history : histories)
                for (auto& row : history) row = placeOf(row);
            auto candidates = step.candidates;
            for (auto& row : candidates) row = placeOf(row);
            readBT = paddedRows(histories).to(device_);
            scoredC = tensorOn(device_, candidates);
            offsetsC = tensorOn(device_, step.offsets);
        } else {
            readBT = paddedRows(step.histories).to(device_);
            offsetsC = torch::zeros({items_}, torch::TensorOptions().device(device_));
        }
        const auto towerLoss = [&](SequenceTower& tower, const torch::Tensor& tableXD) {
            // Not by forward(.., positionsN): what it saves is little here, where most places are wanted, and its
            // tensors of ever other sizes leave malloc's heap in pieces (1.3 MB more with each step).
            const auto statesND =
                tower->forward(torch::embedding(tableXD, readBT)).flatten(0, 1).index_select(0, positionsN);
            return catalogSoftmaxLoss(statesND, scoredC.defined() ? torch::embedding(tableXD, scoredC) : tableXD,
                                      offsetsC, targetsN);
        };
        auto tableXD = network_->itemVD;
        if (isSampled()) { // a copy of the few rows of this step: see AdamW::stepRows()
            touchedRowsU_ = tensorOn(device_, step.touched);
            tableXD = touchedUD_ = network_->itemVD.detach().index_select(0, touchedRowsU_).requires_grad_();
        }
        auto total = towerLoss(network_->tower, tableXD);
        if (network_->settings.readsText)
            total = total + towerLoss(network_->textTower,
                                      network_->textVectors(isSampled() ? wordBags(words_, network_->settings.words,
                                                                                   step.touched, device_)
                                                                        : bags_));
        return total;
    }

    /// Fills epoch, epochs, loss and rate.
    TrainPoint trainEpoch(int epoch, AdamW& optimizer) {
        std::mt19937_64 random(seedOf(chosen_.seed, epoch));
        torch::manual_seed(random()); // dropout
        network_->train();
        const auto batches = epochBatches(split_, static_cast<std::int64_t>(dataset_.histories.userCount()),
                                          chosen_.sizes.window + 1, recipe_.batch, random);
        const auto start = Clock::now();
        TrainPoint point{.epoch = epoch,
                         .epochs = recipe_.epochs,
                         .loss = {},
                         .validationNdcg10 = {},
                         .eventsPerSecond = 0,
                         .secondsLeft = 0};
        std::int64_t events = 0;
        double lossSum = 0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            throwIfStopped(context_.stop, "train");
            context_.progress({fmt::format("training, epoch {} of {}", epoch, recipe_.epochs),
                               static_cast<std::int64_t>(i), static_cast<std::int64_t>(batches.size()), "steps"});
            const auto step = stepOf(batches[i], random);
            if (step.targets.empty()) continue;
            const auto batchLoss = this->loss(step);
            batchLoss.backward();
            const double value = batchLoss.item<double>();
            if (!std::isfinite(value))
                throw Error(ErrorKind::internal, fmt::format("train: the loss is {} in epoch {}", value, epoch));
            const double part =
                (epoch - 1 + static_cast<double>(i) / static_cast<double>(batches.size())) / recipe_.epochs;
            const double rate = recipe_.learningRate * (1 - (1 - recipe_.finalRate) * part);
            optimizer.step(rate);
            if (isSampled()) optimizer.stepRows("items", touchedRowsU_, touchedUD_.grad(), rate);
            lossSum += value * static_cast<double>(step.targets.size());
            events += std::ssize(step.targets);
        }
        point.loss = lossSum / static_cast<double>(std::max<std::int64_t>(1, events));
        point.eventsPerSecond = static_cast<double>(events) / std::max(1e-9, secondsSince(start));
        return point;
    }

    /// All metrics on the validation split; with text, at the best weight, which is kept.
    std::map<std::string, double> validate() {
        const auto items = sequenceItems(network_, words_);
        std::vector<std::vector<TieRank>> ranksOfWeights(network_->settings.readsText ? textWeights.size() : 1);
        SequenceScores scores;
        const auto onDone = [&](std::int64_t) { throwIfStopped(context_.stop, "train"); };
        const auto width = static_cast<std::size_t>(items_);
        std::vector<float> sumV(width);
        const auto score = [&](std::span<const Example> examples, std::span<float> scoresBV) {
            std::vector<std::vector<std::int64_t>> histories;
            for (const auto& example : examples) {
                const auto newest = example.input.last(
                    std::min(example.input.size(), static_cast<std::size_t>(network_->settings.window)));
                auto& rows = histories.emplace_back();
                for (const auto& event : newest) rows.push_back(event.item.value);
            }
            scores = sequenceScores(network_, items, histories, std::move(scores));
            const float* id = scores.idBV.data_ptr<float>();
            std::copy_n(id, examples.size() * width, scoresBV.begin());
            if (!scores.textBV.defined()) return;
            const float* text = scores.textBV.data_ptr<float>();
            for (std::size_t w = 0; w < textWeights.size(); ++w)
                for (std::size_t b = 0; b < examples.size(); ++b) {
                    const auto weight = static_cast<float>(textWeights[w]);
                    for (std::size_t i = 0; i < width; ++i) sumV[i] = id[b * width + i] + weight * text[b * width + i];
                    ranksOfWeights[w].push_back(
                        rankOf(sumV, examples[b].target.item, excludedItems(examples[b].input, excludesHistory_)));
                }
        };
        const auto ranks = rankExamples(validation_, items_, excludesHistory_, score, onDone);
        if (!network_->settings.readsText) return meanMetrics(ranks, items_);
        std::map<std::string, double> best;
        for (std::size_t w = 0; w < textWeights.size(); ++w) {
            auto metrics = meanMetrics(ranksOfWeights[w], items_);
            if (!best.empty() && metrics.at("ndcg@10") <= best.at("ndcg@10")) continue;
            best = std::move(metrics);
            textWeight_ = textWeights[w];
        }
        return best;
    }

    TrainResult finish(const std::filesystem::path& modelFolder, TrainState& state, bool stoppedEarly) {
        auto settings = chosen_.sizes;
        settings.textWeight =
            toTensor(state.bestWeights.tensors.extract("text_weight").mapped()).item<float>(); // exact in float
        std::vector<float> popularity;
        for (const auto count : counts_) popularity.push_back(static_cast<float>(std::log1p(count)));
        state.bestWeights.tensors["popularity"] = toStored(torch::tensor(popularity));
        if (settings.readsText)
            state.bestWeights.tensors["words_of_items"] =
                toStored(torch::tensor(words_, torch::kInt64).view({items_, settings.words}));
        writeIdModelFolder(modelFolder,
                           {.name = chosen_.name,
                            .recommender = settings.recommender,
                            .modality = settings.readsText ? "text" : "none",
                            .settings = nlohmann::json(settings).dump(),
                            .recipe = recipeJson().dump(),
                            .weights = state.bestWeights,
                            .metrics = state.bestMetrics,
                            .seed = chosen_.seed,
                            .bestEpoch = state.bestEpoch,
                            .epochsRun = state.epoch,
                            .seconds = state.seconds,
                            .device = device_.str(),
                            .command = chosen_.command,
                            .about = about(settings)},
                           dataset_);
        std::filesystem::remove_all(trainingFolder(modelFolder));
        return {.model = SequenceModel::load(modelFolder, dataset_, "cpu")->info(),
                .curve = state.curve,
                .stoppedEarly = stoppedEarly,
                .seconds = state.seconds,
                .peakMemoryBytes = 0};
    }

    static std::string about(const SequenceSettings& settings) {
        return fmt::format(
            "{} over product ids: a causal transformer of {} blocks, {} wide, over the newest {} events of a "
            "history{}. "
            "It scores each product as the last state times the product's own vector{}.",
            settings.hasFilter() ? "BSARec (arXiv 2312.10325)" : "SASRec (arXiv 1808.09781)", settings.layers,
            settings.width, settings.window,
            settings.hasFilter() ? fmt::format(", mixed with a low-pass filter of {} frequencies (share {})",
                                               settings.lowFrequencies, settings.filterShare)
                                 : "",
            settings.readsText ? fmt::format(", and adds {} times the score of a second one that reads the products' "
                                             "words (weight chosen on the validation split)",
                                             settings.textWeight)
                               : "");
    }

    const Dataset& dataset_;
    const SequenceTraining& chosen_;
    const SequenceRecipe& recipe_;
    const std::function<void(const TrainPoint&)>& onPoint_;
    const JobContext& context_;
    HeldOut split_;
    std::int64_t items_;
    torch::Device device_;
    std::vector<Example> validation_;
    bool excludesHistory_ = false;
    std::vector<std::int64_t> words_;
    WordBags bags_;
    std::vector<double> counts_; ///< training events by product
    std::int64_t trainingEvents_ = 0;
    double textWeight_ = 1;
    torch::Tensor touchedRowsU_, touchedUD_; ///< of the last step
    SequenceNetwork network_{nullptr};
};
} // namespace

TrainResult trainSequence(const Dataset& dataset, const SequenceTraining& chosen,
                          const std::filesystem::path& modelFolder,
                          const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context) {
    return SequenceTrainingRun(dataset, chosen, onPoint, context).run(modelFolder);
}

} // namespace core
