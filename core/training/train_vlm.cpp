#include "core/training/train_vlm.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/evaluation/ranks.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/recommenders/vlm_folder.h"
#include "core/tensors/device.h"
#include "core/tensors/weights.h"
#include "core/training/epochs.h"
#include "core/training/train_pixrec.h"
#include "core/training/vlm_model_writer.h"
#include "core/training/vlm_step.h"
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace core {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t mostPictureBytes = std::int64_t{512} << 20; ///< of picture tokens kept while validating

/// What tiny's vocabulary is trained on: each text once, and the prompt's own words often.
std::vector<std::string> vocabularyTexts(const Dataset& dataset) {
    std::set<std::string> distinct;
    for (const auto& item : dataset.items) distinct.insert(item.modelText());
    std::vector<std::string> texts(distinct.begin(), distinct.end());
    for (const auto& text : distinct) texts.push_back(" " + text); // as it stands in a history
    const auto times = 2 + texts.size() / 10;
    for (const auto& sentence : VlmPrompt::sentences()) texts.insert(texts.end(), times, sentence);
    return texts;
}

void checkData(const Dataset& dataset, const HeldOut& split, const VlmTraining& chosen) {
    requireSensible(chosen.settings);
    const auto refuse = [](const std::string& why) { throw Error(ErrorKind::invalidInput, "train: " + why); };
    if (dataset.items.empty()) refuse("the catalog has no products");
    if (split.examples(Split::validation).empty())
        refuse("no shopper has three events, so there is nothing to learn from and to check on");
    if (chosen.recipe.epochs < 1) refuse("at least one epoch is needed");
    bool hasWindow = false, hasPicture = !chosen.settings.readsPicture();
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        hasWindow = hasWindow || split.training({user}).size() > 1;
    if (!hasWindow) refuse("no shopper has two training events, so there is no history with a target");
    for (std::int32_t item = 0; item < static_cast<std::int32_t>(dataset.itemCount()); ++item)
        hasPicture = hasPicture || dataset.pictures.has({item});
    if (!hasPicture)
        refuse(fmt::format("modality {} needs pictures, and no product has a readable one; use --modality text",
                           chosen.settings.modality));
}

class Training {
public:
    Training(const Dataset& dataset, const VlmTraining& chosen, const std::filesystem::path& modelFolder,
             const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context)
        : dataset_(dataset), chosen_(chosen), recipe_(chosen_.recipe), onPoint_(onPoint), context_(context),
          split_(dataset.histories), device_(pickDevice(chosen.device)), modelFolder_(modelFolder),
          folder_(trainingFolder(modelFolder)) {
        checkData(dataset, split_, chosen);
        if (!chosen.resume)
            std::filesystem::remove_all(folder_);
        else if (!std::filesystem::exists(folder_))
            throw Error(ErrorKind::notFound, fmt::format("resume a training: there is none in {}", folder_.string()));
        checkpoint_ = chosen.settings.backbone;
        if (chosen.settings.backbone == "tiny") {
            checkpoint_ = folder_ / vlmBackboneFolder;
            writeTinyBackbone(checkpoint_, chosen.tiny, vocabularyTexts(dataset), chosen.seed);
        } else if (!checkpoint_.is_absolute())
            checkpoint_ = std::filesystem::absolute(checkpoint_);
        prompt_.emplace(checkpoint_, chosen.settings);
        catalog_ = prompt_->catalog(dataset);
        torch::manual_seed(seedOf(chosen.seed, 0));
        network_ = VlmNetwork(checkpoint_, chosen.settings, VlmNetworkImpl::Backbone::trained,
                              Computing{device_, recipe_.precision});
        if (chosen.settings.hasItemTower())
            network_->takeItemTower(readTensorFile(chosen.itemTower / weightsFileName),
                                    (chosen.itemTower / weightsFileName).string(), catalog_.inputs, context.stop);
        network_->setRecomputing(recipe_.recomputes);
        network_->keepPictures(catalog_.inputs, mostPictureBytes, context.stop);
        excludesHistory_ = !repeatsOccur(split_, dataset.histories);
        drawExamples();
    }

    TrainResult run() {
        AdamW optimizer(*network_, recipe_.weightDecay);
        TrainState state;
        state.dataHash = dataHash();
        state.settingsText = settingsText();
        if (chosen_.resume) state = loadCheckpoint(folder_, state.dataHash, state.settingsText, *network_, optimizer);
        VlmStep step(network_, *prompt_, catalog_, split_, recipe_,
                     static_cast<std::int64_t>(dataset_.histories.userCount()));
        const Epochs epochs{.folder = folder_,
                            .most = recipe_.epochs,
                            .patience = recipe_.patience,
                            .train = [&](int epoch) { return trainEpoch(epoch, optimizer, step); },
                            .validate = [&] { return validate(); },
                            .keepMore = {},
                            .onPoint = onPoint_};
        const bool stoppedEarly = runEpochs(epochs, state, *network_, optimizer);
        return finish(state, stoppedEarly);
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
        return fmt::format("seed {}, settings {}, recipe {}", chosen_.seed, nlohmann::json(chosen_.settings).dump(),
                           recipeJson(recipe_));
    }

    /// Fills epoch, epochs, loss and rate.
    TrainPoint trainEpoch(int epoch, AdamW& optimizer, VlmStep& step) {
        std::mt19937_64 random(seedOf(chosen_.seed, epoch));
        network_->train();
        const auto batches = vlmBatches(split_, static_cast<std::int64_t>(dataset_.histories.userCount()),
                                        {.largest = chosen_.settings.window,
                                         .visits = recipe_.visits,
                                         .size = recipe_.batch,
                                         .wantsStretches = chosen_.settings.isEven()},
                                        random);
        const auto start = Clock::now();
        TrainPoint point{.epoch = epoch,
                         .epochs = recipe_.epochs,
                         .loss = {},
                         .validationNdcg10 = {},
                         .eventsPerSecond = 0,
                         .secondsLeft = 0};
        std::int64_t events = 0, windows = 0;
        double lossSum = 0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            context_.progress({fmt::format("training, epoch {} of {}", epoch, recipe_.epochs),
                               static_cast<std::int64_t>(i), std::ssize(batches), "steps"});
            const auto losses = step.addGradients(batches[i], 1.0 / recipe_.accumulate, random(), context_.stop);
            if ((i + 1) % static_cast<std::size_t>(recipe_.accumulate) == 0 || i + 1 == batches.size()) {
                torch::nn::utils::clip_grad_norm_(network_->parameters(), recipe_.largestGradient);
                const double part =
                    (epoch - 1 + static_cast<double>(i) / static_cast<double>(batches.size())) / recipe_.epochs;
                optimizer.step(learningRateAt(part, recipe_.learningRate, recipe_.warmUp));
            }
            for (const auto& window : batches[i]) events += window.count + 1;
            windows += std::ssize(batches[i]);
            lossSum += losses.total * static_cast<double>(batches[i].size());
        }
        point.loss = lossSum / static_cast<double>(std::max<std::int64_t>(1, windows));
        point.eventsPerSecond = static_cast<double>(events) / std::max(1e-9, secondsSince(start));
        return point;
    }

    /// The validation shoppers that are asked each time, evenly spread.
    void drawExamples() {
        const auto all = split_.examples(Split::validation);
        const auto count = std::min(all.size(), static_cast<std::size_t>(recipe_.validationUsers));
        for (std::size_t i = 0; i < count; ++i) {
            examples_.push_back(all[i * all.size() / count]);
            auto& rows = histories_.emplace_back();
            const auto& input = examples_.back().input;
            const auto window = static_cast<std::size_t>(chosen_.settings.window);
            for (const auto& event : input.last(std::min(window, input.size())))
                rows.push_back(catalog_.rowOf(event.item));
        }
    }

    /// All metrics on the validation split, ties as expectations, history items left out where repeats cannot occur.
    std::map<std::string, double> validate() {
        const torch::NoGradGuard noGradients;
        const auto picturesQKD =
            allPictureTokens(network_, catalog_, mostPictureBytes, context_.progress, context_.stop);
        const auto rowsRP = encodeRows(network_, *prompt_, catalog_, picturesQKD, context_.progress, context_.stop);
        const RankMetrics metrics(static_cast<std::int64_t>(dataset_.itemCount()));
        std::array<double, metricNames.size()> sums{};
        std::vector<float> scoresV(dataset_.itemCount());
        constexpr std::size_t aBlock = 64;
        for (std::size_t from = 0; from < examples_.size(); from += aBlock) {
            context_.progress(
                {"measuring on validation", static_cast<std::int64_t>(from), std::ssize(examples_), "shoppers"});
            const std::span part(histories_.data() + from, std::min(aBlock, examples_.size() - from));
            const auto usersBP = encodeHistories(network_, *prompt_, catalog_, picturesQKD, part, context_.stop);
            const auto scoresBR = torch::matmul(usersBP, rowsRP.t()).to(torch::kCPU).contiguous();
            for (std::size_t b = 0; b < part.size(); ++b) {
                const float* ofRow = scoresBR.data_ptr<float>() + static_cast<std::int64_t>(b) * scoresBR.size(1);
                for (std::size_t item = 0; item < scoresV.size(); ++item)
                    scoresV[item] = ofRow[catalog_.inputs.rowOfItem[item]];
                const auto& example = examples_[from + b];
                const auto row = metrics.of(rankOf(scoresV, example.target.item, excluded(example)));
                for (std::size_t m = 0; m < row.size(); ++m) sums[m] += row[m];
            }
        }
        std::map<std::string, double> means;
        for (std::size_t m = 0; m < sums.size(); ++m)
            means[std::string(metricNames[m])] = sums[m] / static_cast<double>(examples_.size());
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

    TrainResult finish(const TrainState& state, bool stoppedEarly) {
        loadWeights(*network_, "", state.bestWeights, "best epoch");
        TrainedVlm trained{.name = chosen_.name,
                           .command = chosen_.command,
                           .settings = chosen_.settings,
                           .recipe = recipe_,
                           .weights = {},
                           .checkpoint = checkpoint_,
                           .backbone = {},
                           .metrics = state.bestMetrics,
                           .seed = chosen_.seed,
                           .device = device_,
                           .bestEpoch = state.bestEpoch,
                           .epochsRun = state.epoch,
                           .seconds = state.seconds,
                           .trainingEvents = 0,
                           .pictures = catalog_.inputs.pictureCount()};
        const bool isApart = chosen_.settings.isLowRank() && !chosen_.merges;
        for (const auto& [name, tensor] : state.bestWeights.tensors)
            if (!name.starts_with("backbone.") && (isApart || !name.starts_with("lora_")))
                trained.weights.tensors.emplace(name, tensor);
        trained.settings.keepsBackbone = !isApart || chosen_.settings.backbone == "tiny";
        if (!trained.settings.keepsBackbone) trained.settings.backbone = checkpoint_.string();
        if (!isApart) {
            trained.settings.rank = 0;
            trained.backbone.emplace();
            for (const auto& [name, tensor] : network_->merged())
                trained.backbone->tensors.emplace(name, toStored(tensor));
            trained.backbone->metadata["format"] = "pt"; // what Transformers asks of such files
        }
        for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset_.histories.userCount()); ++user)
            trained.trainingEvents += std::ssize(split_.training({user}));
        writeVlmFolder(modelFolder_, trained, dataset_);
        std::filesystem::remove_all(folder_);
        return {.model = readVlmFolder(modelFolder_).info,
                .curve = state.curve,
                .stoppedEarly = stoppedEarly,
                .seconds = state.seconds,
                .peakMemoryBytes = 0};
    }

    const Dataset& dataset_;
    const VlmTraining chosen_;
    const VlmRecipe& recipe_;
    const std::function<void(const TrainPoint&)>& onPoint_;
    const JobContext& context_;
    HeldOut split_;
    std::string device_;
    std::filesystem::path modelFolder_, folder_, checkpoint_;
    std::optional<VlmPrompt> prompt_;
    VlmCatalog catalog_;
    VlmNetwork network_{nullptr};
    std::vector<Example> examples_;
    std::vector<std::vector<std::int32_t>> histories_; ///< of examples_, as rows
    bool excludesHistory_ = false;
};

} // namespace

int vlmPictureSide(const std::string& backbone, const std::string& modality) {
    if (modality == "text") return 0;
    if (backbone == "tiny") return TinyBackbone{}.pictureSide;
    const auto settings = LanguageModelSettings::read(backbone);
    if (!settings.readsPictures())
        throw Error(ErrorKind::invalidInput,
                    fmt::format("train: the network in {} reads no pictures; use --modality text", backbone));
    return static_cast<int>(settings.tower->side);
}

TrainResult trainVlm(const Dataset& dataset, const VlmTraining& chosen, const std::filesystem::path& modelFolder,
                     const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context) {
    setComputeThreads(context.threads);
    try {
        return Training(dataset, chosen, modelFolder, onPoint, context).run();
    } catch (...) {
        rethrowDeviceFailure("train");
    }
}

} // namespace core
