#include "core/training/train_pixrec.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/evaluation/ranks.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/pixrec_inference.h"
#include "core/tensors/device.h"
#include "core/tensors/weights.h"
#include "core/training/epochs.h"
#include "core/training/model_folder.h"
#include "core/training/train_step.h"
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace core {

namespace {

using Clock = std::chrono::steady_clock;

std::int64_t peakMemoryBytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return std::int64_t{usage.ru_maxrss} * 1024;
}

[[noreturn]] void throwNoPictures(const PixRecSettings& settings) {
    throw Error(ErrorKind::invalidInput,
                fmt::format("train: modality {} needs pictures, and no product has a readable one; use "
                            "--modality text",
                            settings.modality));
}

void checkData(const Dataset& dataset, const LeaveOneOut& split, const PixRecSettings& settings) {
    if (dataset.items.empty()) throw Error(ErrorKind::invalidInput, "train: the catalog has no products");
    if (split.examples(Split::validation).empty())
        throw Error(ErrorKind::invalidInput,
                    "train: no shopper has three events, so there is nothing to learn from and to check on");
    if (settings.pixelSide() == 0) return;
    for (std::int32_t item = 0; item < static_cast<std::int32_t>(dataset.itemCount()); ++item)
        if (dataset.pictures.has({item})) return;
    throwNoPictures(settings);
}

PixRecSettings settingsOf(PixRecSettings settings, const std::string& modality) {
    settings.modality = modality;
    if (modality != "text" && modality != "image" && modality != "both")
        throw Error(ErrorKind::invalidInput,
                    fmt::format("train: modality \"{}\" is not text, image or both", modality));
    return settings;
}

BytePairVocabulary vocabularyOf(const Dataset& dataset, int size) {
    std::vector<std::string> texts;
    const auto groups = textTwinGroups(dataset.items);
    for (std::size_t item = 0; item < groups.size(); ++item)
        if (static_cast<std::size_t>(groups[item]) == texts.size()) texts.push_back(dataset.items[item].modelText());
    return BytePairVocabulary::train(texts, size);
}

class PixRecRun {
public:
    PixRecRun(const Dataset& dataset, const TrainSettings& chosen,
              const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context)
        : dataset_(dataset), chosen_(chosen), onPoint_(onPoint), context_(context), split_(dataset.histories),
          settings_(settingsOf(chosen.sizes, chosen.modality)), recipe_(chosen.recipe),
          device_(pickDevice(chosen.device)) {
        checkData(dataset, split_, settings_);
        recipe_.epochs = chosen.epochs.value_or(recipe_.epochs);
        if (recipe_.epochs < 1) throw Error(ErrorKind::invalidInput, "train: at least one epoch is needed");
        vocabulary_.emplace(settings_.textTower ? BytePairVocabulary({}) : vocabularyOf(dataset, settings_.vocabulary));
        settings_.vocabulary = vocabulary_->size();
        torch::manual_seed(seedOf(chosen.seed, 0));
        network_ = PixRecNetwork(settings_);
        network_->to(torch::Device(device_));
        if (settings_.textTower) settings_.textTower->width = network_->textEncoder->width();
        if (settings_.pictureTower) settings_.pictureTower->width = network_->pictureEncoder->width();
        const auto own = network_->textEncoder->tokenizer();
        inputs_ = itemInputs(dataset, settings_, own ? *own : *vocabulary_, chosen.encoded);
        if (settings_.readsPicture() && inputs_.pictureCount() == 0) throwNoPictures(settings_);
    }

    TrainResult run(const std::filesystem::path& modelFolder) {
        AdamW optimizer(*network_, recipe_.weightDecay);
        const auto slow = [&](const std::optional<PretrainedTower>& tower, const char* prefix) {
            if (tower && !tower->isFrozen())
                optimizer.scaleRate(prefix,
                                    tower->tuning == TowerTuning::lora ? recipe_.changeRate : recipe_.encoderRate);
        };
        slow(settings_.textTower, "text_encoder.");
        slow(settings_.pictureTower, "picture_encoder.");
        const auto folder = trainingFolder(modelFolder);
        TrainState state;
        state.dataHash = dataHash();
        state.settingsText = settingsText();
        if (chosen_.resume)
            state = loadCheckpoint(folder, state.dataHash, state.settingsText, *network_, optimizer);
        else
            std::filesystem::remove_all(folder);

        excludesHistory_ = !repeatsOccur(split_, dataset_.histories);
        TrainStep step(network_, dataset_, split_, inputs_, recipe_, excludesHistory_);
        const auto showTo = [this](TrainStep& shown, const EncodedItems& encoded) {
            shown.setPictures(encoded.pictureQW);
            if (settings_.textTower) shown.setTexts(encoded.textTW);
        };
        if (settings_.readsPicture() || settings_.textTower)
            showTo(step, encodeItems(network_, inputs_, context_.progress, context_.stop));
        const Epochs epochs{.folder = folder,
                            .most = recipe_.epochs,
                            .patience = recipe_.patience,
                            .train = [&](int epoch) { return trainEpoch(epoch, optimizer, step); },
                            .validate =
                                [&] {
                                    const auto encoded =
                                        encodeItems(network_, inputs_, context_.progress, context_.stop);
                                    showTo(step, encoded);
                                    return validate(encoded);
                                },
                            .keepMore = {},
                            .onPoint = onPoint_};
        const bool stoppedEarly = runEpochs(epochs, state, *network_, optimizer);
        return finish(modelFolder, state, stoppedEarly);
    }

private:
    std::string dataHash() const {
        return Hasher()
            .add(dataset_.catalogHash)
            .add(static_cast<std::int64_t>(dataset_.itemCount()))
            .add(holdOutText(dataset_.histories.holdOut))
            .hex();
    }

    std::string settingsText() const {
        return fmt::format("modality {}, seed {}, {} epochs, sizes {}", settings_.modality, chosen_.seed,
                           recipe_.epochs, nlohmann::json(settings_).dump());
    }

    /// Fills epoch, epochs, loss and rate.
    TrainPoint trainEpoch(int epoch, AdamW& optimizer, TrainStep& step) {
        std::mt19937_64 random(seedOf(chosen_.seed, epoch));
        torch::manual_seed(random()); // dropout
        network_->train();
        step.setPictureLearning(epoch <= std::ceil(recipe_.pictureLearning * recipe_.epochs));
        const auto batches = epochBatches(split_, static_cast<std::int64_t>(dataset_.histories.userCount()),
                                          settings_.window, recipe_.batch, random);
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
            const auto batchLoss = step.loss(batches[i], random, context_.stop);
            batchLoss.backward();
            const double value = batchLoss.item<double>();
            if (!std::isfinite(value))
                throw Error(ErrorKind::internal, fmt::format("train: the loss is {} in epoch {}", value, epoch));
            torch::nn::utils::clip_grad_norm_(network_->parameters(), recipe_.largestGradient);
            const double part =
                (epoch - 1 + static_cast<double>(i) / static_cast<double>(batches.size())) / recipe_.epochs;
            optimizer.step(learningRateAt(part, recipe_.learningRate, recipe_.warmUp));
            std::int64_t count = 0;
            for (const auto& segment : batches[i]) count += segment.count;
            lossSum += value * static_cast<double>(count);
            events += count;
        }
        point.loss = lossSum / static_cast<double>(std::max<std::int64_t>(1, events));
        point.eventsPerSecond = static_cast<double>(events) / std::max(1e-9, secondsSince(start));
        return point;
    }

    /// All metrics on the validation split, ties as expectations, history items left out where repeats cannot occur.
    std::map<std::string, double> validate(const EncodedItems& encoded) {
        const auto all = split_.examples(Split::validation);
        const std::size_t count = std::min(all.size(), static_cast<std::size_t>(recipe_.validationUsers));
        std::vector<Example> examples;
        std::vector<HistoryView> histories;
        for (std::size_t i = 0; i < count; ++i) {
            examples.push_back(all[i * all.size() / count]);
            histories.push_back({examples.back().input, dataset_.hasTimes});
        }
        const RankMetrics metrics(static_cast<std::int64_t>(dataset_.itemCount()));
        std::array<double, metricNames.size()> sums{};
        const std::size_t items = dataset_.itemCount();
        scoreAll(network_, encoded.inputRD, encoded.scoreRP, inputs_.rowOfItem, histories, context_.stop,
                 [&](std::size_t first, std::span<const float> scoresBV) {
                     for (std::size_t b = 0; b < scoresBV.size() / items; ++b) {
                         const auto& example = examples[first + b];
                         const auto row = metrics.of(
                             rankOf(scoresBV.subspan(b * items, items), example.target.item, excluded(example)));
                         for (std::size_t m = 0; m < row.size(); ++m) sums[m] += row[m];
                     }
                 });
        std::map<std::string, double> means;
        for (std::size_t m = 0; m < sums.size(); ++m)
            means[std::string(metricNames[m])] = sums[m] / static_cast<double>(count);
        return means;
    }

    std::vector<ItemIndex> excluded(const Example& example) const {
        std::vector<ItemIndex> items;
        if (!excludesHistory_) return items;
        for (const auto& event : example.input) items.push_back(event.item);
        std::sort(items.begin(), items.end());
        items.erase(std::unique(items.begin(), items.end()), items.end());
        return items;
    }

    TrainResult finish(const std::filesystem::path& modelFolder, const TrainState& state, bool stoppedEarly) {
        std::int64_t trainingEvents = 0;
        for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset_.histories.userCount()); ++user)
            trainingEvents += static_cast<std::int64_t>(split_.training({user}).size());
        writeModelFolder(modelFolder, {.chosen = chosen_,
                                       .settings = settings_,
                                       .recipe = recipe_,
                                       .vocabulary = *vocabulary_,
                                       .weights = state.bestWeights,
                                       .metrics = state.bestMetrics,
                                       .bestEpoch = state.bestEpoch,
                                       .epochsRun = state.epoch,
                                       .seconds = state.seconds,
                                       .catalogHash = dataset_.catalogHash,
                                       .holdOut = holdOutText(dataset_.histories.holdOut),
                                       .device = device_,
                                       .items = static_cast<std::int64_t>(dataset_.itemCount()),
                                       .users = static_cast<std::int64_t>(dataset_.histories.userCount()),
                                       .trainingEvents = trainingEvents,
                                       .pictures = inputs_.pictureCount()});
        std::filesystem::remove_all(trainingFolder(modelFolder));
        return {.model = readPixRecFolder(modelFolder).info,
                .curve = state.curve,
                .stoppedEarly = stoppedEarly,
                .seconds = state.seconds,
                .peakMemoryBytes = peakMemoryBytes()};
    }

    const Dataset& dataset_;
    const TrainSettings& chosen_;
    const std::function<void(const TrainPoint&)>& onPoint_;
    const JobContext& context_;
    LeaveOneOut split_;
    PixRecSettings settings_;
    TrainRecipe recipe_;
    std::string device_;
    std::optional<BytePairVocabulary> vocabulary_;
    ItemInputs inputs_;
    PixRecNetwork network_{nullptr};
    bool excludesHistory_ = false;
};

} // namespace

std::filesystem::path trainingFolder(const std::filesystem::path& modelFolder) {
    return modelFolder.parent_path() / fmt::format(".{}.training", modelFolder.filename().string());
}

TrainResult trainPixRec(const Dataset& dataset, const TrainSettings& settings, const std::filesystem::path& modelFolder,
                        const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context) {
    setComputeThreads(context.threads);
    try {
        return PixRecRun(dataset, settings, onPoint, context).run(modelFolder);
    } catch (const c10::Error& error) {
        throw Error(ErrorKind::internal, fmt::format("train: {}", error.what_without_backtrace()));
    }
}

} // namespace core
